import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { freePort } from '../../demo/free-port.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { bffEnvironment, type Environment, forget, SERVER } from '../support/start-bff.ts';
import { until } from '../support/until.ts';

/** Every write to it fails, since there is no room: Linux has it. */
const FULL_DISK = '/dev/full';

let atto: OtherAtto;
let environment: Environment;
let url: string;

before(async () => {
  atto = await OtherAtto.start();
  const port = await freePort(0);
  environment = bffEnvironment(atto, { LOG_LEVEL: 'info', PORT: `${port}` });
  url = `http://127.0.0.1:${port}`;
});

after(async () => {
  forget(environment);
  await atto.close();
});

describe('a log that nobody takes', () => {
  it('holds up neither answers nor the end, where its reader has gone', async () => {
    const bff = start('pipe');
    await isAnswering();
    bff.stdout?.destroy();
    await goesOn(bff);
  });

  it('nor where the disk is full', { skip: !existsSync(FULL_DISK) }, async () => {
    const disk = openSync(FULL_DISK, 'w');
    const bff = start(disk);
    closeSync(disk);
    await isAnswering();
    await goesOn(bff);
  });
});

function start(stdout: 'pipe' | number): ChildProcess {
  const env = { NODE_NO_WARNINGS: '1', ...environment };
  return spawn(process.execPath, [SERVER], { env, stdio: ['ignore', stdout, 'inherit'] });
}

async function isAnswering(): Promise<void> {
  await until('the bff answers', () => healthz().catch(() => false));
}

async function goesOn(bff: ChildProcess): Promise<void> {
  try {
    for (let request = 0; request < 20; request++) assert.ok(await healthz());
    const ended = once(bff, 'exit', { signal: AbortSignal.timeout(5000) });
    bff.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
  } finally {
    bff.kill('SIGKILL');
  }
}

async function healthz(): Promise<boolean> {
  const { ok } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2000) });
  return ok;
}
