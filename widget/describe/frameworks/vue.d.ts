/**
 * `<atto-connect>` in the templates of Vue 3: properties, and events by `@atto-…`. Importing it registers the element.
 * @see https://vuejs.org/guide/extras/web-components.html#web-components-and-typescript
 */
import type { EmitFn, HTMLAttributes, PublicProps } from 'vue';
import type { Events, Properties } from './element.js';
import type { AttoConnect } from './index.js';

type Emit = EmitFn<{ [Name in keyof Events]: (event: Events[Name]) => void }>;

declare module 'vue' {
  interface GlobalComponents {
    'atto-connect': new () => AttoConnect & { $props: HTMLAttributes & Properties & PublicProps; $emit: Emit };
  }
}
