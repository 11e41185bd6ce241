#!/usr/bin/env node
import { ConfigurationError } from './configuration-error.ts';
import { startBff } from './start.ts';

/** EX_CONFIG of sysexits.h. */
const BAD_CONFIGURATION = 78;

try {
  const bff = await startBff(process.env);
  console.log(`listening on ${bff.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await bff.close();
      process.exit(0);
    });
  }
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  for (const fault of error.faults) console.error(fault);
  process.exitCode = BAD_CONFIGURATION;
}
