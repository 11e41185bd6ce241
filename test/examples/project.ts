import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { npm, QUIETLY } from '../support/npm.ts';
import { packBoth } from '../support/packed.ts';

const run = promisify(execFile);
const EXAMPLES = new URL('../../demo/examples/', import.meta.url).pathname;
/** So that the tools report to nobody, and ask nothing. */
export const WITHOUT_QUESTIONS = { NEXT_TELEMETRY_DISABLED: '1', NG_CLI_ANALYTICS: 'false', CI: 'true' };

export function exampleFolder(name: string): string {
  return join(EXAMPLES, name);
}

/** Installs the widget's tarball in an example, and builds that with its framework's own tool. */
export async function buildExample(name: string): Promise<void> {
  const folder = exampleFolder(name);
  await install(folder);
  await unpackWidget(join(folder, 'node_modules/@atto-connect/widget'));
  await npm(['run', '--silent', 'build'], folder, WITHOUT_QUESTIONS);
}

/** Everything but the widget is installed again only when the lock has changed; npm takes a stamp away with the rest. */
async function install(folder: string): Promise<void> {
  const lock = await readFile(join(folder, 'package-lock.json'));
  const sum = createHash('sha256').update(lock).digest('hex');
  const stamp = join(folder, 'node_modules/.installed-for');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === sum) return;
  await npm(['ci', ...QUIETLY], folder);
  await writeFile(stamp, sum);
}

/** Puts what npm would install of the widget into a folder. */
export async function unpackWidget(folder: string): Promise<void> {
  const packed = await packBoth();
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await run('tar', ['-xzf', packed.widget.path, '--strip-components=1', '-C', folder]);
  } finally {
    await packed.remove();
  }
}
