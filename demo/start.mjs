/** `npm start`: what is missing is installed first; only an npm that begins after that finds the Node that came with it. */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import './install-missing.mjs';
import { npmCommand } from './npm-command.mjs';
import { whenOrphaned } from './orphaned.mjs';

const { file, args, shell } = npmCommand('run', '--silent', 'demo');
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const demo = spawn(file, args, { cwd: root, shell, stdio: 'inherit' });
demo.once('exit', (status) => process.exit(status ?? 1));
// A terminal's Ctrl-C reaches the demo too, which then ends by itself; what is meant for this process alone is passed on.
process.on('SIGINT', () => {});
const leave = () => demo.kill('SIGTERM');
process.once('SIGTERM', leave);
whenOrphaned(leave);
