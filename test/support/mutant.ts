import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of the bff in which something was replaced. */
export interface Mutant {
  /** Its `server.ts`. */
  readonly server: string;
  remove(): void;
}

const REPOSITORY = new URL('../../', import.meta.url).pathname;

/**
 * Copies the bff and replaces in it what `edits` say; each must be found exactly once in all of its source, or the
 * mutation is stale and says nothing any more.
 */
export function mutant(edits: readonly (readonly [from: string, to: string])[]): Mutant {
  const folder = mkdtempSync(join(tmpdir(), 'atto-connect-mutant-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  cpSync(join(REPOSITORY, 'bff'), join(folder, 'bff'), { recursive: true, filter: (path) => !path.endsWith('/data') });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  const source = join(folder, 'bff', 'src');
  try {
    for (const [from, to] of edits) replaceOnce(source, from, to);
  } catch (error) {
    remove();
    throw error;
  }
  return { server: join(source, 'server.ts'), remove };
}

function replaceOnce(source: string, from: string, to: string): void {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const found = files.flatMap((path) => {
    const text = readFileSync(join(source, path), 'utf8');
    return Array.from({ length: text.split(from).length - 1 }, () => ({ path: join(source, path), text }));
  });
  assert.equal(found.length, 1, `the mutation is stale: "${from}" stands ${found.length} times in bff/src`);
  for (const { path, text } of found)
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
}
