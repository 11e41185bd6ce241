import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { type Packed, packBoth } from '../support/packed.ts';

const run = promisify(execFile);
const ATTW = new URL('../../node_modules/.bin/attw', import.meta.url).pathname;

/** Everything that may be in a package; what is not named here is not published. */
const ALLOWED = {
  widget:
    /^(package\.json|README\.md|LICENSE|dist\/([\w-]+\/)?[\w.-]+\.(js|d\.ts)|dist\/script\/[\w.-]+\.(json|LICENSE\.md)|dist\/llms\.txt|dist\/(custom-elements|web-types|vscode\.(html|css)-custom-data)\.json)$/,
  bff: /^(package\.json|README\.md|LICENSE|dist\/([\w-]+\/)?[\w-]+\.(js|d\.ts))$/,
};

describe('what npm publishes', () => {
  let packed: Packed;

  before(async () => {
    packed = await packBoth();
  });
  after(() => packed?.remove());

  for (const name of ['widget', 'bff'] as const) {
    describe(`as @atto-connect/${name}`, () => {
      it('is what was built, its licence and its README, and nothing else', () => {
        const { files } = packed[name];
        assert.deepEqual(
          files.filter((path) => !ALLOWED[name].test(path)),
          [],
        );
        for (const path of ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']) {
          assert.ok(files.includes(path), `${path} is missing: was it built?`);
        }
      });

      it('pleases publint', async () => {
        const { buffer, byteOffset, byteLength } = await readFile(packed[name].path);
        const tarball = buffer.slice(byteOffset, byteOffset + byteLength);
        const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
        assert.deepEqual(
          messages.map((message) => formatMessage(message, pkg)),
          [],
        );
      });

      it('has types that resolve as its code does (attw)', async () => {
        const args = [packed[name].path, '--profile', 'esm-only', '--format', 'ascii', '--no-color'];
        const told = await run(ATTW, args).catch((error: { stdout: string }) => assert.fail(error.stdout));
        assert.match(told.stdout, /🟢/u);
      });
    });
  }
});
