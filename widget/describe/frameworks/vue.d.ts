/**
 * `<atto-connect>` in the templates of Vue 3: properties, and events by `@atto-…`. Importing it registers the element.
 * @see https://vuejs.org/guide/extras/web-components.html#web-components-and-typescript
 */
import type { HTMLAttributes, PublicProps } from 'vue';
import type { Events, Properties } from './element.js';
import type { AttoConnect } from './index.js';

type Pascal<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Pascal<Rest>}`
  : Capitalize<Name>;

type Listeners = { [Name in keyof Events as `on${Pascal<Name>}`]?: ((event: Events[Name]) => void) | undefined };

declare module 'vue' {
  interface GlobalComponents {
    'atto-connect': new () => AttoConnect & { $props: HTMLAttributes & Properties & Listeners & PublicProps };
  }
}
