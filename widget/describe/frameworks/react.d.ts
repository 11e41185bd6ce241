/** `<atto-connect>` in React 19: attributes, properties and `onatto-…` handlers. Importing it registers the element. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { Attributes, Handlers, Properties } from './element.js';
import type { AttoConnect } from './index.js';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'atto-connect': DetailedHTMLProps<HTMLAttributes<AttoConnect>, AttoConnect> & Attributes & Properties & Handlers;
    }
  }
}
