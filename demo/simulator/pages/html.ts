/** Text that is already HTML. Only `html` makes it, so nothing reaches a page unescaped by accident. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template may hold. false, null and undefined leave nothing, so `condition && html…` works. */
export type Hole = Html | string | number | false | null | undefined | readonly Hole[];

/** A template whose holes are escaped, for text and for quoted attributes. */
export function html(strings: TemplateStringsArray, ...holes: Hole[]): Html {
  return new Html(String.raw({ raw: strings }, ...holes.map(render)));
}

function render(hole: Hole): string {
  if (hole instanceof Html) return hole.text;
  if (hole === false || hole === null || hole === undefined) return '';
  if (typeof hole === 'object') return hole.map(render).join('');
  return String(hole).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
