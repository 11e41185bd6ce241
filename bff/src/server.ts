#!/usr/bin/env node
import { ConfigurationError } from './configuration-error.ts';

/** EX_CONFIG of sysexits.h. */
const BAD_CONFIGURATION = 78;
/** After SIGTERM: how long a load balancer has to notice that we are not ready, before we take no more. */
const RETIRE_MS = 3000;
/** With the above, within the ten seconds that whoever sends SIGTERM waits at least. */
const LEAVE_WITHIN_MS = 6500;
const NODE_NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) < NODE_NEEDED) {
  console.error(`needs Node ${NODE_NEEDED} or later, and this is ${process.version}`);
  process.exit(BAD_CONFIGURATION);
}

try {
  // Not before: an older Node stumbles over what it has no module for.
  const { startBff } = await import('./start.ts');
  const bff = await startBff(process.env);
  console.log(`listening on ${bff.url}`);
  const leave = async () => {
    // What is not finished by then is in the store, and another process goes on with it.
    setTimeout(() => process.exit(0), LEAVE_WITHIN_MS).unref();
    await bff.close();
    process.exit(0);
  };
  process.once('SIGINT', leave);
  process.once('SIGTERM', () => {
    bff.retire();
    setTimeout(leave, RETIRE_MS);
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  for (const fault of error.faults) console.error(fault);
  process.exitCode = BAD_CONFIGURATION;
}
