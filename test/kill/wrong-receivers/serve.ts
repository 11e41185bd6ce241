import express from 'express';
import { pino } from 'pino';
import { createBff } from '../../../bff/src/app.ts';
import { configFromEnvironment } from '../../../bff/src/config.ts';
import { openStore } from '../../../bff/src/stores/open-store.ts';
import type { Store } from '../../../bff/src/stores/store.ts';

type Accept = Store['acceptNotification'];

/** Runs a bff whose store takes webhooks in another way than it should. */
export function serveWrongly(wrongly: (accept: Accept) => Accept): void {
  const config = configFromEnvironment(process.env);
  const logger = pino({ level: 'silent' });
  const store = openStore(config, logger);
  store.acceptNotification = wrongly(store.acceptNotification.bind(store));
  const app = express().use(createBff({ config, store, logger }));
  app.listen(config.port, config.host, () => console.log(`listening on ${config.publicUrl}`));
}
