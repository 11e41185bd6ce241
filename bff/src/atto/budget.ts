import { setTimeout as sleep } from 'node:timers/promises';
import type { AttoConfig } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { AttoError } from './atto-connection.ts';

/**
 * Who asks; earlier ones are served when there is too little for all. `many`: one call that answers for a hundred
 * consents, and so goes before the calls that it spares. `claim`: asked again for a customer who has come back and waits.
 */
export type Purpose = 'return' | 'many' | 'claim' | 'notification' | 'reconciliation' | 'partner' | 'launch';

/** What a purpose may take of a minute's calls: the rest is left for those who are served earlier. */
const SHARE: Readonly<Record<Purpose, number>> = {
  return: 1,
  many: 0.8,
  claim: 0.7,
  notification: 0.55,
  reconciliation: 0.5,
  // What the partner's server asks for can be asked for again, and may come in bulk.
  partner: 0.5,
  // A validation token is a courtesy: without one, a journey starts all the same.
  launch: 0.45,
};

const SLOT_MS = 1000;
/** A minute, and one slot more: a call may be counted at the end of the slot that it left in. */
const WINDOW_SLOTS = 61;

interface Purse {
  /** Calls that left in each second of the last minute, oldest first. */
  spent: readonly (readonly [second: number, calls: number])[];
  /** Atto said 429: nobody asks before. Milliseconds since the epoch. */
  closedUntil: number;
}

/** One application's quota, shared by all processes: kept in the store, changed by compare-and-set. */
export class AttoBudget {
  readonly #store: Store;
  readonly #name: string;
  readonly #perMinute: number;
  readonly #now: () => number;

  /** @param perMinute what may leave in any sixty seconds; Atto takes 500 */
  constructor(
    store: Store,
    { applicationId, budget }: Pick<AttoConfig, 'applicationId' | 'budget'>,
    now: () => number,
  ) {
    this.#store = store;
    this.#perMinute = budget;
    this.#name = `atto-budget:${applicationId.toLowerCase()}`;
    this.#now = now;
  }

  /**
   * Takes one call.
   * @throws {AttoError} 429 with the seconds until there is one
   */
  async take(purpose: Purpose): Promise<void> {
    for (;;) {
      const { purse, revision } = await this.#purse();
      const waitMs = this.#waitMs(purse, purpose);
      if (waitMs > 0) throw new AttoError('the quota is spent', 429, { retryAfterSeconds: waitMs / 1000 });
      if (await this.#store.swapKept(this.#name, JSON.stringify(withOneMore(purse, this.#now())), revision)) return;
      await sleep(Math.random() * 5);
    }
  }

  /** How many calls this purpose may make just now. */
  async available(purpose: Purpose): Promise<number> {
    const { purse } = await this.#purse();
    if (purse.closedUntil > this.#now()) return 0;
    return Math.max(0, this.#limit(purpose) - total(purse));
  }

  /** Atto refused: nobody asks again before it said. */
  async close(seconds: number): Promise<void> {
    const closedUntil = this.#now() + seconds * 1000;
    for (;;) {
      const { purse, revision } = await this.#purse();
      if (purse.closedUntil >= closedUntil) return;
      if (await this.#store.swapKept(this.#name, JSON.stringify({ ...purse, closedUntil }), revision)) return;
    }
  }

  #limit(purpose: Purpose): number {
    return Math.floor(this.#perMinute * SHARE[purpose]);
  }

  /** Until this purpose may take a call; 0 where it may now. */
  #waitMs(purse: Purse, purpose: Purpose): number {
    if (purse.closedUntil > this.#now()) return purse.closedUntil - this.#now();
    let excess = total(purse) + 1 - this.#limit(purpose);
    if (excess <= 0) return 0;
    const freeing = purse.spent.find(([, calls]) => {
      excess -= calls;
      return excess <= 0;
    });
    return ((freeing?.[0] ?? 0) + WINDOW_SLOTS) * SLOT_MS - this.#now();
  }

  async #purse(): Promise<{ purse: Purse; revision: number }> {
    const kept = await this.#store.kept(this.#name);
    if (kept === null) return { purse: { spent: [], closedUntil: 0 }, revision: 0 };
    const { spent, closedUntil } = JSON.parse(kept.value) as Purse;
    const now = this.#now();
    const isRecent = (second: number) => Math.abs(Math.floor(now / SLOT_MS) - second) < WINDOW_SLOTS;
    // What lies further ahead than it can was written while a clock was wrong, and would hold for as long as that was ahead.
    const isClosed = closedUntil <= now + WINDOW_SLOTS * SLOT_MS;
    const purse = { spent: spent.filter(([second]) => isRecent(second)), closedUntil: isClosed ? closedUntil : 0 };
    return { purse, revision: kept.revision };
  }
}

function total({ spent }: Purse): number {
  return spent.reduce((sum, [, calls]) => sum + calls, 0);
}

function withOneMore({ spent, closedUntil }: Purse, now: number): Purse {
  const second = Math.floor(now / SLOT_MS);
  const [last, calls] = spent.at(-1) ?? [0, 0];
  const added =
    last === second ? [...spent.slice(0, -1), [second, calls + 1] as const] : [...spent, [second, 1] as const];
  return { spent: added, closedUntil };
}
