import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Writes `test/results/<name>.json`: what was measured, of which commit, on which machine. */
export function writeResult(name: string, startedAt: number, result: object): void {
  const file = new URL(`../results/${name}.json`, import.meta.url);
  const about = {
    commit: git('rev-parse', 'HEAD'),
    isClean: git('status', '--porcelain', '--', 'bff', 'demo', 'test', ':!test/results') === '',
    at: new Date(startedAt).toISOString(),
    seconds: Math.round((Date.now() - startedAt) / 1000),
    machine: { node: process.version, cores: cpus().length, model: cpus()[0]?.model },
  };
  writeFileSync(file, `${JSON.stringify({ ...about, ...result }, null, 2)}\n`);
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
