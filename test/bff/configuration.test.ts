import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { configFromEnvironment } from '../../bff/src/config.ts';
import { ConfigurationError } from '../../bff/src/configuration-error.ts';
import { brokenAnswers } from '../support/broken-answers.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { bffEnvironment, type Environment, forget, runBff, secret, startBffProcess } from '../support/start-bff.ts';
import { until } from '../support/until.ts';

/** Stands in values that must not be repeated. */
const CANARY = 'canary-value-of-a-secret-8XHrZ0qvVw2uYF5d';
const ATTO = { url: 'https://uk.api.atto.example', applicationId: 'application' };
const ORIGINS = 'https://shop.acme.example';

let good: Environment;
let folder: string;

before(() => {
  good = bffEnvironment(ATTO);
  folder = mkdtempSync(join(tmpdir(), 'atto-connect-configuration-'));
});

after(() => {
  forget(good);
  rmSync(folder, { recursive: true });
});

describe('a configuration with a fault', () => {
  const faults: [name: string, ...values: (string | undefined)[]][] = [
    ['ATTO_API_URL', undefined, '', CANARY, 'http://uk.api.atto.example', 'https://a.example?x=1', 'ftp://a.example'],
    ['ATTO_CONNECT_URL', undefined, 'http://connect.atto.example', 'https://user:pass@connect.example', '//x.example'],
    ['ATTO_CLIENT_ID', undefined],
    ['ATTO_CLIENT_SECRET', undefined],
    ['ATTO_SCOPES', 'both'],
    ['ATTO_VALIDATION_TOKEN', 'header:x', 'query:', 'fragment', 'query:a&b'],
    ['ATTO_CA_FILE', '/nowhere/ca.pem'],
    ['PUBLIC_URL', 'http://bff.example', 'https://bff.example/#x', 'bff.example', 'javascript:alert(1)'],
    ['PORT', '70000', '-1', 'x', '80.5'],
    ['PARTNER_REQUIRE_BOUND', 'no', '0'],
    ['JOURNEY_SECONDS', '0', 'an hour', '1.5'],
    ['UNBOUND_SECONDS', '0'],
    ['PARTNER_ID', undefined, 'a b', 'a/b', 'x'.repeat(65)],
    [
      'PARTNER_ORIGINS',
      undefined,
      ',',
      '*',
      'null',
      `${ORIGINS}/`,
      'http://shop.acme.example',
      'https://Shop.example',
      `${ORIGINS}/x`,
    ],
    [
      'PARTNER_RETURN_URLS',
      undefined,
      'https://x.example',
      'a b=https://x.example',
      'main=http://x.example',
      'main=https://x.example#x',
      'main=javascript:x',
      'main=//x.example',
    ],
    [
      'PARTNER_SIGNING_SECRET',
      undefined,
      'x'.repeat(31),
      `${CANARY},short`,
      `${CANARY},${CANARY},${CANARY}`,
      `${CANARY},`,
    ],
    ['PARTNER_API_KEY', undefined, 'x'.repeat(31)],
    ['PARTNER_GUESTS', 'yes', '1'],
    ['PARTNER_REFERENCE', 'bare'],
    ['WEBHOOK_AUTH', 'basic', 'off'],
    ['WEBHOOK_CLIENT_ID', undefined],
    ['WEBHOOK_CLIENT_SECRET', undefined, 'x'.repeat(31)],
    [
      'SIGNING_KEYS',
      CANARY,
      '{}',
      '{"keys":[]}',
      `{"keys":[{"kty":"oct","k":"${CANARY}"}]}`,
      '{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b","d":"c"}]}',
    ],
    ['TRUST_PROXY', 'true', 'banana', '10.0.0.0/33', '-1'],
    ['LIMIT_STARTS', '0', 'many'],
    ['LIMIT_REQUESTS', '-5'],
    ['LIMIT_WAITS', '0'],
    ['LIMIT_WAITS_PER_ADDRESS', '0'],
    ['RETENTION_DAYS', 'x', '0'],
    ['RENEW_WITHIN_DAYS', '0'],
    ['LOG_LEVEL', 'loud'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
  ];
  for (const [name, ...values] of faults) {
    for (const value of values) {
      const shown = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 50);
      it(`is named in one line, and its value is not: ${name} ${shown}`, () => {
        const [line, ...more] = faultsOf({ [name]: value });
        assert.match(line ?? '', new RegExp(`^${name}: .*(expected|is required|cannot be read|would)`));
        assert.deepEqual(more, []);
      });
    }
  }

  it('is named together with every other', () => {
    const lines = faultsOf({ PORT: 'x', PARTNER_ID: undefined, ATTO_CLIENT_ID: undefined, LOG_LEVEL: 'loud' });
    const names = lines.map((line) => line.split(':')[0]).sort();
    assert.deepEqual(names, ['ATTO_CLIENT_ID', 'LOG_LEVEL', 'PARTNER_ID', 'PORT']);
  });

  it('is named together with what others make necessary', () => {
    const lines = faultsOf({ PORT: 'x', HOST: '0.0.0.0', WEBHOOK_CLIENT_ID: undefined });
    const names = lines.map((line) => line.split(':')[0]).sort();
    assert.deepEqual(names, ['PORT', 'PUBLIC_URL', 'WEBHOOK_CLIENT_ID']);
  });

  it('is half of the credentials for renewals', () => {
    assert.equal(faultsOf({ ATTO_RENEWAL_CLIENT_ID: 'x' }).length, 1);
    assert.equal(faultsOf({ ATTO_RENEWAL_CLIENT_SECRET: CANARY }).length, 1);
  });

  it('is an address that others can reach without https', () => {
    assert.match(faultsOf({ HOST: '0.0.0.0' })[0] ?? '', /^PUBLIC_URL: /);
    assert.equal(configOf({ HOST: '0.0.0.0', PUBLIC_URL: 'https://bff.example' }).publicUrl, 'https://bff.example');
  });

  it('ends the process with status 78 and nothing but its lines', async () => {
    const { status, output } = await runBff({
      ...bffEnvironment(ATTO),
      ATTO_CLIENT_ID: undefined,
      PARTNER_SIGNING_SECRET: 'canary-short',
      SIGNING_KEYS: CANARY,
    });
    assert.equal(status, 78);
    const lines = output.trim().split('\n');
    assert.equal(lines.length, 3, output);
    assert.doesNotMatch(output, /canary|at .*\.ts/);
  });

  it('says which list is missing, and which number was expected', () => {
    assert.deepEqual(faultsOf({ PARTNER_ORIGINS: undefined }), ['PARTNER_ORIGINS: is required']);
    assert.deepEqual(faultsOf({ PARTNER_RETURN_URLS: undefined }), ['PARTNER_RETURN_URLS: is required']);
    assert.deepEqual(faultsOf({ PORT: 'x' }), ['PORT: expected a whole number from 0 to 65535']);
    assert.deepEqual(faultsOf({ RETENTION_DAYS: '0' }), ['RETENTION_DAYS: expected a whole number from 1']);
  });

  it('is a port that another program has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const result = await runBff({ ...bffEnvironment(ATTO), PORT: `${port}` });
    other.close();
    assert.deepEqual(result, { status: 78, output: 'PORT: is taken: another program listens there\n' });
  });

  it('is a host that is none of this machine', async () => {
    const { status, output } = await runBff({
      ...bffEnvironment(ATTO),
      HOST: '192.0.2.1',
      PUBLIC_URL: 'https://bff.example',
    });
    assert.equal(status, 78);
    assert.match(output, /^HOST: [^\n]+\n$/);
  });

  it('is a DATA_DIR in which there can be no store', async () => {
    const file = join(folder, 'file');
    const damaged = join(folder, 'damaged');
    mkdirSync(damaged);
    for (const path of [file, join(damaged, 'atto-connect.sqlite')]) writeFileSync(path, 'no directory, and no store');
    for (const DATA_DIR of [file, damaged]) {
      const { status, output } = await runBff({ ...good, DATA_DIR });
      assert.equal(status, 78);
      assert.match(output, /^DATA_DIR: cannot be opened as a store \([^\n]+\)\n$/);
    }
  });

  it('is a Node that is too old: it says so, before it stumbles over what that does not have', async () => {
    const pretend = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })";
    const { status, output } = await runBff({
      ...bffEnvironment(ATTO),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(pretend)}`,
    });
    assert.equal(status, 78);
    assert.match(output, /^needs Node 24 or later[^\n]*\n$/);
  });
});

describe('a variable that is spelt like one of ours, and is none', () => {
  it('is named in the log, without its value', async () => {
    const atto = await OtherAtto.start();
    const changes = { LOG_LEVEL: 'warn', RETENTION_DAY: CANARY, ATTO_CLEINT_ID: CANARY, LIMITED: CANARY };
    const bff = await startBffProcess(bffEnvironment(atto, changes));
    await until('it is said', () => /no variables of the bff/.test(bff.output()));
    const [entry] = bff.entries<{ names: string[] }>();
    assert.deepEqual(entry?.names, ['RETENTION_DAY', 'ATTO_CLEINT_ID']);
    assert.doesNotMatch(bff.output(), /canary/);
    await bff.close();
    await atto.close();
  });
});

describe('credentials that Atto does not take', () => {
  it('are named in the log, by their variables', async () => {
    const atto = await OtherAtto.start();
    const bff = await startBffProcess(bffEnvironment(atto, { LOG_LEVEL: 'warn' }));
    atto.instead('/v1/oauth2/token', ...Array.from({ length: 9 }, () => brokenAnswers.status(401)));
    await bff.client.launched();
    await until('it is said', () => /ATTO_CLIENT_ID, ATTO_CLIENT_SECRET/.test(bff.output()));
    await bff.close();
    await atto.close();
  });
});

describe('a PARTNERS_FILE with a fault', () => {
  const partner = (changes: object = {}) => ({
    id: 'acme',
    origins: ['https://shop.acme.example'],
    returnUrls: { main: 'https://shop.acme.example/done' },
    configIds: ['acme'],
    signingSecret: CANARY,
    apiKey: CANARY,
    ...changes,
  });
  const files: Record<string, [content: unknown, ...lines: RegExp[]]> = {
    'that is not JSON': [`[{"signingSecret": "${CANARY}", }]`, /^PARTNERS_FILE: /],
    'that is JSON, but only a secret': [CANARY, /^PARTNERS_FILE: /],
    'that is no list': [partner(), /^PARTNERS_FILE: /],
    'that is empty': [[], /^PARTNERS_FILE: /],
    'with a field that nobody knows': [[partner({ secret: CANARY })], /^PARTNERS_FILE\[0\]\.: .*secret/],
    'with a short secret in its second partner': [
      [partner(), partner({ id: 'b', configIds: ['b'], apiKey: 'x' })],
      /^PARTNERS_FILE\[1\]\.apiKey: /,
    ],
    'with an origin that is no origin': [
      [partner({ origins: ['https://x.example/'] })],
      /^PARTNERS_FILE\[0\]\.origins: /,
    ],
    'with the same partner twice': [[partner(), partner({ configIds: ['b'] })], /two partners of this id/],
    'with partners of one application and no configurations': [
      [partner(), partner({ id: 'b', configIds: [] })],
      /^partner b: shares an Atto application/,
    ],
    'with partners of one application and one configuration': [
      [partner(), partner({ id: 'b' })],
      /^partner b: configId is already that of partner acme/,
    ],
    'with a variable of Atto that nobody knows': [
      [partner({ atto: { ATTO_CLEINT_SECRET: CANARY } })],
      /^PARTNERS_FILE\[0\]\.atto: .*ATTO_CLEINT_SECRET/,
    ],
    'with a partner whose Atto is not safe': [
      [partner({ atto: { ATTO_API_URL: `http://${CANARY}.example` } })],
      /^PARTNERS_FILE\[0\]\.ATTO_API_URL: /,
    ],
  };
  for (const [what, [content, ...expected]] of Object.entries(files)) {
    it(`says so in a line: ${what}`, () => {
      const path = join(folder, 'partners.json');
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      const lines = faultsOf({ PARTNERS_FILE: path });
      assert.equal(lines.length, expected.length, lines.join('\n'));
      expected.forEach((line, index) => {
        assert.match(lines[index] ?? '', line);
      });
    });
  }

  it('says so in a line: that is not there', () => {
    assert.match(faultsOf({ PARTNERS_FILE: '/nowhere/partners.json' })[0] ?? '', /^PARTNERS_FILE: cannot be read/);
  });

  it('does not mind partners of one application with configurations of their own', () => {
    const path = join(folder, 'two.json');
    writeFileSync(path, JSON.stringify([partner(), partner({ id: 'b', configIds: ['b'] })]));
    assert.deepEqual([...configOf({ PARTNERS_FILE: path }).partners.keys()], ['acme', 'b']);
  });
});

describe('a configuration that says only what it must', () => {
  it('has the defaults of the design', () => {
    const { partners, ...config } = configFromEnvironment({
      ATTO_API_URL: 'https://uk.api.atto.example',
      ATTO_CONNECT_URL: 'https://connect.atto.example',
      ATTO_CLIENT_ID: 'client',
      ATTO_CLIENT_SECRET: 'short is well: it is Atto’s',
      PARTNER_ID: 'acme',
      PARTNER_ORIGINS: ORIGINS,
      PARTNER_RETURN_URLS: 'main=https://shop.acme.example/done',
      PARTNER_SIGNING_SECRET: secret(),
      PARTNER_API_KEY: secret(),
      WEBHOOK_AUTH: 'none',
    });
    assert.equal(config.publicUrl, 'http://127.0.0.1:8787');
    assert.deepEqual(config.limits, {
      startsPerMinute: 120,
      requestsPerMinute: 1200,
      waitsPerAddress: 100,
      waits: 15_000,
    });
    const { journeySeconds, unboundSeconds, renewWithinDays, retentionDays, dataDirectory, logLevel } = config;
    assert.deepEqual(
      { journeySeconds, unboundSeconds, renewWithinDays, retentionDays, dataDirectory, logLevel },
      {
        journeySeconds: 3600,
        unboundSeconds: 600,
        renewWithinDays: 30,
        retentionDays: 90,
        dataDirectory: './data',
        logLevel: 'info',
      },
    );
    assert.equal(config.trustProxy, 0);
    const acme = partners.get('acme');
    assert.deepEqual([acme?.name, acme?.guests, acme?.reference, acme?.configIds], ['acme', false, 'random', []]);
    assert.equal(acme?.requireBound, true);
    assert.equal(acme?.atto.applicationId, 'client');
    assert.deepEqual(acme?.atto.validationToken, { place: 'fragment', name: 'validation_token' });
    assert.equal(acme?.atto.scopes, 'directid');
  });

  it('may have its address on loopback without https', () => {
    for (const [HOST, url] of [
      ['localhost', 'http://localhost:0'],
      ['::1', 'http://[::1]:0'],
      ['127.0.0.2', 'http://127.0.0.2:0'],
    ])
      assert.equal(configOf({ HOST }).publicUrl, url);
  });

  it('knows proxies by their number or their addresses', () => {
    assert.equal(configOf({ TRUST_PROXY: '2' }).trustProxy, 2);
    assert.deepEqual(configOf({ TRUST_PROXY: '10.0.0.0/8, fd00::/8' }).trustProxy, ['10.0.0.0/8', 'fd00::/8']);
  });
});

function configOf(changes: Environment): ReturnType<typeof configFromEnvironment> {
  return configFromEnvironment({ ...good, ...changes });
}

/** The lines, none of which repeats a value. */
function faultsOf(changes: Environment): readonly string[] {
  try {
    configOf(changes);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    for (const line of error.faults) assert.doesNotMatch(line, /canary|\n/);
    return error.faults;
  }
  return [];
}
