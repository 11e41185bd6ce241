import { parseArgs } from 'node:util';
import type { WebhookTarget } from './settings.ts';
import { createSimulator, type SimulatorOptions } from './simulator.ts';

const help = `A stand-in for Atto: API, Connect pages and webhooks.

Usage: npm run simulator -- [options]

  --port <number>                 Port to listen on. Default: the PORT variable, else 8788.
  --redirect-url <url>            Where Connect sends the customer at the end.
  --webhook <url>                 Where v2 notifications go. May be given more than once.
  --webhook-token-url <url>       Where a token for them is asked for first (OAuth2 client credentials). Default: none is.
  --webhook-client-id <text>      The id that it is asked for with.
  --webhook-client-secret <text>  The secret that goes with the id.
  --client-secret <text>          At least 32 characters. Default: ATTO_CLIENT_SECRET, else a new one at each start.
  --help                          Show this text.

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
      'webhook-token-url': { type: 'string' },
      'webhook-client-id': { type: 'string' },
      'webhook-client-secret': { type: 'string' },
      'client-secret': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(help);

  const clientSecret = values['client-secret'] ?? process.env['ATTO_CLIENT_SECRET'];
  const authentication = readWebhookAuthentication(
    values['webhook-token-url'],
    values['webhook-client-id'],
    values['webhook-client-secret'],
  );
  const options: SimulatorOptions = {
    ...(clientSecret ? { clientSecret } : {}),
    ...(values['redirect-url'] ? { redirectUrl: values['redirect-url'] } : {}),
    webhooks: (values.webhook ?? []).map((url) => ({ url, version: 'v2', ...authentication })),
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

type WebhookAuthentication = Required<Pick<WebhookTarget, 'tokenUrl' | 'clientId' | 'clientSecret'>>;

/** A part of it would be sent nowhere, and nobody would see why their webhooks are refused. */
function readWebhookAuthentication(
  tokenUrl?: string,
  clientId?: string,
  clientSecret?: string,
): WebhookAuthentication | undefined {
  if (tokenUrl && clientId && clientSecret) return { tokenUrl, clientId, clientSecret };
  if (tokenUrl || clientId || clientSecret)
    throw new Error('--webhook-token-url, --webhook-client-id and --webhook-client-secret go together.');
  return undefined;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`"${text}" is not a port number.`);
  return port;
}
