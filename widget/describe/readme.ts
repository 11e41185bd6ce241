/**
 * Writes the parts of the README that come from elsewhere: `npm run docs`. Each stands between
 * `<!-- from SOURCE -->` and `<!-- end -->`; the source is `element`, for its reference, or an example's file, of which
 * the region `readme` is shown. With `--check` it writes nothing and fails if something is not as it should be.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { elementOf, readManifest } from './manifest.ts';
import { elementTables } from './tables.ts';

const GENERATED = /^( *)<!-- from (\S+) -->\n[\s\S]*?^ *<!-- end -->/gm;
const REGION = /^[^\n]*#region readme[^\n]*\n([\s\S]*?)^[^\n]*#endregion/m;

const root = dirname(dirname(import.meta.dirname));
const readme = join(root, 'README.md');

const tables = elementTables(elementOf(await readManifest()));
const before = readFileSync(readme, 'utf8');
const after = before.replace(GENERATED, (_, indent: string, source: string) => {
  const text = source === 'element' ? tables : snippet(source);
  return `<!-- from ${source} -->\n${text}<!-- end -->`.replaceAll(/^(?=.)/gm, indent);
});
if (process.argv.includes('--check') && after !== before) {
  console.error('README.md does not say what the source says: run `npm run docs`.');
  process.exitCode = 1;
} else if (after !== before) {
  writeFileSync(readme, after);
}

function snippet(path: string): string {
  const [, region] = REGION.exec(readFileSync(join(root, path), 'utf8')) ?? [];
  if (!region) throw new Error(`${path} has no region "readme"`);
  const indent = /^ */.exec(region)?.[0] ?? '';
  return `\`\`\`${extname(path).slice(1)}\n${region.replaceAll(new RegExp(`^${indent}`, 'gm'), '').trimEnd()}\n\`\`\`\n`;
}
