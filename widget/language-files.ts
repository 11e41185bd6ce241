/**
 * The languages beside English as the script-tag build carries them: a file for each, an array of the texts in the order
 * of the English ones. The npm package has the modules under `src/languages` instead.
 */
import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { english, type Strings } from './src/strings.ts';

const modules = globSync(join(import.meta.dirname, 'src/languages/*.ts')).sort();

/** The texts of each language, by its tag. */
export const languages: Record<string, Strings> = Object.fromEntries(
  await Promise.all(
    modules.map(async (file) => {
      const [texts] = Object.values<Strings>(await import(pathToFileURL(file).href));
      return [basename(file, '.ts'), texts];
    }),
  ),
);

/**
 * What each file holds, by the tag of its language, and by what the script knows it: SHA-256, since every byte of it is
 * carried by those who speak English too. Throws if a language says less, more or something else.
 */
export function languageFiles(): Record<string, { content: string; integrity: string }> {
  return Object.fromEntries(
    Object.entries(languages).map(([language, texts]) => {
      const faults = faultsOf(texts);
      if (faults.length > 0) throw new Error(`widget/src/languages/${language}.ts: ${faults.join('; ')}`);
      const content = JSON.stringify(keys.map((key) => texts[key]));
      return [language, { content, integrity: `sha256-${createHash('sha256').update(content).digest('base64')}` }];
    }),
  );
}

const keys = Object.keys(english) as (keyof Strings)[];

/** What is wrong with a language: keys that are missing or too many, and values that English does not know. */
export function faultsOf(texts: Partial<Strings>): string[] {
  return [
    ...keys.filter((key) => !texts[key]).map((key) => `${key} is missing`),
    ...Object.keys(texts)
      .filter((key) => !(key in english))
      .map((key) => `${key} is not a text of ours`),
    ...keys
      .filter((key) => texts[key] && placeholders(texts[key]) !== placeholders(english[key]))
      .map((key) => `${key} has other values than "${english[key]}"`),
  ];
}

function placeholders(text: string): string {
  return (text.match(/\{\w+\}/g) ?? []).sort().join();
}
