import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleSize, type Size, sizeOf } from './bundle-size.ts';

/** As `npm run build` left it. */
export const SCRIPT_FOLDER = new URL('../../widget/dist/script/', import.meta.url);

export interface WidgetSizes {
  /** The script-tag file, with Lit and English in it. */
  script: Size;
  /** What `@atto-connect/widget/define` adds to a bundle that has Lit already. */
  npm: Size;
  /** The same of `@atto-connect/widget/headless`, which needs no Lit. */
  headless: Size;
  /** Files beside the script, one for each further language. */
  languages: Record<string, Size>;
}

export async function widgetSizes(): Promise<WidgetSizes> {
  const files = readdirSync(SCRIPT_FOLDER).filter((name) => /^atto-connect-.*\.js(on)?$/.test(name));
  const size = (name: string) => sizeOf(readFileSync(new URL(name, SCRIPT_FOLDER)));
  const isScript = (name: string) => /^atto-connect-[\d.]+\.js$/.test(name);
  const languages = files.filter((name) => !isScript(name));
  return {
    script: size(files.find(isScript) ?? 'missing'),
    npm: await packageEntry('define'),
    headless: await packageEntry('headless'),
    languages: Object.fromEntries(languages.map((name) => [name, size(name)])),
  };
}

function packageEntry(name: string): Promise<Size> {
  return bundleSize(fileURLToPath(import.meta.resolve(`@atto-connect/widget/${name}`)), /^lit($|\/)/);
}
