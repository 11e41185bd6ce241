/** `<atto-connect>` in React 19: attributes, properties and `onatto-…` handlers. Importing it registers the element. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
// Inside `react`, `Attributes` would be React's own.
import type { Handlers, Properties, Attributes as Written } from './element.js';
import type { AttoConnect } from './index.js';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'atto-connect': DetailedHTMLProps<HTMLAttributes<AttoConnect>, AttoConnect> & Written & Properties & Handlers;
    }
  }
}
