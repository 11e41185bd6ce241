import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createBff } from './app.ts';
import { configFromEnvironment, unknownVariables } from './config.ts';
import { ConfigurationError, fault } from './configuration-error.ts';
import { standardLogger } from './standard-logger.ts';
import { openStore } from './stores/open-store.ts';

export interface RunningBff {
  /** `PUBLIC_URL`. */
  readonly url: string;
  /** Is not ready any more and answers who waits, but goes on with everything, so that a load balancer can turn elsewhere. */
  retire(): void;
  /** Takes no more, answers those who wait, finishes what is under way, and leaves; at most some seconds. */
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
/** Longer than a load balancer keeps its connections, so that it is never we who hang up on a request. */
const KEEP_ALIVE_MS = 65_000;
const CLOSE_WITHIN_MS = 6000;

/**
 * A bff as a process of its own.
 * @param environment the variables of design section 4
 * @throws {ConfigurationError} with one line per fault
 */
export async function startBff(environment: Readonly<Record<string, string | undefined>>): Promise<RunningBff> {
  const { host, port } = configFromEnvironment(environment);
  const app = express();
  const server = createServer({ connectionsCheckingInterval: 2000 }, app);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxHeadersCount = 64;
  // The port that is really taken belongs to PUBLIC_URL, and with it to everything that is signed.
  await listen(server, port, host);
  try {
    const config = configFromEnvironment(environment, { port: (server.address() as AddressInfo).port });
    const logger = standardLogger(config.logLevel);
    if (config.webhookAuth === 'none') logger.warn('WEBHOOK_AUTH=none: anybody can post webhooks to this bff');
    const names = unknownVariables(environment);
    if (names.length > 0) logger.warn({ names }, 'these are no variables of the bff, though they are spelt like some');
    const store = openStore(config, logger);
    const bff = createBff({ config, store, logger });
    app.disable('x-powered-by').disable('etag').set('query parser', false).set('trust proxy', config.trustProxy);
    app.use(bff);
    return {
      url: config.publicUrl,
      retire: () => bff.retire(),
      async close() {
        const closed = closeServer(server);
        await bff.close();
        await closed;
        await store.close();
      },
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

/** @throws {ConfigurationError} where that cannot be had */
function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => reject(new ConfigurationError([whyNotListening(error)]));
    server.once('error', refused);
    server.listen(port, host, () => {
      server.off('error', refused);
      resolve();
    });
  });
}

function whyNotListening({ code = 'unknown' }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return fault(['PORT'], 'is taken: another program listens there');
  if (code === 'EACCES') return fault(['PORT'], 'is not for this user to listen at');
  return fault(['HOST'], `expected an address of this machine (${code})`);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
    // A connection that was busy is idle after its answer, and would be kept alive.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(deadline);
      clearInterval(idle);
      resolve();
    });
  });
}
