import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Journey } from '../../../bff/src/journey/journey.ts';
import { SqliteStore } from '../../../bff/src/stores/sqlite-store.ts';
import type { Answer, Held, ViewOrProblem } from '../../support/bff-client.ts';
import { type MountedBff, mountBff } from '../../support/mount-bff.ts';
import { PartnerServer } from '../../support/partner-server.ts';
import { bffEnvironment } from '../../support/start-bff.ts';
import { GatedAtto } from './gated-atto.ts';
import { Invariants } from './invariants.ts';
import { CONSENTS, OF_CUSTOMER, OF_SOMEBODY_ELSE, type Step } from './steps.ts';

/** Files that are kept in memory: the store is the real one, and a disk would only make it slow. */
const MEMORY = '/dev/shm';
const JOURNEYS = 2;
const TWO_HOURS = 7_200_000;
/** News of it are a reason to look at what is due. */
const NOBODY = { consentId: 'nobody', customerReference: 'nobody' };

/** The real store, with somebody who looks at every change. */
class WatchedStore extends SqliteStore {
  seen: (before: Journey, after: Journey) => void = () => {};
  settled = 0;

  override async replaceJourney(next: Journey, events: Parameters<SqliteStore['replaceJourney']>[1]) {
    const before = await this.journey(next.id);
    const stored = await super.replaceJourney(next, events);
    if (before !== null && stored !== null) this.seen(before, stored);
    return stored;
  }

  override async settleNotification(id: number): Promise<void> {
    await super.settleNotification(id);
    this.settled += 1;
  }
}

interface Return {
  readonly handle: string;
  readonly consentId: string | null;
}

/** One bff, through which one interleaving after the other is played. */
export class InterleavedWorld {
  readonly atto = new GatedAtto();
  readonly #directory = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'atto-connect-interleavings-'));
  readonly #store = new WatchedStore(this.#directory);
  #now = Date.now();
  #runs = 0;
  #latestEvent = 0;
  #bff: MountedBff | undefined;
  #partner: PartnerServer | undefined;

  async open(): Promise<void> {
    await this.atto.start();
    const changes = { DATA_DIR: this.#directory, WEBHOOK_AUTH: 'none', ATTO_VALIDATION_TOKEN: 'off' };
    const environment = bffEnvironment(this.atto, { ...changes, PARTNER_REFERENCE: 'exact' });
    this.#bff = await mountBff(environment, this.#store, () => this.#now);
    this.#partner = new PartnerServer(() => this.client, environment['PARTNER_API_KEY']);
  }

  get client() {
    assert.ok(this.#bff);
    return this.#bff.client;
  }

  get partner() {
    assert.ok(this.#partner);
    return this.#partner;
  }

  get store(): WatchedStore {
    return this.#store;
  }

  now(): number {
    return this.#now;
  }

  /** Time passes, and what was due is done. */
  async pass(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    await this.quiet();
  }

  /** Whatever is due is done, also what the doing of it brings about. */
  async quiet(): Promise<void> {
    const start = performance.now();
    for (let tries = 0; await this.#isDue(); tries += 1) {
      assert.ok(performance.now() < start + 30_000, 'what is due is not done');
      // Whoever does what is due may itself wait for an answer that is held.
      if (tries === 10) this.atto.release();
      if (tries % 10 === 0) await this.notify(NOBODY, { consentStatus: 'Active', dataAvailability: null });
      else await sleep(1);
    }
  }

  /** A webhook, worked off. */
  async notify(about: { consentId: string; customerReference: string }, news: object): Promise<void> {
    const settled = this.#store.settled;
    const statusUpdated = new Date(this.#now).toISOString();
    const event = { eventId: crypto.randomUUID(), eventType: 'Consent', eventTime: statusUpdated };
    const body = { ...event, data: { ...about, statusUpdated, ...news } };
    await this.client.call('POST', '/v1/webhooks/atto', { 'content-type': 'application/json' }, body);
    const start = performance.now();
    while (this.#store.settled === settled) {
      assert.ok(performance.now() < start + 30_000, 'the webhook is not worked off');
      await sleep(1);
    }
  }

  async #isDue(): Promise<boolean> {
    const [journeys, consents] = [this.#store.dueJourneys(this.#now, 1), this.#store.dueConsents(this.#now, 1)];
    return (await journeys).length + (await consents).length > 0;
  }

  async play(steps: readonly Step[]): Promise<Invariants> {
    this.#runs += 1;
    const run = new Interleaving(this, `c${this.#runs}`);
    await run.play(steps);
    return run.invariants;
  }

  /** Where what the partner hears stands. */
  async latestEvent(): Promise<number> {
    const events = await this.#store.partnerEvents('acme', this.#latestEvent, 10_000);
    this.#latestEvent = events.at(-1)?.cursor ?? this.#latestEvent;
    return this.#latestEvent;
  }

  async close(): Promise<void> {
    await this.#bff?.close();
    await this.#store.close();
    await this.atto.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** One customer with two journeys of one reference, in several tabs. */
class Interleaving {
  readonly invariants: Invariants;
  readonly #world: InterleavedWorld;
  readonly #customer: string;
  readonly #tabs: Held[] = [];
  readonly #returns: Return[] = [];
  readonly #ids: readonly string[];
  readonly #pending: Promise<unknown>[] = [];
  #heardUntil = 0;

  constructor(world: InterleavedWorld, customer: string) {
    this.#world = world;
    this.#customer = customer;
    this.#ids = Array.from({ length: CONSENTS }, (_, index) => `${customer}-consent-${index}`);
    world.atto.consents.clear();
    world.atto.attested.clear();
    this.invariants = new Invariants(world.atto.attested);
    world.store.seen = (before, after) => this.invariants.changed(before, after);
  }

  async play(steps: readonly Step[]): Promise<void> {
    this.#heardUntil = await this.#world.latestEvent();
    for (let count = 0; count < JOURNEYS; count += 1) this.#tab((await this.#world.partner.start(this.#customer)).body);
    await this.#do({ kind: 'launch', tab: 0 });
    for (const index of [0, 1, 2, OF_SOMEBODY_ELSE]) await this.#do({ kind: 'atto', consent: index, says: 'Active' });
    for (const step of steps) await this.#do(step);
    this.#world.atto.release();
    await Promise.all(this.#pending);
    await this.#end();
  }

  /** Whatever happened, the hour ends what is open, and the partner has heard all that anybody could see. */
  async #end(): Promise<void> {
    await this.#world.pass(TWO_HOURS);
    for (const tab of this.#tabs.slice(0, JOURNEYS)) {
      const { body } = await this.#world.client.view(tab);
      this.invariants.shown(body);
      assert.ok(!['created', 'launched', 'returned'].includes(body.status), `${body.status} two hours later`);
    }
    // What was changed at Atto meanwhile may just be coming in.
    const seen = () => this.#tabs.map(({ journeyId }) => this.invariants.versionsOf(journeyId));
    for (let tries = 0; tries < 50 && !isDeepStrictEqual(await this.#told(), seen()); tries += 1) await sleep(2);
    assert.deepEqual(await this.#told(), seen());
    this.invariants.verify();
  }

  /** The versions of each journey, as the partner heard of them. */
  async #told(): Promise<unknown[][]> {
    const events = await this.#world.store.partnerEvents('acme', this.#heardUntil, 10_000);
    return this.#tabs.map((tab) =>
      events.filter(({ data }) => data['journeyId'] === tab.journeyId).map(({ data }) => data['version'] ?? null),
    );
  }

  #tab(journey: StartedJourney): void {
    this.#tabs.push(journey);
    this.invariants.started(journey.journeyId);
  }

  async #do(step: Step): Promise<void> {
    const { atto } = this.#world;
    atto.holding = 'held' in step && step.held;
    await this.#act(step);
    atto.holding = false;
  }

  #act(step: Step): Promise<void> | void {
    switch (step.kind) {
      case 'launch':
        return this.#launch(this.#tabOf(step.tab));
      case 'comeBack':
        return this.#comeBack(step);
      case 'redeem':
        return this.#redeem(this.#tabOf(step.tab), this.#returnOf(step.handle));
      case 'redeemRaw':
        return this.#redeemRaw(this.#tabOf(step.tab), this.#id(step.consent), step.error);
      case 'webhook':
        return this.#webhook(step);
      case 'atto':
        return this.#says(step.consent, step.says);
      case 'release':
        return this.#release(step.count);
      case 'cancel':
        return this.#begin(this.#world.client.cancel(this.#tabOf(step.tab)));
      case 'disown':
        return this.#disown(this.#returnOf(step.handle));
      case 'resume':
        return this.#resume(this.#returnOf(step.handle));
      case 'disconnect':
        return this.#begin(
          this.#post(`/v1/journeys/${this.#tabOf(step.tab).journeyId}/disconnect`, this.#tabOf(step.tab)),
        );
      case 'time':
        return this.#world.pass(step.seconds * 1000);
    }
  }

  async #launch(tab: Held): Promise<void> {
    const { body } = await this.#world.client.launchAgain(tab);
    if (body.launchUrl !== undefined) await this.#world.client.go(body.launchUrl);
  }

  async #comeBack({ consent, error }: Extract<Step, { kind: 'comeBack' }>): Promise<void> {
    const consentId = error ? null : this.#id(consent);
    const claims = error
      ? { state: 'error', error: 'access_denied' }
      : { state: 'success', consent_id: this.#id(consent) };
    const handle = await this.#world.client.handle({ customer_ref: this.#customer, ...claims });
    this.#returns.push({ handle, consentId });
  }

  async #redeem(tab: Held, returned: Return | undefined): Promise<void> {
    if (returned === undefined) return;
    this.invariants.returned(tab.journeyId, returned.consentId);
    await this.#begin(this.#world.client.redeem(tab, { handle: returned.handle }));
  }

  async #redeemRaw(tab: Held, consentId: string, error: boolean): Promise<void> {
    const claims = error ? { state: 'error', error: 'customer_cancelled' } : { state: 'success', consentId };
    this.invariants.returned(tab.journeyId, error ? null : consentId);
    await this.#begin(this.#world.client.redeem(tab, { customerRef: this.#customer, ...claims }));
  }

  async #webhook({ consent, says, data }: Extract<Step, { kind: 'webhook' }>): Promise<void> {
    const about = { consentId: this.#id(consent), customerReference: this.#customer };
    await this.#world.notify(about, { consentStatus: says, dataAvailability: data });
    await this.#world.quiet();
  }

  #says(index: number, consentStatus: string): void {
    const { atto } = this.#world;
    if (index > OF_CUSTOMER) return;
    const consentId = this.#id(index);
    const at = new Date(this.#world.now()).toISOString();
    const customerReference = index === OF_SOMEBODY_ELSE ? 'somebody-else' : this.#customer;
    const bank = { providerId: 1, providerName: 'Bank', applicationId: atto.applicationId, journeyType: null };
    const period = { consentStart: at, consentEnd: '2099-01-01T00:00:00Z', statusUpdated: at };
    atto.consents.set(consentId, { consentId, customerReference, consentStatus, ...bank, ...period });
  }

  async #release(count: number): Promise<void> {
    this.#world.atto.release(count);
    await new Promise(setImmediate);
  }

  async #disown(returned: Return | undefined): Promise<void> {
    if (returned !== undefined) await this.#begin(this.#post(`/v1/returns/${returned.handle}/disown`));
  }

  async #resume(returned: Return | undefined): Promise<void> {
    if (returned === undefined) return;
    const journeyToken = await this.#world.client.customerToken(this.#customer, { exp: inAMinute() });
    const { status, body } = await this.#post<Held>(`/v1/returns/${returned.handle}/resume`, { journeyToken });
    if (status === 200) this.#tabs.push(body);
  }

  /** Until it is answered, or Atto holds the answer that it needs. */
  async #begin(request: Promise<Answer<unknown>>): Promise<void> {
    const answered = request.then(({ status, body }) => {
      if (status === 200) this.invariants.shown(body as ViewOrProblem);
      assert.ok(status < 500, `${status}`);
    });
    this.#pending.push(answered);
    const stop = new AbortController();
    const held = once(this.#world.atto, 'held', { signal: stop.signal }).catch(() => {});
    await Promise.race([answered, held]);
    stop.abort();
  }

  #post<Body>(path: string, holder?: Pick<Held, 'journeyToken'>): Promise<Answer<Body>> {
    const { client } = this.#world;
    const authorization = holder === undefined ? undefined : `Bearer ${holder.journeyToken}`;
    const headers = { origin: client.credentials.origin, 'content-type': 'application/json', authorization };
    return client.call('POST', path, headers, {});
  }

  #tabOf(index: number): Held {
    const tab = this.#tabs[index % this.#tabs.length];
    assert.ok(tab);
    return tab;
  }

  #returnOf(index: number): Return | undefined {
    return this.#returns[index % this.#returns.length];
  }

  #id(index: number): string {
    return this.#ids[index] ?? '';
  }
}

function inAMinute(): number {
  return Math.floor(Date.now() / 1000) + 60;
}
