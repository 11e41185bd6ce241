/**
 * Builds the widget twice: `--mode modules` for npm, with lit left to the partner's bundler, and `--mode script-tag`
 * for one `<script>`, with everything in it. `widget/build.ts` runs both.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { defineConfig, type Plugin, type UserConfig } from 'vite';
import { languageFiles, languages } from './widget/language-files.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const { version } = JSON.parse(readFileSync(path('widget/package.json'), 'utf8')) as { version: string };
const scriptName = `atto-connect-${version}`;

const modules: UserConfig = {
  plugins: [closeUpTemplates(), minifyWell()],
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
    rolldownOptions: { external: /^lit($|\/)/, output: { minify: false, chunkFileNames: '[name].js' } },
  },
};

const scriptTag: UserConfig = {
  plugins: [keepLitToItself(), closeUpTemplates(), putLanguagesBeside(scriptName), minifyWell()],
  build: {
    outDir: path('widget/dist/script'),
    // Lit's licence asks to be passed on with it.
    license: { fileName: `${scriptName}.LICENSE.md` },
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
 * The Lit in the script tag is nobody else's, and shares nothing with a Lit that the page may have. Its Trusted Types
 * policy has our name, for a second one called `lit-html` is refused; a second copy of the script makes none, for it
 * defines nothing either. It does not enter itself in the page's list of versions, by which developers would be warned
 * of two. It looks neither for polyfills nor for a way to do without constructed style sheets, which every browser
 * has had since Safari 16.4. And it does not ask who makes a style sheet, since only we do.
 */
function keepLitToItself(): Plugin {
  const ours = 'customElements.get("atto-connect")?void 0';
  const changes: [theirs: RegExp, ours: string][] = [
    [/(\w+)\?\1\.createPolicy\("lit-html",/, `${ours}:$1?$1.createPolicy("atto-connect",`],
    [/\(\w+\.\w+Versions\?\?=\[\]\)\.push\("[\d.]+"\)/, '0'],
    [/\b\w+\.\w+(Polyfill|Hydrate)Support\b/g, 'undefined'],
    [/if\((this\._\$cssResult\$=!0),\w+!==\w+\)throw Error\("CSSResult .*?"\)/, '$1'],
    [/\w+\.ShadowRoot&&\(.*?"replace"in CSSStyleSheet\.prototype/, 'true'],
  ];
  const missing = new Set(changes);
  return {
    name: 'keep-lit-to-itself',
    transform(code, id) {
      if (!/\/node_modules\/(@?lit|lit-\w+)\//.test(id)) return;
      let changed = code;
      for (const change of changes) {
        const before = changed;
        changed = before.replace(...change);
        if (changed !== before) missing.delete(change);
      }
      return { code: changed, map: null };
    },
    buildEnd() {
      for (const [theirs] of missing) this.error(`Nothing in Lit is like ${theirs} any more: see vite.config.ts`);
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
      .replace(/;}/g, '}')
      .replace(/='([a-z]+)'/g, '=$1');
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

/** Two hundred bytes less than Vite's own minifier would leave, as brotli sends them. */
function minifyWell(): Plugin {
  return {
    name: 'minify-well',
    async generateBundle({ format }, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        const isModule = format === 'es';
        // Names in modules are for the partner's bundler to shorten, which knows all of them.
        const options = { module: isModule, ecma: 2020, mangle: !isModule } as const;
        const { code } = await minify(file.code, { ...options, compress: { passes: 3, hoist_funs: isModule } });
        file.code = `${code}\n`;
      }
    },
  };
}
