import { rmSync } from 'node:fs';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { BffClient } from '../support/bff-client.ts';
import type { OtherAtto } from '../support/other-atto.ts';
import { bffEnvironment, credentialsOf, type Environment } from '../support/start-bff.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** What is published: `node bff/build.ts` makes it. */
const SERVER = new URL('../../bff/dist/server.js', import.meta.url).pathname;

/** As the README has it started ("Many pages that wait"). */
export const NODE_OPTIONS = '--max-semi-space-size=16';

export interface BffUnderLoad {
  readonly server: ServerProcess;
  readonly client: BffClient;
  readonly environment: Environment;
}

/** As it is run for real, log and quota too, but for the limits of an address: all load comes from one. */
export async function withBff<T>(
  atto: OtherAtto,
  changes: Environment,
  use: (bff: BffUnderLoad) => Promise<T>,
  file = SERVER,
): Promise<T> {
  const limits = { ATTO_BUDGET: '450', LIMIT_WAITS: '40000', LIMIT_WAITS_PER_ADDRESS: '40000' };
  const environment = bffEnvironment(atto, { NODE_OPTIONS, LOG_LEVEL: 'info', ...limits, ...changes });
  const server = await startServerProcess(file, { environment });
  const client = new BffClient(server.url, credentialsOf(environment));
  try {
    return await use({ server, client, environment });
  } finally {
    await client.close();
    await server.stop();
    if (changes['DATA_DIR'] === undefined) rmSync(environment['DATA_DIR'] ?? '', { recursive: true, force: true });
  }
}

const AT_A_TIME = 20;

/** So many journeys, a few at a time: making them is not what is measured. */
export async function journeysOf(count: number, make: () => Promise<StartedJourney>): Promise<StartedJourney[]> {
  const journeys: StartedJourney[] = [];
  while (journeys.length < count) {
    const some = Math.min(AT_A_TIME, count - journeys.length);
    journeys.push(...(await Promise.all(Array.from({ length: some }, make))));
  }
  return journeys;
}
