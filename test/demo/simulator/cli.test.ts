import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startReceiver, until } from './support.ts';

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

  it('asks for a token before it sends a webhook, where it was told how', async (t) => {
    const receiver = await startReceiver(t, ({ path }) =>
      path === '/token' ? { status: 200, json: { access_token: 'abc', expires_in: 60 } } : { status: 204 },
    );
    const { child, output } = run(t, [
      ...['--port', '0', '--webhook', `${receiver.url}/webhook`, '--webhook-token-url', `${receiver.url}/token`],
      ...['--webhook-client-id', 'atto', '--webhook-client-secret', 'open sesame'],
    ]);
    while (!output.text.includes('Ctrl-C')) await once(child.stdout, 'data');
    const url = /at (http:\S+)/.exec(output.text)?.[1];
    await fetch(`${url}/simulator/notifications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ consentId: 'x' }),
    });
    await until('a webhook has come', () => receiver.received.length === 2);
    const [token, webhook] = receiver.received;
    assert.equal(token?.headers.authorization, `Basic ${btoa('atto:open sesame')}`);
    assert.deepEqual([webhook?.path, webhook?.headers.authorization], ['/webhook', 'Bearer abc']);
  });

  for (const [what, args, says] of [
    ['a port that is none', ['--port', 'x'], /not a port/],
    ['an unknown option', ['--prot', '1'], /--prot/],
    ['a secret that is too short', ['--client-secret', 'short'], /clientSecret/],
    ['half of what a webhook token needs', ['--webhook-token-url', 'http://127.0.0.1:9/token'], /go together/],
  ] as const) {
    it(`refuses ${what} and points to the help`, async (t) => {
      const { output, exit } = run(t, [...args]);
      assert.deepEqual(await exit, [1, null]);
      assert.match(output.text, says);
      assert.match(output.text, /--help/);
    });
  }
});
