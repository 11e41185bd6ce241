/** `npm start`: makes sure of the packages, then runs the demo on the Node that came with them. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
// First of all, and so not beside the next one: it notes who started this.
import { whenOrphaned } from './orphaned.mjs';

const { packagedNode } = await import('./install-missing.mjs');
const demo = spawn(packagedNode() ?? process.execPath, ['--disable-warning=ExperimentalWarning', 'demo/dev.ts'], {
  cwd: dirname(dirname(fileURLToPath(import.meta.url))),
  stdio: 'inherit',
});
demo.once('exit', (status) => process.exit(status ?? 1));
// A terminal's Ctrl-C reaches the demo too, which then ends by itself; what is meant for this process alone is passed on.
process.on('SIGINT', () => {});
const leave = () => demo.kill('SIGTERM');
process.once('SIGTERM', leave);
whenOrphaned(leave);
