/** The part of `npm run build` that makes what `@atto-connect/bff` publishes: plain JavaScript with its types. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const bff = import.meta.dirname;
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(join(bff, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', join(bff, 'tsconfig.build.json')], { stdio: 'inherit' });
chmodSync(join(bff, 'dist/server.js'), 0o755);
for (const paper of ['README.md', 'LICENSE']) copyFileSync(join(bff, '..', paper), join(bff, paper));
