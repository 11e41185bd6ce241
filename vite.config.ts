/**
 * Builds the widget twice: `--mode modules` for npm, with lit left to the partner's bundler, and `--mode script-tag`
 * for one `<script>`, with everything in it. `widget/build.ts` runs both.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type UserConfig } from 'vite';
import { languageFiles, languages } from './widget/language-files.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const { version } = JSON.parse(readFileSync(path('widget/package.json'), 'utf8')) as { version: string };
const scriptName = `atto-connect-${version}`;

const modules: UserConfig = {
  plugins: [closeUpTemplates()],
  build: {
    outDir: path('widget/dist'),
    target: 'es2022',
    lib: {
      entry: {
        index: path('widget/src/index.ts'),
        define: path('widget/src/define.ts'),
        headless: path('widget/src/headless.ts'),
        contract: path('widget/src/contract.ts'),
        ...Object.fromEntries(
          Object.keys(languages).map((language) => [
            `languages/${language}`,
            path(`widget/src/languages/${language}.ts`),
          ]),
        ),
      },
      formats: ['es'],
    },
    rolldownOptions: { external: /^lit($|\/)/, output: { minify: true, chunkFileNames: '[name].js' } },
  },
};

const scriptTag: UserConfig = {
  plugins: [nameTrustedTypesPolicy(), closeUpTemplates(), putLanguagesBeside(scriptName)],
  build: {
    outDir: path('widget/dist/script'),
    target: 'es2022',
    lib: {
      entry: path('widget/src/script.ts'),
      name: 'AttoConnect',
      formats: ['iife'],
      fileName: () => `${scriptName}.js`,
    },
  },
};

export default defineConfig(({ mode }) => ({
  root: path('widget'),
  publicDir: false,
  ...(mode === 'script-tag' ? scriptTag : modules),
}));

/**
 * Gives the bundled Lit a Trusted Types policy of our name: `lit-html` may be the page's own Lit, and a second policy of
 * one name is refused. A second copy of the script makes none, for it defines nothing either.
 */
function nameTrustedTypesPolicy(): Plugin {
  const theirs = '.createPolicy("lit-html",';
  const ours = 'customElements.get("atto-connect")?void 0';
  let isNamed = false;
  return {
    name: 'name-trusted-types-policy',
    transform(code, id) {
      if (!/\/lit-html\/lit-html\.js$/.test(id)) return;
      const named = code.replace(/(\w+)\?\1\.createPolicy\("lit-html",/, `${ours}:$1?$1.createPolicy("atto-connect",`);
      isNamed = named !== code && !named.includes(theirs);
      return { code: named, map: null };
    },
    buildEnd() {
      if (!isNamed) this.error('Lit no longer names its Trusted Types policy as expected: see vite.config.ts');
    },
  };
}

/** Puts a file for each language beside the script, and tells the script what they are called and what must be in them. */
function putLanguagesBeside(scriptName: string): Plugin {
  const files = Object.entries(languageFiles());
  const integrity = Object.fromEntries(files.map(([language, file]) => [language, file.integrity]));
  return {
    name: 'put-languages-beside',
    config: () => ({
      define: { LANGUAGE_FILES: JSON.stringify(scriptName), LANGUAGE_INTEGRITY: JSON.stringify(integrity) },
    }),
    generateBundle() {
      for (const [language, { content }] of files) {
        this.emitFile({ type: 'asset', fileName: `${scriptName}.${language}.json`, source: content });
      }
    },
  };
}

/** Closes up our templates of HTML and CSS, which the minifier leaves alone. */
function closeUpTemplates(): Plugin {
  const closeUpStyles = (css: string) =>
    css
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,]) ?/g, '$1')
      .replace(/([a-z-]): /g, '$1:')
      .replace(/;}/g, '}');
  const closeUpHtml = (code: string) =>
    code
      .replace(/([>}])\n\s+(?=<|\$\{|`)/g, '$1')
      .replace(/\n\s+(?=>\$\{)/g, '')
      .replace(/\n\s+(?=[?@]?[a-z-]+=["$])/g, ' ');
  return {
    name: 'close-up-templates',
    transform(code, id) {
      if (id.endsWith('.styles.ts')) return { code: code.replace(/`[^`]*`/, closeUpStyles), map: null };
      if (id.endsWith('/view.ts')) return { code: closeUpHtml(code), map: null };
      return null;
    },
  };
}
