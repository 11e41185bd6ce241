/**
 * `<atto-connect>` in React 18, which writes attributes and knows no properties or events of custom elements: set those
 * through a `ref`. Importing it registers the element.
 */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { Attributes } from './element.js';
import type { AttoConnect } from './index.js';

/** React 18 writes `false` as a text, which is an attribute that is there. */
type Written = { [Name in keyof Attributes]: Exclude<Attributes[Name], boolean | undefined> | undefined };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'atto-connect': DetailedHTMLProps<HTMLAttributes<AttoConnect>, AttoConnect> &
        Partial<Written> & { class?: string };
    }
  }
}
