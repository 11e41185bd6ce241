/**
 * `npm run report:sizes`: what our widget costs a page, beside the packages that others use for the same, each bundled
 * alone in the same way. Installs those into a temporary folder. Writes `test/results/sizes.json`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleSize, type Size } from '../support/bundle-size.ts';
import { npm } from '../support/npm.ts';
import { widgetSizes } from '../support/widget-sizes.ts';

interface Peer {
  name: string;
  version: string;
  /** Of the package's names; all of them where it is missing. */
  only?: string;
}

interface Row extends Size {
  name: string;
  what: string;
  /** What its vendor's page or script adds once it runs; none of it is counted. */
  loadsThen: string;
}

const PEERS: (Peer & { loadsThen: string })[] = [
  { name: '@stripe/stripe-js', version: '10.2.1', loadsThen: 'js.stripe.com script' },
  { name: 'connect-web-sdk', version: '2.3.0', loadsThen: 'frame or window of the launch URL' },
  { name: 'react-plaid-link', version: '5.0.0', loadsThen: 'cdn.plaid.com script and frame' },
  { name: '@mxenabled/web-widget-sdk', version: '0.0.15', loadsThen: 'frame' },
  { name: '@quiltt/react', version: '6.1.0', only: 'QuilttButton', loadsThen: 'cdn.quiltt.io script and frame' },
  { name: '@quiltt/react', version: '6.1.0', loadsThen: 'cdn.quiltt.io script and frame' },
];

/** What the page has anyway. */
const EXTERNAL = /^(react|react-dom)($|\/)/;

const folder = mkdtempSync(join(tmpdir(), 'atto-connect-peers-'));
try {
  const rows = [...(await ourRows()), ...(await peerRows())];
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  const result = { commit, at: new Date().toISOString(), node: process.version, unit: 'bytes', rows };
  writeFileSync(new URL('../results/sizes.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
  console.table(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function ourRows(): Promise<Row[]> {
  const { script, npm, headless, languages } = await widgetSizes();
  const row = (what: string, size: Size): Row => ({
    name: '@atto-connect/widget',
    what,
    ...size,
    loadsThen: 'nothing',
  });
  return [
    row('script tag, with Lit', script),
    row('own code, without Lit', npm),
    row('headless', headless),
    ...Object.entries(languages).map(([name, size]) => row(name, size)),
  ];
}

async function peerRows(): Promise<Row[]> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const packages = new Set(PEERS.map(({ name, version }) => `${name}@${version}`));
  await npm(['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], folder);
  const rows: Row[] = [];
  for (const [index, { name, version, only, loadsThen }] of PEERS.entries()) {
    const entry = join(folder, `${index}.js`);
    writeFileSync(entry, `export ${only ? `{ ${only} }` : '* as everything'} from '${name}';\n`);
    rows.push({ name: `${name} ${version}`, what: only ?? 'all', ...(await bundleSize(entry, EXTERNAL)), loadsThen });
  }
  return rows;
}
