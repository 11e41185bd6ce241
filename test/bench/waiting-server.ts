/**
 * The bff for `rows/waiting.ts`: when its parent says so, its store tells that any journey may have changed, as a store
 * does that has been away.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createBff } from '../../bff/src/app.ts';
import { configFromEnvironment } from '../../bff/src/config.ts';
import { SqliteStore } from '../../bff/src/stores/sqlite-store.ts';

class ToldStore extends SqliteStore {
  override onJourneyChanged(listener: (journeyId: string | null) => void): () => void {
    process.on('message', (message) => {
      if (message === 'any journey') listener(null);
    });
    return super.onJourneyChanged(listener);
  }
}

const app = express().disable('x-powered-by').disable('etag').set('query parser', false);
const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  const config = configFromEnvironment(process.env, { port: (server.address() as AddressInfo).port });
  app.use(createBff({ config, store: new ToldStore(config.dataDirectory) }));
  console.log(`listening on ${config.publicUrl}`);
});
