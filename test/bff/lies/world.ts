import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BffClient } from '../../support/bff-client.ts';
import { OtherAtto } from '../../support/other-atto.ts';
import { type BffProcess, bffEnvironment, type Environment, secret, startBffProcess } from '../../support/start-bff.ts';
import type { World } from './lie.ts';

export interface RunningWorld extends World {
  close(): Promise<void>;
}

/** A bff in a process of its own with three partners, and an Atto whose consents a test may write. */
export async function startWorld(server?: string): Promise<RunningWorld> {
  const atto = await OtherAtto.start();
  const plain = bffEnvironment(atto);
  const exactSecret = secret();
  const environment: Environment = { ...plain, PARTNERS_FILE: partnersFile(plain, exactSecret) };
  let bff: BffProcess;
  try {
    bff = await startBffProcess(environment, server);
  } catch (error) {
    await atto.close();
    throw error;
  }
  const { client } = bff;
  const credentials = { partner: 'exact', origin: 'https://exact.example', signingSecret: exactSecret };
  const exact = new BffClient(client.url, { ...client.credentials, ...credentials }, bff.now);
  return {
    bff: client,
    exact,
    stranger: 'stranger',
    atto,
    now: () => bff.now(),
    moveClock: (milliseconds) => bff.moveClock(milliseconds),
    async close() {
      await exact.close();
      await bff.close();
      await atto.close();
    },
  };
}

function partnersFile(environment: Environment, exactSecret: string): string {
  const partner = (id: string, signingSecret = secret(), more: object = {}) => ({
    id,
    origins: [`https://${id}.example`],
    returnUrls: { main: `https://${id}.example/done` },
    configIds: [id],
    signingSecret,
    apiKey: secret(),
    guests: true,
    ...more,
  });
  const { PARTNER_ORIGINS: origins, PARTNER_RETURN_URLS: returnUrls, PARTNER_SIGNING_SECRET: acmeSecret } = environment;
  const partners = [
    { ...partner('acme', acmeSecret), origins, returnUrls },
    partner('exact', exactSecret, { reference: 'exact' }),
    partner('stranger'),
  ];
  const path = join(environment['DATA_DIR'] ?? '', 'partners.json');
  writeFileSync(path, JSON.stringify(partners));
  return path;
}
