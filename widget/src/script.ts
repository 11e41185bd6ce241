/** Entry of the script-tag build: registers the element, which then speaks the languages of the files beside it. */
import { AttoConnect } from './atto-connect.ts';
import { english, type Texts } from './strings.ts';
import './define.ts';

/** Put in by the build: what the files are called, but for language and ending, and the integrity of each. */
declare const LANGUAGE_FILES: string;
declare const LANGUAGE_INTEGRITY: Record<string, string>;

/** Nothing is drawn while a language is on its way, so it had better not take long. */
const PATIENCE_MS = 5000;

// Known only while this runs; a page that loads it in another way is spoken to in English.
const src = (document.currentScript as HTMLScriptElement | null)?.src;

for (const [language, integrity] of Object.entries(LANGUAGE_INTEGRITY)) {
  AttoConnect.languages.set(language, async (): Promise<Texts> => {
    const file = new URL(`${LANGUAGE_FILES}.${language}.json`, src);
    const answer = await fetch(file, { integrity, credentials: 'omit', signal: AbortSignal.timeout(PATIENCE_MS) });
    const texts: string[] = await answer.json();
    return Object.fromEntries(Object.keys(english).map((key, index) => [key, texts[index]]));
  });
}
