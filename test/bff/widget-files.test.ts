import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from '../support/assert-problem.ts';
import type { Answer, BffClient } from '../support/bff-client.ts';
import { Stage } from '../support/stage.ts';

interface Manifest {
  readonly version: string;
  readonly files: Record<string, { integrity: string; bytes: number }>;
}

let stage: Stage;
let client: BffClient;
let manifest: Answer<Manifest>;

before(async () => {
  stage = await Stage.open();
  ({ client } = stage);
  manifest = await client.call('GET', '/widget/manifest.json');
});

after(async () => {
  await stage.close();
});

describe('the widget that the bff serves', () => {
  it('was built: `npm run build` makes what is tested here', () => {
    assert.equal(manifest.status, 200, manifest.text);
  });

  it('is named by a manifest that is asked for anew each time', () => {
    const { headers, body } = manifest;
    assert.match(headers['content-type'] ?? '', /^application\/json/);
    assert.equal(headers['cache-control'], 'no-cache');
    const languages = ['ar', 'de', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'sv'];
    const names = [...languages.map((language) => `${language}.json`), 'js'];
    assert.deepEqual(
      Object.keys(body.files).sort(),
      names.map((name) => `atto-connect-${body.version}.${name}`).sort(),
    );
  });

  it('is the file that the manifest says, to the byte', async () => {
    for (const [name, { integrity, bytes }] of Object.entries(manifest.body.files)) {
      const { text } = await client.call('GET', `/widget/${name}`);
      assert.equal(Buffer.byteLength(text), bytes);
      assert.equal(`sha384-${createHash('sha384').update(text).digest('base64')}`, integrity);
    }
  });

  for (const [file, type] of [
    ['.js', /^text\/javascript/],
    ['.de.json', /^application\/json/],
  ] as const) {
    it(`may be loaded by any page, and kept for ever: ${file}`, async () => {
      const path = `/widget/atto-connect-${manifest.body.version}${file}`;
      const { status, headers } = await client.call('GET', path, { origin: 'https://anybody.example' });
      assert.equal(status, 200);
      assert.match(headers['content-type'] ?? '', type);
      assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
      assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
      assert.equal(headers['access-control-allow-origin'], '*');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['set-cookie'], undefined);
    });
  }

  it('brings along the licence of what is in it', async () => {
    const path = `/widget/atto-connect-${manifest.body.version}.LICENSE.md`;
    const { status, headers, text } = await client.call('GET', path);
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^text\/markdown/);
    for (const name of ['lit-html', 'lit-element', '@lit/reactive-element']) assert.ok(text.includes(`## ${name} - `));
    assert.match(text, /BSD 3-Clause License\s+Copyright \(c\) \d+ Google LLC/);
  });

  it('points to no source map that is not there', async () => {
    const { text } = await client.call('GET', `/widget/atto-connect-${manifest.body.version}.js`);
    assert.doesNotMatch(text, /sourceMappingURL/);
  });

  const elsewhere = [
    '/widget',
    '/widget/',
    '/widget/atto-connect-0.0.0.js',
    '/widget/../package.json',
    '/widget/%2e%2e/%2e%2e/package.json',
    '/widget/..%2f..%2fpackage.json',
    '/widget/%5c..%5cpackage.json',
    '/widget/.env',
    '/widget/%00',
  ];
  for (const path of elsewhere) {
    it(`is all there is: not ${path}`, async () => {
      const answer = await client.call('GET', path);
      assert.ok(answer.status === 404 || answer.status === 400, `${answer.status} ${answer.text}`);
      assertProblem(answer, answer.status, answer.status === 404 ? 'not_found' : 'bad_request');
    });
  }
});
