import type { Logger } from 'pino';
import type { AttoClient, ConsentsPage } from '../atto/atto-client.ts';
import type { Verification } from '../journey/verification.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { Trouble } from '../trouble.ts';
import type { ConsentWatch } from './consent-watch.ts';
import { ended, firstProgress, nextRound, type Progress, parsedProgress, type Round } from './list-progress.ts';
import { startedWith } from './started-with.ts';

export interface ReconciliationDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  attoOf: (partner: Partner) => AttoClient;
  verification: Verification;
  watch: ConsentWatch;
  now: () => number;
  logger: Logger;
}

const PAGE = 100;
/** No list is cut into pages shorter than this: whoever gets less has come to the end. */
const SHORTEST_PAGE = 20;
/** Then others have their turn. */
const PAGES_AT_A_TIME = 10;
/** Another process goes on with what one left lying for so long. */
const LEASE_MS = 15_000;
/** After a page that Atto did not give; how long it must be left alone altogether, the quota knows. */
const AGAIN_MS = 5000;

interface Turn {
  readonly partner: Partner;
  readonly progress: Progress;
  /** To begin, or to go on with. */
  readonly begun: Round;
  /** Whether more is to be asked than should be asked one by one. */
  readonly isMany: boolean;
}

/** False where another process was faster, which then goes on. */
type Save = (next: Progress) => Promise<boolean>;

/**
 * Looks through what has changed at Atto: one list answers for all journeys and consents together. On a schedule, because
 * webhooks get lost (Atto gives up after fourteen seconds), and sooner where so much is to be asked that asking one by
 * one would cost more than Atto allows. One process does it for all; another goes on where it stopped.
 * @see Documentation, "Consent API: Retrieve list of consents"
 */
export class Reconciliation {
  readonly #deps: ReconciliationDependencies;
  /** By id; with one of the partners that share it. */
  readonly #applications: ReadonlyMap<string, { partner: Partner; trouble: Trouble }>;
  #isMany = false;

  constructor(dependencies: ReconciliationDependencies) {
    this.#deps = dependencies;
    const { partners, logger } = dependencies;
    this.#applications = new Map(
      [...partners.values()].map((partner) => [
        partner.atto.applicationId.toLowerCase(),
        {
          partner,
          trouble: new Trouble(logger, 'what Atto has changed could not be looked through; it is tried again'),
        },
      ]),
    );
  }

  /** More is to be asked than should be asked one by one. */
  soon(): void {
    this.#isMany = true;
  }

  /** Does a round, or a part of one, for each application whose time has come. */
  async sweep(): Promise<void> {
    const isMany = this.#isMany;
    this.#isMany = false;
    for (const [applicationId, { partner, trouble }] of this.#applications) {
      try {
        if (await this.#turn(`reconciliation:${applicationId}`, partner, isMany)) trouble.over();
      } catch (error) {
        trouble.because(error);
      }
    }
  }

  /** @returns whether it was time for one */
  async #turn(name: string, partner: Partner, isMany: boolean): Promise<boolean> {
    const { store, now } = this.#deps;
    const kept = await store.kept(name);
    if (kept === null) {
      await store.swapKept(name, JSON.stringify(firstProgress(now())), 0);
      return false;
    }
    const progress = parsedProgress(kept.value);
    const round = nextRound(progress, isMany, now());
    if (round === null) return false;
    let { revision } = kept;
    await this.#goOn({ partner, progress, begun: round, isMany }, async (next) => {
      const isSaved = await store.swapKept(name, JSON.stringify(next), revision);
      revision += 1;
      return isSaved;
    });
    return true;
  }

  /** Saves after every page, so that nothing is looked through again after a crash. */
  async #goOn({ partner, progress, begun, isMany }: Turn, save: Save): Promise<void> {
    const { store, now } = this.#deps;
    const seen = new Set<string>();
    let round = begun;
    for (let pages = 0; pages < PAGES_AT_A_TIME; pages += 1) {
      if (!(await save({ ...progress, round, leasedUntil: now() + LEASE_MS }))) return;
      let page: ConsentsPage;
      try {
        page = await this.#look(partner, round, isMany);
      } catch (error) {
        await save({ ...progress, round, leasedUntil: now() + AGAIN_MS });
        throw error;
      }
      if (isLast(page, seen)) {
        await save(ended(progress, round, await store.hasOpenJourneys()));
        return;
      }
      round = { ...round, offset: round.offset + page.length };
    }
    await save({ ...progress, round, leasedUntil: 0 });
  }

  /** One page, each row of it held against what we know. */
  async #look(partner: Partner, { from, offset }: Round, isMany: boolean): Promise<ConsentsPage> {
    const { attoOf, verification, watch, now, logger } = this.#deps;
    const askedFrom = now();
    const purpose = isMany ? 'many' : 'reconciliation';
    const page = await attoOf(partner).consentsChangedSince(new Date(from), { offset, limit: PAGE }, purpose);
    const known = await Promise.all(
      page.consents.map(async (consent) => {
        const started = await startedWith(this.#deps, consent.customerReference, consent.applicationId);
        // Where a claim waits, the consent is the claim's to tell of.
        const isClaimed = await verification.hear(consent, started.journeys, isMany);
        return isClaimed || watch.hear(consent, started.owner, askedFrom);
      }),
    );
    const unknown = known.filter((isKnown) => !isKnown).length;
    // Started elsewhere, or by hand: said, not adopted.
    if (unknown > 0) logger.info({ unknown }, 'Atto knows consents that we do not');
    return page;
  }
}

/** The documentation promises neither an order, nor that a page is as long as was asked for. */
function isLast({ consents, length }: ConsentsPage, seen: Set<string>): boolean {
  const before = seen.size;
  for (const { facts } of consents) seen.add(facts.id);
  return length < SHORTEST_PAGE || seen.size === before;
}
