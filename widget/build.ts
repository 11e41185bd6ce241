/**
 * `npm run build`: the npm modules with their types, the script-tag file, and a manifest with its integrity. Prints the
 * sizes. What is published holds no time and no path, so that the same source gives the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';

const widget = dirname(fileURLToPath(import.meta.url));
const dist = join(widget, 'dist');
const script = join(dist, 'script');

rmSync(dist, { recursive: true, force: true });
for (const mode of ['modules', 'script-tag']) {
  await build({ configFile: join(widget, '../vite.config.ts'), mode, logLevel: 'warn' });
}
writeTypes();
writeManifest();
for (const paper of ['README.md', 'LICENSE']) copyFileSync(join(widget, '..', paper), join(widget, paper));
printSizes();

/** The compiler writes the names of our sources into the imports of the declarations; partners have no sources. */
function writeTypes(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(widget, 'tsconfig.build.json')], { stdio: 'inherit' });
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = join(dist, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  }
}

/** What a page needs to load the script with `integrity`, and what the bff says at `/widget/manifest.json`. */
function writeManifest(): void {
  const { version } = JSON.parse(readFileSync(join(widget, 'package.json'), 'utf8')) as { version: string };
  const names = readdirSync(script)
    .filter((name) => /\.js(on)?$/.test(name))
    .sort();
  const files = Object.fromEntries(names.map((name) => [name, describe(readFileSync(join(script, name)))]));
  writeFileSync(join(script, 'manifest.json'), `${JSON.stringify({ version, files }, null, 2)}\n`);
}

function describe(bytes: Buffer) {
  return { integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}`, bytes: bytes.length };
}

/** Of every file that a browser may load. What they add to a bundle is for `test/package/size.test.ts` to say. */
function printSizes(): void {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/(?<!manifest)\.js(on)?$/.test(name)) continue;
    const bytes = readFileSync(join(dist, name));
    console.log(`${name}: ${bytes.length} bytes, ${brotliCompressSync(bytes).length} brotli`);
  }
}
