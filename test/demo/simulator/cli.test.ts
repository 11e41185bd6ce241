import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../../demo/simulator/cli.ts', import.meta.url));

function run(t: TestContext, args: string[]) {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output.text += part));
  return { child, output, exit: once(child, 'exit') };
}

describe('npm run simulator', () => {
  it('prints address and credentials, serves, and leaves cleanly on SIGTERM', async (t) => {
    const { child, output, exit } = run(t, ['--port', '0', '--client-secret', 's'.repeat(32)]);
    while (!output.text.includes('Ctrl-C')) await once(child.stdout, 'data');
    const url = /at (http:\S+)/.exec(output.text)?.[1];
    assert.match(output.text, new RegExp(`client_secret +${'s'.repeat(32)}`));
    assert.equal((await fetch(`${url}/simulator`)).status, 200);
    child.kill('SIGTERM');
    assert.deepEqual(await exit, [0, null]);
  });

  it('explains itself', async (t) => {
    const { output, exit } = run(t, ['--help']);
    assert.deepEqual(await exit, [0, null]);
    assert.match(output.text, /--redirect-url/);
  });

  for (const [what, args, says] of [
    ['a port that is none', ['--port', 'x'], /not a port/],
    ['an unknown option', ['--prot', '1'], /--prot/],
    ['a secret that is too short', ['--client-secret', 'short'], /clientSecret/],
  ] as const) {
    it(`refuses ${what} and points to the help`, async (t) => {
      const { output, exit } = run(t, [...args]);
      assert.deepEqual(await exit, [1, null]);
      assert.match(output.text, says);
      assert.match(output.text, /--help/);
    });
  }
});
