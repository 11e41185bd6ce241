/**
 * Makes sure of nginx, which the tests of rolling restarts put before two bffs. On Debian it is taken out of its package
 * and into `node_modules/.cache`: installing it would start a server on port 80.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cached = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules', '.cache', 'nginx', 'nginx');

/** Where nginx is, or undefined. A path that was given (`NGINX_PATH`) is meant: no other makes up for it. */
export function nginxPath() {
  const given = process.env.NGINX_PATH;
  if (given) return existsSync(given) ? given : undefined;
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/sbin'];
  return [cached, ...folders.map((folder) => join(folder, 'nginx'))].find((path) => existsSync(path));
}

/** Gets it where that is possible. True when it is there. */
export function installLoadBalancer() {
  if (nginxPath() === undefined && !process.env.NGINX_PATH && isDebianRoot()) extractFromPackage();
  if (nginxPath() !== undefined) return true;
  console.log('nginx is missing: the tests of rolling restarts will be skipped.');
  return false;
}

function isDebianRoot() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return process.getuid?.() === 0 && /^ID=debian$/m.test(release);
}

function extractFromPackage() {
  console.log('Getting nginx (once, some seconds) …');
  const folder = mkdtempSync(join(tmpdir(), 'atto-nginx-'));
  try {
    const isDone =
      runs('apt-get', ['-qq', 'update'], folder) &&
      // `_apt`, as whom it is downloaded, may not write here: that is fine, and said as a warning only.
      runs('apt-get', ['-qq', 'download', 'nginx'], folder) &&
      runs('dpkg-deb', ['-x', readdirSync(folder).find((name) => name.endsWith('.deb')) ?? '', 'nginx'], folder);
    if (!isDone) return;
    mkdirSync(dirname(cached), { recursive: true });
    copyFileSync(join(folder, 'nginx', 'usr', 'sbin', 'nginx'), cached);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runs(command, args, cwd) {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0)
    console.log(`${command} ${args[1]} did not work: ${(error?.message ?? stderr).trim().split('\n').at(-1)}`);
  return status === 0;
}
