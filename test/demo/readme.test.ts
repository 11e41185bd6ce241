import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePort } from '../../demo/free-port.ts';
import { launchChromium, withoutChromium } from '../support/chromium.ts';
import { connectBeside, DIRECT_BANK } from '../support/hosted-pages.ts';
import { ProcessGroup } from '../support/process-group.ts';
import { until } from '../support/until.ts';

const root = dirname(dirname(import.meta.dirname));
const readme = await readFile(join(root, 'README.md'), 'utf8');
/** npm and three servers start at once, on a machine that does other things too. */
const READY_WITHIN_MS = 30_000;

describe('the commands that the papers name', () => {
  it('are there', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object };
    for (const paper of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']) {
      const named = (await readFile(join(root, paper), 'utf8')).matchAll(/npm run ([\w:-]+)/g);
      const missing = [...named].map(([, script = '']) => script).filter((script) => !(script in scripts));
      assert.deepEqual(missing, [], paper);
    }
  });
});

describe('the README’s way to a page of your own, as it stands there', {
  skip: withoutChromium.skip || (process.platform === 'win32' && 'there is no sh'),
}, () => {
  const started: ProcessGroup[] = [];
  let folder: string;
  /** The README's own may be somebody else's on this machine. */
  let ports: Record<'3000' | '8787' | '8788', number>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atto-connect-readme-'));
    ports = { 3000: await freePort(0), 8787: await freePort(0), 8788: await freePort(0) };
    await mkdir(join(folder, 'page'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  after(async () => {
    for (const group of started) await group.end();
    await rm(folder, { recursive: true });
  });

  it('connects a bank', async () => {
    const section = /^## Try it on a page of your own\n([\s\S]*?)^## /m.exec(readme)?.[1] ?? '';
    const [atto = '', bff = '', vite = '', ...others] = fenced(section, 'sh');
    assert.deepEqual(others, []);
    // What it says to do with the snippet above.
    const page = (fenced(readme, 'html')[0] ?? '')
      .replaceAll('https://bank.example.com', 'http://127.0.0.1:8787')
      .replace(/ integrity="[^"]*"/, '')
      .replace(/ customer-token="[^"]*"/, '');
    await writeFile(join(folder, 'page/index.html'), here(page));

    // What is to be tested was built already, and others are reading it.
    play(atto.replace(/^npm run build\n/, ''), root, { PORT: `${ports['8788']}` });
    play(bff, root, { PORT: `${ports['8787']}`, DATA_DIR: join(folder, 'data') });
    play(vite, folder);
    for (const path of ['8788/simulator', '8787/readyz']) await answers(here(`http://127.0.0.1:${path}`));
    await answers(here('http://localhost:3000/'));

    const browser = await launchChromium();
    try {
      const opened = await browser.newPage();
      await opened.goto(here('http://localhost:3000/'));
      await connectBeside(opened);
      await opened.getByText(`Connected: ${DIRECT_BANK}`).waitFor();
    } finally {
      await browser.close();
    }
    await until('a webhook is delivered', async () => {
      const heard = await fetch(here('http://127.0.0.1:8788/simulator/deliveries'));
      return ((await heard.json()) as { result: string }[]).some(({ result }) => result === 'delivered');
    });
  });

  function here(text: string): string {
    return text.replaceAll(/\b(3000|8787|8788)\b/g, (port) => `${ports[port as keyof typeof ports]}`);
  }

  /** As in a terminal of its own. */
  function play(block: string, cwd: string, variables: Record<string, string> = {}): void {
    const { HOME, PATH } = process.env;
    const env = { HOME, PATH: `${dirname(process.execPath)}${delimiter}${PATH}`, ...variables };
    started.push(ProcessGroup.start('sh', ['-ec', here(block)], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] }));
  }

  function answers(url: string): Promise<void> {
    return until(`${url} answers`, async () => (await fetch(url).catch(() => null))?.ok, READY_WITHIN_MS);
  }
});

/** What stands between fences of this language, in order. */
function fenced(text: string, language: string): string[] {
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'));
  return [...blocks].map(([, block = '']) => block);
}
