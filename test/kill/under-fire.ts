import { setImmediate as polled, setTimeout as sleep } from 'node:timers/promises';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';
import { until } from '../support/until.ts';
import { Battlefield, type EngineName } from './battlefield.ts';
import { connectedStories, DELIVERIES_PER_STORY } from './delivery.ts';
import { type Judgement, judge } from './judgement.ts';
import { PartnerFeed } from './partner-feed.ts';
import { Sender } from './sender.ts';
import { Storm } from './storm.ts';

/** What is killed: the bff, PostgreSQL under it, or the bff while its inbox holds webhooks because PostgreSQL is gone. */
export type KillKind = 'bff' | 'PostgreSQL' | 'bff with a full inbox';

export interface Plan {
  readonly engine: EngineName;
  readonly seed: number;
  /** At least so many webhooks, each a fact of its own. */
  readonly webhooks: number;
  /** How many kills of each kind; one with a full inbox comes with one of PostgreSQL. */
  readonly kills: Readonly<Partial<Record<KillKind, number>>>;
  /** How long the sender waits after each failed attempt; Atto: 2, 4 and 8 s. */
  readonly pausesMs: readonly number[];
  /** Whether, after the last kill, all that was not sent yet is sent. */
  readonly tellsAll: boolean;
  /** How long nothing new may be heard in the end before the rest counts as lost. */
  readonly patienceMs: number;
  /** A receiver other than the bff's own `server.ts`. */
  readonly server?: string;
  readonly log: (line: string) => void;
}

export interface Kill {
  readonly kind: KillKind;
  /** Requests that were sent and, at that moment, not answered; of the bff: that never were. */
  readonly inFlight: number;
  /** Webhooks that waited in the local inbox. */
  readonly inboxed: number;
}

export interface Outcome extends Judgement {
  readonly kills: readonly Kill[];
  readonly webhooks: number;
  readonly acknowledged: number;
  readonly givenUp: number;
  /** Sent more than once, after a failure or for no reason. */
  readonly sentAgain: number;
  readonly events: number;
  /** Whether what the partner read by cursor through all kills is what it can read afterwards. */
  readonly isFeedComplete: boolean;
  readonly seconds: number;
}

export const IN_FLIGHT_AT_LEAST = 8;
const FULL_INBOX = 'bff with a full inbox';
const WAVES_AT_MOST = 14;
const BREATH_MS = 100;
const MOMENT_MS = 5;
const STARVED_MS = 30_000;

/** One run: sends, kills, starts again, and in the end holds what was acknowledged against what the partner heard. */
export async function underFire(plan: Plan): Promise<Outcome> {
  const start = performance.now();
  const random = seededRandom(plan.seed);
  const field = await Battlefield.open(plan.engine, plan.server);
  const sender = new Sender(field.bff.client.url, plan.pausesMs);
  const feed = new PartnerFeed(field.partner);
  try {
    const count = Math.ceil(plan.webhooks / DELIVERIES_PER_STORY);
    const stories = await connectedStories(count, { client: field.bff.client, atto: field.atto, random });
    sender.useToken(await field.bff.client.webhookToken());
    const storm = new Storm({ stories, sender, feed, atto: field.atto, random });
    const kills = await new Killer(plan, { field, sender, storm, random }).killAll();
    await (plan.tellsAll ? storm.blowOver(plan.patienceMs) : storm.calmDown(plan.patienceMs));
    const { deliveries } = storm;
    const events = await field.partner.allEvents();
    await until('the partner has read on', () => feed.events.length >= events.length);
    const cursors = (list: readonly { cursor: string }[]) => list.map(({ cursor }) => cursor).join();
    return {
      ...judge(deliveries, events),
      kills,
      webhooks: deliveries.filter(({ attempts }) => attempts > 0).length,
      acknowledged: deliveries.filter(({ state }) => state === 'acknowledged').length,
      givenUp: deliveries.filter(({ state }) => state === 'given up').length,
      sentAgain: deliveries.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), storm.sentTwice),
      events: events.length,
      isFeedComplete: cursors(feed.events) === cursors(events),
      seconds: Math.round((performance.now() - start) / 1000),
    };
  } finally {
    await feed.close();
    sender.close();
    await field.close();
  }
}

interface Parts {
  readonly field: Battlefield;
  readonly sender: Sender;
  readonly storm: Storm;
  readonly random: SeededRandom;
}

class Killer {
  readonly #plan: Plan;
  readonly #parts: Parts;
  readonly #kills: Kill[] = [];

  constructor(plan: Plan, parts: Parts) {
    this.#plan = plan;
    this.#parts = parts;
  }

  /** Those that caught fewer in flight than they should are made up for, and not counted. */
  async killAll(): Promise<Kill[]> {
    const { random } = this.#parts;
    const kinds = Object.entries(this.#plan.kills).flatMap(([kind, times]) =>
      Array<KillKind>(times).fill(kind as KillKind),
    );
    for (const kind of random.shuffled(kinds)) {
      let kill: Kill;
      do kill = await this.#round(kind);
      while (!counts(kill));
    }
    return this.#kills.filter(counts);
  }

  /** Some waves of webhooks, and in the midst of one of them the kill; then everything is started again. */
  async #round(kind: KillKind): Promise<Kill> {
    const { field, storm, random } = this.#parts;
    await storm.waves(random.below(WAVES_AT_MOST));
    if (kind === 'bff') {
      const kill = await this.#inTheMidst(kind, () => field.killBff());
      await field.startBff();
      return kill;
    }
    const ofPostgres = await this.#inTheMidst('PostgreSQL', () => field.killPostgres());
    await storm.waves(1 + random.below(4));
    if (kind === 'PostgreSQL') {
      await field.startPostgres();
      return ofPostgres;
    }
    const kill = await this.#inTheMidst(kind, () => field.killBff());
    if (random.percent(50)) {
      await field.startBff();
      await storm.waves(1);
      await field.startPostgres();
    } else {
      await field.startPostgres();
      await field.startBff();
    }
    return kill;
  }

  async #inTheMidst(kind: KillKind, end: () => Promise<void>): Promise<Kill> {
    const { field, sender, storm, random } = this.#parts;
    const start = performance.now();
    do {
      if (performance.now() - start > STARVED_MS)
        throw new Error(`nothing can be sent to the bff any more: ${field.bff.output()}`);
      if (storm.wave() < IN_FLIGHT_AT_LEAST) await sleep(BREATH_MS);
      await sender.reached(IN_FLIGHT_AT_LEAST + random.below(IN_FLIGHT_AT_LEAST), BREATH_MS);
      if (random.percent(50)) {
        await sleep(random.below(MOMENT_MS));
        // Answers that have arrived are read before they are counted.
        await polled();
      }
    } while (sender.inFlight < IN_FLIGHT_AT_LEAST);
    const caught = sender.caught();
    const dead = end();
    const inboxed = field.inboxed();
    await dead;
    await polled();
    // PostgreSQL's clients live on, and answer from the inbox what its death has caught.
    const inFlight = kind === 'PostgreSQL' ? caught.outstanding : caught.cutOff();
    const kill = { kind, inFlight, inboxed };
    this.#kills.push(kill);
    const held = kind === FULL_INBOX ? `, ${inboxed} in the inbox` : '';
    const { engine, log } = this.#plan;
    log(
      `${engine} ${this.#kills.length}: ${kind} killed, ${inFlight} in flight${held}; ${sender.answers} acknowledged`,
    );
    return kill;
  }
}

function counts({ kind, inFlight, inboxed }: Kill): boolean {
  return inFlight >= IN_FLIGHT_AT_LEAST && (kind !== FULL_INBOX || inboxed > 0);
}
