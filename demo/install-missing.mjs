/**
 * Makes a fresh clone ready to run: installs the packages when they are missing or older than package-lock.json and,
 * with `--browsers`, the browsers that the tests drive and the load balancer that they put before two bffs. Plain
 * JavaScript without dependencies, because it runs before there are any, on whatever Node came with npm.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installBrowsers } from './install-browsers.mjs';
import { installLoadBalancer } from './install-load-balancer.mjs';

const NODE_NEEDED = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

if (!packagesAreCurrent()) {
  installPackages();
}
requireNode();
if (process.argv.includes('--browsers')) {
  const isComplete = [installBrowsers(), installLoadBalancer()].every(Boolean);
  if (!isComplete && process.env.CI === 'true') {
    fail('CI=true asks for every browser and for nginx, so the tests are not started.');
  }
}

/**
 * Compares what npm says it installed, and what is there, with what the lock file asks for, entry by entry. Dates say
 * nothing after a clone or a change of branch, a stamp of our own would not know of an `npm ci` run by hand, and two of
 * them at once leave holes that npm does not know of.
 */
function packagesAreCurrent() {
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  const wanted = readLock(join(root, 'package-lock.json'));
  return Object.entries(wanted).every(([path, entry]) => isInstalled(path, entry, installed[path]));
}

function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

/** Entries without a sum are our own workspaces; an optional package is missing where it is for another platform. */
function isInstalled(path, wanted, installed) {
  if (installed) {
    return installed.integrity === wanted.integrity && existsSync(join(root, path));
  }
  return wanted.integrity ? wanted.optional === true : !wanted.link;
}

function installPackages() {
  console.log('Installing packages (once, about half a minute) …');
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];
  // npm tells scripts where it is itself; going through the shell is only for a run without npm.
  const npm = process.env.npm_execpath;
  const { status, stdout, stderr, error } = npm
    ? spawnSync(process.execPath, [npm, ...flags], { cwd: root, encoding: 'utf8' })
    : spawnSync('npm', flags, { cwd: root, encoding: 'utf8', shell: windows });
  if (status !== 0) {
    const output = error?.message ?? `${stdout}${stderr}`;
    fail(
      `npm ci did not work:\n${output}\nIf another one is at work in this folder, wait for its end and run this again.`,
    );
  }
}

/** The Node that comes from an optional package, on the common platforms; null on others. Scripts find it in node_modules/.bin. */
export function packagedNode() {
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const file = join(root, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');
  return existsSync(file) ? file : null;
}

function requireNode() {
  const packaged = packagedNode();
  const version = packaged ? spawnSync(packaged, ['--version'], { encoding: 'utf8' }).stdout : process.version;
  const major = Number(/^v(\d+)/.exec(version ?? '')?.[1] ?? 0);
  if (major < NODE_NEEDED) {
    fail(
      `Node ${NODE_NEEDED} or newer is needed; this is ${process.version}, and npm has none to offer for ` +
        `${process.platform}-${process.arch}.\nGet it from https://nodejs.org and run the same command again.`,
    );
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
