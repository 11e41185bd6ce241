import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';

const root = dirname(dirname(import.meta.dirname));
/** Building the widget is part of a first start. */
const READY_WITHIN_MS = 60_000;

describe('npm start', {
  skip: process.platform === 'win32' ? 'process groups are signalled differently' : false,
}, () => {
  let child: ChildProcess;
  let said = '';

  before(async () => {
    // A group of its own, as a terminal gives: Ctrl-C reaches npm, the shell and the demo alike.
    child = spawn('npm', ['start'], { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!/https?:\/\//.test(said) && child.exitCode === null && Date.now() < deadline) {
      await sleep(50);
    }
  });

  after(() => {
    if (child.exitCode === null && child.signalCode === null) {
      interrupt('SIGKILL');
    }
  });

  it('prints one address, and a page answers there', async () => {
    const addresses = said.match(/https?:\/\/\S+/g) ?? [];
    assert.equal(addresses.length, 1, said);
    const { port } = new URL(addresses[0] ?? '');
    const { statusCode, body } = await request(`http://127.0.0.1:${port}/`);
    assert.equal(statusCode, 200);
    assert.match(await body.text(), /<atto-connect /);
  });

  it('says nothing else while nothing happens', async () => {
    await sleep(500);
    const lines = said
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
    const { port } = new URL(said.match(/https?:\/\/\S+/)?.[0] ?? '');
    const exited = once(child, 'exit');
    interrupt('SIGINT');
    await exited;
    await assert.rejects(request(`http://127.0.0.1:${port}/`), { code: 'ECONNREFUSED' });
  });

  function interrupt(signal: NodeJS.Signals): void {
    process.kill(-(child.pid ?? 0), signal);
  }
});
