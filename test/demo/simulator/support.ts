import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../demo/simulator/simulator.ts';

/** Where these tests let Connect return to; nothing listens there. */
export const redirectUrl = 'http://127.0.0.1:9/return';

/** A running simulator that stops with the test. Quick by default: no pauses between data steps or retries. */
export async function startSimulator(t: TestContext, options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = createSimulator({ redirectUrl, dataStepMs: 1, webhookRetryDelaysMs: [1, 1, 1], ...options });
  await simulator.start();
  t.after(() => simulator.stop());
  return simulator;
}

/** Asks for a token; the answer as it came. */
export function requestToken(simulator: Simulator, form: Record<string, string> = {}): Promise<Response> {
  const { clientId, clientSecret } = simulator.settings;
  return fetch(`${simulator.url}/v1/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'api:consent',
      ...form,
    }),
  });
}

export async function accessToken(simulator: Simulator, scope = 'api:consent'): Promise<string> {
  const body = (await (await requestToken(simulator, { scope })).json()) as { access_token: string };
  return body.access_token;
}

/** Calls the API with a fresh token of the consent scope. */
export async function callApi(simulator: Simulator, path: string, init: RequestInit = {}): Promise<Response> {
  const authorization = `Bearer ${await accessToken(simulator)}`;
  return fetch(simulator.url + path, { ...init, headers: { authorization, ...init.headers } });
}

export async function getJson<T = Record<string, unknown>>(simulator: Simulator, path: string): Promise<T> {
  return (await (await callApi(simulator, path)).json()) as T;
}

/** A call a client's server received. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The body read as JSON; empty for the token form. */
  json: Record<string, unknown>;
}

/** A client's server. `answer` picks status and body for each call; by default all is well. */
export async function startReceiver(
  t: TestContext,
  answer: (received: Received, count: number) => { status: number; json?: unknown } = () => ({ status: 204 }),
) {
  const received: Received[] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const part of req) body += part;
    const json = req.headers['content-type'] === 'application/json' ? JSON.parse(body) : {};
    const call = { path: req.url ?? '', headers: req.headers, body, json };
    received.push(call);
    const { status, json: reply } = answer(call, received.length);
    res.writeHead(status, { 'content-type': 'application/json' }).end(reply === undefined ? '' : JSON.stringify(reply));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** Waits until something is so, looking often; fails after two seconds. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + 2_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`waited two seconds in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
