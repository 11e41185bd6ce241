/** `<atto-connect>` in Svelte 5: attributes, properties and `onatto-…` handlers. Importing it registers the element. */
import type { HTMLAttributes } from 'svelte/elements';
import type { Attributes, Handlers, Properties } from './element.js';
import type { AttoConnect } from './index.js';

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'atto-connect': HTMLAttributes<AttoConnect> & Attributes & Properties & Handlers;
  }
}
