import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { freePort } from '../../demo/free-port.ts';
import { createSimulator, type Simulator } from '../../demo/simulator/simulator.ts';
import { BffClient } from '../support/bff-client.ts';
import {
  type BffProcess,
  bffEnvironment,
  credentialsOf,
  type Environment,
  startBffProcess,
} from '../support/start-bff.ts';
import { CallLog } from './call-log.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';

export interface FloodOptions {
  /** Open journeys; Atto sends one webhook of the consent of each. */
  readonly journeys: number;
  /** Of these, whose customers have come back before, and wait for Atto to decide. */
  readonly returned: number;
  readonly webhooksPerMinute: number;
  /** Customers who come back meanwhile, with a consent that is Active. */
  readonly returnsPerMinute: number;
  /** Ours (`ATTO_BUDGET`), and what the stand-in enforces. */
  readonly budget: number;
  readonly enforced: number;
  /** From the last webhook on. */
  readonly patienceSeconds: number;
  /** Without one: the embedded store, and one process; with it two. */
  readonly databaseUrl?: string;
}

export interface FloodResult {
  readonly webhooks: { readonly sent: number; readonly acknowledged: number; readonly seconds: number };
  readonly calls: {
    readonly mostInAMinute: number;
    readonly lists: number;
    readonly oneByOne: number;
    readonly refused: number;
  };
  /** From handing over what came back to the answer that it is connected. */
  readonly returns: Percentiles & { readonly connectedAtOnce: number };
  /** Seconds after the first webhook when all were right; null where they were not in time. */
  readonly allRightAfterSeconds: number | null;
  readonly wrong: number;
}

/** A journey, its consent, and how both are to stand in the end. */
interface Case {
  readonly journey: StartedJourney;
  readonly consentId: string;
  readonly isReturned: boolean;
  readonly becomes: 'Active' | 'Failed';
}

const AT_A_TIME = 16;
const FOR_SET_UP = '1000000';
const MINUTE_MS = 60_000;

/**
 * Webhooks of far more consents than Atto lets us ask about one by one, while customers come back. What is right is read
 * from the partner's events alone.
 */
export async function flood(options: FloodOptions): Promise<FloodResult> {
  const simulator = createSimulator({ validationToken: 'off', abandonAfterMs: 86_400_000 });
  simulator.configure({ rateLimits: { authorisedPerMinute: 1_000_000, tokenPerMinute: 600 } });
  await simulator.start();
  let bffs = await startBffs(simulator, options);
  try {
    const cases = await openJourneys(simulator, bffs, options);
    bffs = await withQuota(bffs, options);
    simulator.configure({ rateLimits: { authorisedPerMinute: options.enforced, tokenPerMinute: 600 } });
    return await run(simulator, bffs, cases, options);
  } finally {
    await Promise.all(bffs.map(({ client }) => client.close()));
    await Promise.all(bffs.map(({ bff }) => bff.close()));
    await simulator.stop();
  }
}

interface Bff {
  readonly bff: BffProcess;
  readonly client: BffClient;
}

async function startBffs({ url, settings }: Simulator, { databaseUrl }: FloodOptions): Promise<Bff[]> {
  const { applicationId, clientId, clientSecret } = settings;
  const ports = databaseUrl === undefined ? [await freePort(0)] : [await freePort(0), await freePort(0)];
  const shared = bffEnvironment(
    { url, applicationId },
    {
      ATTO_CLIENT_ID: clientId,
      ATTO_CLIENT_SECRET: clientSecret,
      ATTO_VALIDATION_TOKEN: 'off',
      ATTO_BUDGET: FOR_SET_UP,
      PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    },
  );
  return Promise.all(
    ports.map((port, n) => {
      const own = n === 0 ? {} : { DATA_DIR: mkdtempSync(join(tmpdir(), 'atto-connect-bff-')) };
      return startOne({ ...shared, ...own, PORT: String(port) });
    }),
  );
}

/** The address that a client signs tokens for is that of both. */
async function startOne(environment: Environment): Promise<Bff> {
  const bff = await startBffProcess(environment);
  return { bff, client: new BffClient(`http://127.0.0.1:${environment['PORT']}`, credentialsOf(environment)) };
}

/** From here on our quota counts; what the set-up spent is forgotten after a minute. */
async function withQuota(bffs: readonly Bff[], { budget, returned }: FloodOptions): Promise<Bff[]> {
  const again = await Promise.all(
    bffs.map(async ({ bff, client }) => ({
      bff: await bff.restart({ ATTO_BUDGET: String(budget), PORT: bff.environment['PORT'] }),
      client,
    })),
  );
  if (returned > 0) await sleep(MINUTE_MS + 2000);
  return again;
}

async function openJourneys(simulator: Simulator, bffs: readonly Bff[], options: FloodOptions): Promise<Case[]> {
  const cases: Case[] = [];
  const open = async (n: number) => {
    const { client } = bffs[n % bffs.length] as Bff;
    const journey = await client.launched();
    const { consentId } = simulator.addConsent({ customerReference: journey.reference });
    const isReturned = n < options.returned;
    if (isReturned) await client.redeem(journey, { customerRef: journey.reference, state: 'success', consentId });
    cases.push({ journey, consentId, isReturned, becomes: n % 10 === 9 ? 'Failed' : 'Active' });
    client.heard.length = 0;
  };
  let next = 0;
  const opener = async () => {
    while (next < options.journeys) await open(next++);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, opener));
  return shuffled(cases);
}

async function run(
  simulator: Simulator,
  bffs: readonly Bff[],
  cases: readonly Case[],
  options: FloodOptions,
): Promise<FloodResult> {
  const calls = new CallLog(simulator);
  const partner = new Follower(bffs[0] as Bff);
  const start = performance.now();
  const returns: number[] = [];
  let connectedAtOnce = 0;
  let acknowledged = 0;
  const [seconds] = await Promise.all([
    paced(options.webhooksPerMinute, cases.length, async (n) => {
      const { client } = bffs[n % bffs.length] as Bff;
      const { status } = await client.webhook(decide(simulator, cases[n] as Case));
      if (status === 204) acknowledged += 1;
      client.heard.length = 0;
    }),
    paced(options.returnsPerMinute, countOf(options), async (n) => {
      const { milliseconds, isAtOnce } = await comeBack(simulator, bffs[n % bffs.length] as Bff);
      returns.push(milliseconds);
      if (isAtOnce) connectedAtOnce += 1;
    }),
  ]);
  const until = performance.now() + options.patienceSeconds * 1000;
  let wrong = cases.length;
  while (wrong > 0 && performance.now() < until) {
    await sleep(1000);
    await partner.readOn();
    wrong = cases.filter((one) => !partner.isRight(one)).length;
  }
  const allRightAfter = (performance.now() - start) / 1000;
  calls.stop();
  return {
    webhooks: { sent: cases.length, acknowledged, seconds },
    calls: {
      mostInAMinute: calls.mostInAMinute(),
      lists: calls.count('lists'),
      oneByOne: calls.count('one by one'),
      refused: calls.count('refused'),
    },
    returns: { ...percentilesOf(returns), connectedAtOnce },
    allRightAfterSeconds: wrong === 0 ? Math.round(allRightAfter) : null,
    wrong,
  };
}

function countOf({ journeys, webhooksPerMinute, returnsPerMinute }: FloodOptions): number {
  return Math.floor((journeys / webhooksPerMinute) * returnsPerMinute);
}

/** Calls `send` `count` times, evenly spread. @returns the seconds that it took until the last had its answer */
async function paced(perMinute: number, count: number, send: (n: number) => Promise<void>): Promise<number> {
  const start = performance.now();
  const sent: Promise<void>[] = [];
  while (sent.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - start) / MINUTE_MS) * perMinute) + 1);
    while (sent.length < due) sent.push(send(sent.length));
    await sleep(10);
  }
  await Promise.all(sent);
  return Math.round((performance.now() - start) / 1000);
}

/** Atto decides, and tells of it (documentation, "V2 Webhooks"). */
function decide(simulator: Simulator, { consentId, becomes }: Case): object {
  const now = new Date().toISOString();
  const active = { consentStart: now, consentEnd: new Date(Date.now() + 90 * 86_400_000).toISOString() };
  const fields = { consentStatus: becomes, statusUpdated: now, ...(becomes === 'Active' && active) };
  const consent = simulator.editConsent(consentId, fields);
  const data = { ...consent, consentJourney: null, dataAvailability: null };
  return {
    eventId: randomUUID(),
    eventType: 'Consent',
    eventTime: now,
    schemaType: 'Consent',
    schemaVersion: '1.0.0',
    data,
  };
}

async function comeBack(simulator: Simulator, { client }: Bff): Promise<{ milliseconds: number; isAtOnce: boolean }> {
  const journey = await client.launched();
  const now = new Date().toISOString();
  const active = { consentStatus: 'Active', consentStart: now, statusUpdated: now } as const;
  const { consentId } = simulator.addConsent({ customerReference: journey.reference, ...active });
  const start = performance.now();
  let seen = await client.redeem(journey, { customerRef: journey.reference, state: 'success', consentId });
  const isAtOnce = seen.body.status === 'connected';
  while (seen.body.status !== 'connected') {
    const answer = await client.view(journey, { 'if-none-match': seen.headers['etag'], prefer: 'wait=20' });
    if (answer.status !== 304) seen = answer;
  }
  return { milliseconds: performance.now() - start, isAtOnce };
}

/** The partner's server, which reads its events. */
class Follower {
  readonly #client: BffClient;
  readonly #authorization: string;
  readonly #journeys = new Map<string, string>();
  readonly #consents = new Map<string, string>();
  #after = '0';

  constructor({ bff, client }: Bff) {
    this.#client = client;
    this.#authorization = `Bearer ${bff.environment['PARTNER_API_KEY']}`;
  }

  async readOn(): Promise<void> {
    for (;;) {
      const { body } = await this.#client.call<{ events: FollowedEvent[]; next: string }>(
        'GET',
        `/v1/partner/events?after=${this.#after}`,
        { authorization: this.#authorization },
      );
      for (const { type, journeyId, consentId, status } of body.events) {
        if (type === 'journey.updated' && journeyId) this.#journeys.set(journeyId, status);
        if (type === 'consent.updated' && consentId) this.#consents.set(consentId, status);
      }
      this.#after = body.next;
      this.#client.heard.length = 0;
      if (body.events.length === 0) return;
    }
  }

  /** Who has come back is connected or has failed; of whom has not, the partner knows how the consent stands. */
  isRight({ journey, consentId, isReturned, becomes }: Case): boolean {
    const status = this.#journeys.get(journey.journeyId);
    if (isReturned) return status === (becomes === 'Active' ? 'connected' : 'failed');
    return status === 'launched' && this.#consents.get(consentId) === becomes;
  }
}

interface FollowedEvent {
  readonly type: string;
  readonly journeyId?: string;
  readonly consentId?: string | null;
  readonly status: string;
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
