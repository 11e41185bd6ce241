import { parseArgs } from 'node:util';
import { createSimulator, type SimulatorOptions } from './simulator.ts';

const help = `A stand-in for Atto: API, Connect pages and webhooks.

Usage: npm run simulator -- [options]

  --port <number>         Port to listen on. Default: the PORT variable, else 8788.
  --redirect-url <url>    Where Connect sends the customer at the end.
  --webhook <url>         Where v2 notifications go. May be given more than once.
  --client-secret <text>  At least 32 characters. Default: ATTO_CLIENT_SECRET, else a new one at each start.
  --help                  Show this text.

While it runs, its control page at /simulator shows what happened and has switches.`;

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.error('\nTry --help.');
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'redirect-url': { type: 'string' },
      webhook: { type: 'string', multiple: true },
      'client-secret': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(help);

  const clientSecret = values['client-secret'] ?? process.env['ATTO_CLIENT_SECRET'];
  const options: SimulatorOptions = {
    ...(clientSecret ? { clientSecret } : {}),
    ...(values['redirect-url'] ? { redirectUrl: values['redirect-url'] } : {}),
    webhooks: (values.webhook ?? []).map((url) => ({ url, version: 'v2' })),
  };
  const simulator = createSimulator(options);
  await simulator.start(readPort(values.port ?? process.env['PORT'] ?? '8788'));

  const { url, settings } = simulator;
  console.log(`Atto simulator at ${url}

  API base        ${url}
  Connect         ${url}/?client_id=${settings.applicationId}&customer_ref=try-it
  Control page    ${url}/simulator
  client_id       ${settings.clientId}
  client_secret   ${settings.clientSecret}

Ctrl-C stops it.`);

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`"${text}" is not a port number.`);
  return port;
}
