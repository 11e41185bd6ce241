import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const REPOSITORY = new URL('../../', import.meta.url).pathname;

/** What `npm publish` would upload. */
export interface Tarball {
  readonly path: string;
  /** Paths inside the package. */
  readonly files: readonly string[];
}

export interface Packed {
  readonly widget: Tarball;
  readonly bff: Tarball;
  remove(): Promise<void>;
}

/** Packs both packages as they were built last. */
export async function packBoth(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'atto-connect-packed-'));
  const args = ['pack', '--json', '--pack-destination', folder, '-w', 'widget', '-w', 'bff'];
  const { stdout } = await npm(args, REPOSITORY);
  const packed = JSON.parse(stdout) as { name: string; filename: string; files: { path: string }[] }[];
  const tarball = (name: string): Tarball => {
    const one = packed.find((each) => each.name === name);
    if (!one) throw new Error(`npm packed no ${name}: ${stdout}`);
    return { path: join(folder, one.filename), files: one.files.map(({ path }) => path).sort() };
  };
  return {
    widget: tarball('@atto-connect/widget'),
    bff: tarball('@atto-connect/bff'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** npm, with the Node that runs the tests. What it said is in the error if it fails. */
export async function npm(
  args: string[],
  cwd: string,
  variables: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, ...variables };
  try {
    return await run('npm', args, { cwd, env, shell: process.platform === 'win32', maxBuffer: 2 ** 24 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`npm ${args.join(' ')} in ${cwd}:\n${stdout}${stderr}`, { cause: error });
  }
}
