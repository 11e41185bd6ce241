import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { Consumer } from '../support/consumer.ts';
import { ProcessGroup } from '../support/process-group.ts';
import { bffEnvironment, forget } from '../support/start-bff.ts';

const ATTO = { url: 'http://127.0.0.1:9', applicationId: 'app' };

const WIDGET_IN_TYPESCRIPT = `
  import '@atto-connect/widget/define';
  import { AttoConnect, AttoConnectError, english, type JourneyView, type Phase, type Strings } from '@atto-connect/widget';
  import { german } from '@atto-connect/widget/languages/de';
  import { FINAL_STATUSES, MAXIMUM_WAIT_SECONDS } from '@atto-connect/widget/contract';

  const element = document.createElement('atto-connect');
  element.customerToken = async () => 'token';
  element.strings = { 'button.start': english['button.start'] } satisfies Partial<Strings>;
  element.addEventListener('atto-complete', ({ journey }) => journey.receipt?.toUpperCase());
  element.addEventListener('atto-error', ({ error, journey }) => {
    const view: JourneyView | null = journey;
    console.log(view?.status, error instanceof AttoConnectError, error.action === 'retry', FINAL_STATUSES, MAXIMUM_WAIT_SECONDS);
  });
  AttoConnect.languages.set('de', german).set('fr', async () => (await import('@atto-connect/widget/languages/fr')).french);
  const phase: Phase = element.phase;
  const same: AttoConnect | null = document.querySelector('atto-connect');
  console.log(phase, same);
  // @ts-expect-error
  element.customerToken = 42;
`;

const ELEMENT_IN_TYPESCRIPT = `
  import '@atto-connect/widget/define';

  const element = document.createElement('atto-connect');
  element.addEventListener('atto-complete', ({ journey }) => journey.receipt?.toUpperCase());
  document.addEventListener('atto-complete', ({ journey }) => console.log(journey.consent.providerName));
  element.consentId = element.customerToken = undefined;
  document.querySelector('atto-connect')?.start().then(() => element.reset());
  // @ts-expect-error
  element.phase = 'done';
`;

const REACT_IN_TYPESCRIPT = `
  import '@atto-connect/widget/react';

  export const right = (
    <atto-connect
      bff="https://bank.example.com"
      customer-token="token"
      customerToken={async () => 'token'}
      disabled={false}
      form="application"
      wait-for="data"
      onatto-error={({ error }) => console.log(error.code)}
    />
  );
  // @ts-expect-error
  export const wrong = <atto-connect presentation="pop-up" />;
  // @ts-expect-error
  export const wrongAsInHtml = <atto-connect wait-for="later" />;
`;

const BFF_IN_TYPESCRIPT = `
  import express from 'express';
  import { type Bff, configFromEnvironment, ConfigurationError, createBff, type Identify, startBff } from '@atto-connect/bff';

  const identify: Identify = (request) => request.get('x-customer') ?? null;
  const bff: Bff = createBff({ config: configFromEnvironment(process.env), identify });
  express().use('/bank', bff);
  const running = await startBff(process.env);
  const url: string = running.url;
  console.log(url, ConfigurationError);
  await bff.close();
  // @ts-expect-error
  createBff({});
`;

describe('what npm installs', () => {
  let consumer: Consumer;

  before(async () => {
    consumer = await Consumer.install('react@19.3.1', 'react-dom@19.3.1', '@types/react@19.3.0', '@types/node@24.19.2');
  });
  after(() => consumer?.remove());

  for (const moduleResolution of ['bundler', 'nodenext'] as const) {
    it(`compiles in strict TypeScript, libraries checked: widget (${moduleResolution})`, async () => {
      assert.equal(await consumer.compile(WIDGET_IN_TYPESCRIPT, moduleResolution), '');
    });

    it(`compiles in strict TypeScript, libraries checked: the element alone (${moduleResolution})`, async () => {
      assert.equal(await consumer.compile(ELEMENT_IN_TYPESCRIPT, moduleResolution), '');
    });

    it(`compiles in strict TypeScript, libraries checked: React (${moduleResolution})`, async () => {
      assert.equal(await consumer.compile(REACT_IN_TYPESCRIPT, moduleResolution), '');
    });

    it(`compiles in strict TypeScript, libraries checked: bff (${moduleResolution})`, async () => {
      assert.equal(await consumer.compile(BFF_IN_TYPESCRIPT, moduleResolution), '');
    });
  }

  it('brings lit along for the widget, and nothing else', () => {
    const { dependencies } = JSON.parse(read('node_modules/@atto-connect/widget/package.json'));
    assert.deepEqual(Object.keys(dependencies), ['lit']);
    const code = widgetFiles().filter((file) => file.endsWith('.js'));
    const imported = code.flatMap((file) => [...read(file).matchAll(/(?:from|import) ?['"]([^'"]+)['"]/g)]);
    const packages = imported.flatMap(([, name = '']) => (name.startsWith('.') ? [] : name));
    assert.deepEqual([...new Set(packages)], ['lit']);
  });

  it('keeps zod out of the widget, in code and types', () => {
    for (const file of widgetFiles()) assert.doesNotMatch(read(file), /\bzod\b/i, file);
  });

  describe('on a server', () => {
    for (const entry of ['', '/define', '/headless', '/contract', '/react', '/react-18', '/svelte', '/vue']) {
      it(`imports @atto-connect/widget${entry}`, async () => {
        assert.equal(await consumer.run(`await import('@atto-connect/widget${entry}');`), '');
      });
    }

    it('is written into the page by React as it stands', async () => {
      const printed = await consumer.run(`
        import '@atto-connect/widget/define';
        import { createElement } from 'react';
        import { renderToString } from 'react-dom/server';
        const attributes = { bff: 'https://bank.example.com', partner: 'acme', 'customer-token': 'token' };
        const props = { ...attributes, customerToken: async () => 'secret', 'onatto-complete': () => 'secret' };
        console.log(renderToString(createElement('atto-connect', props)));
      `);
      assert.equal(
        printed.trim(),
        '<atto-connect bff="https://bank.example.com" partner="acme" customer-token="token"></atto-connect>',
      );
    });
  });

  it('starts a bff by `npx @atto-connect/bff`, which serves the widget that was installed with it', async () => {
    const environment = bffEnvironment(ATTO);
    const group = ProcessGroup.start('npx', ['--no-install', '@atto-connect/bff'], {
      cwd: consumer.folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const signal = AbortSignal.timeout(30_000);
      const [line] = await once(group.child.stdout as Readable, 'data', { signal });
      const [, url = ''] = /^listening on (\S+)\n$/.exec(`${line}`) ?? [];
      const { version } = (await (await fetch(`${url}/widget/manifest.json`)).json()) as { version: string };
      const file = `atto-connect-${version}.js`;
      assert.equal(
        await (await fetch(`${url}/widget/${file}`)).text(),
        read(`node_modules/@atto-connect/widget/dist/script/${file}`),
      );
    } finally {
      await group.end();
      forget(environment);
    }
  });

  function read(file: string): string {
    return readFileSync(consumer.path(file), 'utf8');
  }

  function widgetFiles(): string[] {
    const folder = 'node_modules/@atto-connect/widget/dist';
    const files = readdirSync(consumer.path(folder), { recursive: true, encoding: 'utf8' });
    return files.filter((file) => /\.(js|ts)$/.test(file)).map((file) => `${folder}/${file}`);
  }
});
