/** Registers `<atto-connect>`, unless it is taken: by an earlier copy of this script, or another version of it. */
import { AttoConnect } from './atto-connect.ts';

if (!customElements.get('atto-connect')) customElements.define('atto-connect', AttoConnect);

/** With them come the element's and its events' names in HTML. */
export type * from './index.ts';
