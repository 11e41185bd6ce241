import type { Texts } from './strings.ts';

/** A language: its texts, or a function that fetches them once somebody needs them. */
export type Language = Texts | (() => Promise<Texts>);

/**
 * The locale to speak: as the page wishes, else as the document around the element is, else as the browser prefers; of
 * all these the first whose language there is, else English.
 */
export function localeFor(
  element: Element & { locale?: string | undefined },
  languages: Map<string, Language>,
): Intl.Locale {
  // Names of form fields may have taken the place of the language, which is none then, or of the document's element.
  const nodes = [element, (element.getRootNode() as Partial<ShadowRoot>).host, document.documentElement];
  const around = nodes.map((node) => node?.closest?.<HTMLElement>('[lang]')?.lang);
  for (const tag of [element.locale, ...around, ...navigator.languages]) {
    try {
      const locale = new Intl.Locale(`${tag}`);
      if (languages.has(locale.language)) return locale;
    } catch {}
  }
  return new Intl.Locale('en');
}

/** The texts of a language that there is; undefined while they are being fetched, and `later` says when to ask again. */
export function textsOf(name: string, languages: Map<string, Language>, later: () => void): Texts | undefined {
  const language = languages.get(name);
  if (typeof language !== 'function') return language;
  const fetched = language();
  languages.set(name, () => fetched);
  // One that cannot be had is none: the next best is spoken then.
  fetched
    .then(
      (texts) => languages.set(name, texts),
      () => languages.delete(name),
    )
    .then(later);
  return undefined;
}
