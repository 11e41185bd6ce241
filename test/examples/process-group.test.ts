import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { ProcessGroup } from '../support/process-group.ts';

/**
 * As npm does: starts something that runs on, here for ten minutes. Both write to the same place, which is closed only
 * once both have ended.
 */
const SHELL = ['-c', 'sleep 600 & echo started; wait'];
const IN_TIME = { timeout: 20_000, skip: process.platform === 'win32' ? 'there is no sh' : false };

describe('what the tests start', IN_TIME, () => {
  it('ends with all that it has started', async () => {
    const group = ProcessGroup.start('sh', SHELL, { stdio: ['ignore', 'pipe', 'inherit'] });
    await started(group.child);
    await group.end();
    assert.equal(await group.closed, null);
    await group.end();
  });

  it('does not outlive a file of tests that took too long', async () => {
    const module = new URL('../support/process-group.ts', import.meta.url).href;
    const code = `
      import { ProcessGroup } from '${module}';
      ProcessGroup.start('sh', ${JSON.stringify(SHELL)}, { stdio: 'inherit' });
    `;
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', code];
    const file = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await started(file);
    file.kill();
    assert.deepEqual(await once(file, 'close'), [143, null]);
  });
});

async function started({ stdout }: ChildProcess): Promise<void> {
  assert.ok(stdout);
  assert.equal(`${await once(stdout, 'data')}`, 'started\n');
}
