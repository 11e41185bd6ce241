import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { until } from '../support/until.ts';

const root = dirname(dirname(import.meta.dirname));
/** Building the widget is part of a first start. */
const READY_WITHIN_MS = 60_000;

const NO_GROUPS = process.platform === 'win32' ? 'process groups are signalled differently' : false;

describe('npm start', { skip: NO_GROUPS }, () => {
  let demo: Demo;

  before(async () => {
    demo = await start();
  });
  after(() => demo.signalAll('SIGKILL'));

  it('prints one address, and a page answers there', async () => {
    const addresses = demo.said().match(/https?:\/\/\S+/g) ?? [];
    assert.equal(addresses.length, 1, demo.said());
    const { statusCode, body } = await request(demo.page);
    assert.equal(statusCode, 200);
    assert.match(await body.text(), /<atto-connect /);
  });

  it('says nothing else while nothing happens', async () => {
    await sleep(500);
    const lines = demo
      .said()
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('> ') && !/^npm warn/.test(line));
    const known = [
      /^Building the widget …$/,
      /^ {2}http:\/\//,
      /^ {2}Open it in a browser\. Ctrl-C stops everything\.$/,
    ];
    assert.deepEqual(
      lines.filter((line) => !known.some((pattern) => pattern.test(line))),
      [],
    );
  });

  it('stops everything on Ctrl-C', async () => {
    const exited = once(demo.child, 'exit');
    demo.signalAll('SIGINT');
    await exited;
    await assert.rejects(request(demo.page), { code: 'ECONNREFUSED' });
  });
});

describe('npm start that is ended by its process id', { skip: NO_GROUPS }, () => {
  it('leaves nothing behind', async () => {
    const demo = await start();
    demo.child.kill('SIGTERM');
    try {
      await until('the last of it has gone', () => !demo.signalAll(0));
      await assert.rejects(request(demo.page), { code: 'ECONNREFUSED' });
    } finally {
      demo.signalAll('SIGKILL');
    }
  });
});

interface Demo {
  readonly child: ChildProcess;
  readonly page: string;
  said(): string;
  /** False where none of its processes is left. */
  signalAll(signal: NodeJS.Signals | 0): boolean;
}

async function start(): Promise<Demo> {
  // A group of its own, as a terminal gives: Ctrl-C reaches npm, the shell and the demo alike.
  const child = spawn('npm', ['start'], { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!/https?:\/\//.test(said) && child.exitCode === null && Date.now() < deadline) {
    await sleep(50);
  }
  const { port } = new URL(said.match(/https?:\/\/\S+/)?.[0] ?? 'http://said-none');
  return {
    child,
    page: `http://127.0.0.1:${port}/`,
    said: () => said,
    signalAll(signal) {
      try {
        return process.kill(-(child.pid ?? 0), signal);
      } catch {
        return false;
      }
    },
  };
}
