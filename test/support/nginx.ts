import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../demo/free-port.ts';
import { nginxPath } from '../../demo/install-load-balancer.mjs';
import { until } from './until.ts';

const EXAMPLE = new URL('../../demo/examples/server/several-bffs.nginx', import.meta.url);

/** nginx before some servers. */
export interface LoadBalancer {
  readonly url: string;
  close(): Promise<void>;
}

/** Why there is no load balancer to test with; null where there is one. */
export function whyNoLoadBalancer(): string | null {
  return nginxPath() === undefined ? 'nginx is not installed on this machine' : null;
}

/** Spreads requests over `ports` of this machine, as a partner's operator would set it up (README, "Several processes"). */
export async function startLoadBalancer(port: number, ports: readonly number[]): Promise<LoadBalancer> {
  const folder = mkdtempSync(join(tmpdir(), 'atto-nginx-'));
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port, ports));
  const child = spawn(nginxPath() ?? '', ['-p', folder, '-e', join(folder, 'error.log'), '-c', file], {
    stdio: 'inherit',
  });
  const ended = once(child, 'exit');
  await until('nginx listens', () => listens(port), 10_000);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      child.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Any free one. */
export function loadBalancerPort(): Promise<number> {
  return freePort(0);
}

function configuration(folder: string, port: number, ports: readonly number[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join('\n  ');
  return `
daemon off;
worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'error.log')};
events { worker_connections 4096; }
http {
  access_log off;
  ${temporary}
${example(port, ports)}
}
`;
}

/** What the README says to an operator, on this machine. */
function example(port: number, ports: readonly number[]): string {
  const servers = ports.map((each) => `server 127.0.0.1:${each} max_fails=0;`).join(' ');
  return readFileSync(EXAMPLE, 'utf8')
    .replace(/server [\d.]+:8787 max_fails=0;\s+server [\d.]+:8787 max_fails=0;/, servers)
    .replace('listen 80;', `listen 127.0.0.1:${port};`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
}
