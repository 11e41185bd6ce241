import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { createBff } from '../../bff/src/app.ts';
import { configFromEnvironment } from '../../bff/src/config.ts';
import type { Store } from '../../bff/src/stores/store.ts';
import { BffClient } from './bff-client.ts';
import { credentialsOf, type Environment } from './start-bff.ts';

export interface MountedBff {
  readonly client: BffClient;
  /** Ends the bff; the store stays open. */
  close(): Promise<void>;
}

/**
 * A bff over a store that the test holds in its hands.
 * @param now its time, in milliseconds since the epoch
 */
export async function mountBff(
  environment: Environment,
  store: Store,
  now: () => number = Date.now,
): Promise<MountedBff> {
  const app = express();
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const config = configFromEnvironment(environment, { port: (server.address() as AddressInfo).port });
  const bff = createBff({ config, store, logger: pino({ level: 'silent' }), now });
  app.disable('etag').use(bff);
  const client = new BffClient(config.publicUrl, credentialsOf(environment), now);
  return {
    client,
    async close() {
      await client.close();
      await bff.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
