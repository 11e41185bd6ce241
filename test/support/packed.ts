import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from './npm.ts';

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
  const printed = await npm(args, REPOSITORY);
  const packed = JSON.parse(printed) as { name: string; filename: string; files: { path: string }[] }[];
  const tarball = (name: string): Tarball => {
    const one = packed.find((each) => each.name === name);
    if (!one) throw new Error(`npm packed no ${name}: ${printed}`);
    return { path: join(folder, one.filename), files: one.files.map(({ path }) => path).sort() };
  };
  return {
    widget: tarball('@atto-connect/widget'),
    bff: tarball('@atto-connect/bff'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
