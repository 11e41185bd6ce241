import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { faultsOf, languageFiles, languages } from '../../widget/language-files.ts';
import { english } from '../../widget/src/strings.ts';

const script = fileURLToPath(new URL('../../widget/dist/script/', import.meta.url));
const { version, files } = JSON.parse(readFileSync(`${script}manifest.json`, 'utf8'));
const main = readFileSync(`${script}atto-connect-${version}.js`, 'utf8');

const WANTED = ['ar', 'de', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'sv'];
const LIMIT_BYTES = 1500;

describe('the languages of the widget', () => {
  it('are these, beside English', () => {
    assert.deepEqual(Object.keys(languages), WANTED);
  });

  it('can all be shown by whoever presents the demo', () => {
    const page = readFileSync(new URL('../../demo/page/index.html', import.meta.url), 'utf8');
    const [choice = ''] = /<select name="locale">.*?<\/select>/s.exec(page) ?? [];
    const offered = [...choice.matchAll(/<option value="(\w+)">/g)].map(([, language]) => language);
    assert.deepEqual(offered.sort(), ['en', ...WANTED].sort());
  });

  for (const language of WANTED) {
    describe(language, () => {
      const name = `atto-connect-${version}.${language}.json`;

      it('says everything that English says, with the same values', () => {
        assert.deepEqual(faultsOf(languages[language] ?? {}), []);
      });

      it('is not English by oversight', () => {
        const same = Object.entries(languages[language] ?? {}).filter(
          ([key, text]) => key !== 'dir' && text === english[key as keyof typeof english],
        );
        assert.deepEqual(same, []);
      });

      it(`is one file of at most ${LIMIT_BYTES} bytes as it travels`, () => {
        assert.ok(brotliCompressSync(readFileSync(script + name)).length <= LIMIT_BYTES);
      });

      it('is the file that the script expects, and that the manifest names', () => {
        const content = readFileSync(script + name);
        const integrity = (algorithm: string) =>
          `${algorithm}-${createHash(algorithm).update(content).digest('base64')}`;
        assert.equal(content.toString(), languageFiles()[language]?.content);
        assert.equal(files[name].integrity, integrity('sha384'));
        assert.ok(main.includes(integrity('sha256')), 'the script does not know its integrity');
      });
    });
  }
});

describe('a language that is not whole', () => {
  const { 'ready.title': _, ...without } = english;

  it('fails the build for a text that is missing', () => {
    assert.deepEqual(faultsOf(without), ['ready.title is missing']);
  });

  it('fails the build for a text too many', () => {
    assert.deepEqual(faultsOf({ ...english, ...{ 'ready.titel': 'x' } }), ['ready.titel is not a text of ours']);
  });

  it('fails the build for a value that is misspelt', () => {
    const [fault] = faultsOf({ ...english, 'done.bank': '{banque} est connectée.' });
    assert.match(fault ?? '', /^done\.bank has other values/);
  });

  it('does not compile either', () => {
    // @ts-expect-error
    const strings: import('../../widget/src/strings.ts').Strings = without;
    assert.ok(strings);
  });
});
