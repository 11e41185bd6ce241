import assert from 'node:assert/strict';
import type { JourneyView } from '@atto-connect/widget/contract';
import type { Journey } from '../../../bff/src/journey/journey.ts';
import { journeyView } from '../../../bff/src/journey/journey-view.ts';

/** What is known, from outside, of one journey. */
interface Story {
  /** Ids that came back with one of its tokens. */
  readonly named: Set<string>;
  /** How often something came back with one of its tokens; and how often it had when the customer last said stop. */
  returns: number;
  returnsAtStop: number;
  readonly versions: number[];
}

const ENDED = ['expired', 'disowned', 'disconnected'];

/** Security.md B.1 as issue 3 reads it, held against every stored change of every journey of one interleaving. */
export class Invariants {
  readonly #attested: ReadonlySet<string>;
  readonly #stories = new Map<string, Story>();
  readonly #connectedBy = new Map<string, string>();
  readonly #broken: string[] = [];

  /** @param attested ids that Atto ever called Active, with the right reference */
  constructor(attested: ReadonlySet<string>) {
    this.#attested = attested;
  }

  started(journeyId: string): void {
    this.#stories.set(journeyId, { named: new Set(), returns: 0, returnsAtStop: -1, versions: [1] });
  }

  /** Token and id are in one place: the browser sends them. */
  returned(journeyId: string, consentId: string | null): void {
    const story = this.#stories.get(journeyId);
    if (story === undefined) return;
    story.returns += 1;
    if (consentId !== null) story.named.add(consentId);
  }

  /** A change was stored. */
  changed(before: Journey, after: Journey): void {
    const story = this.#stories.get(after.id);
    if (story === undefined) return;
    const [was, is] = [journeyView(before), journeyView(after)];
    this.#grows(was, is, story);
    if (before.status !== after.status) this.#moves(before, after, story);
    this.#sees(is);
  }

  /** What any browser is shown. */
  shown(view: JourneyView): void {
    this.#sees(view);
  }

  connections(): number {
    return this.#connectedBy.size;
  }

  versionsOf(journeyId: string): readonly number[] {
    return this.#stories.get(journeyId)?.versions ?? [];
  }

  verify(): void {
    assert.deepEqual(this.#broken, []);
  }

  #sees(view: JourneyView): void {
    const isBound = view.status === 'connected' || view.status === 'disconnected';
    this.#hold(view.consent === undefined || isBound, `I4: consent of a journey that is ${view.status}`);
    this.#hold((view.receipt !== undefined) === (view.status === 'connected'), `I4: receipt when ${view.status}`);
    if (view.consent !== undefined)
      this.#hold(this.#connectedBy.get(view.consent.id) === view.journeyId, 'I4: consent that did not connect it');
  }

  #grows(was: JourneyView, is: JourneyView, story: Story): void {
    const isSame = JSON.stringify(was) === JSON.stringify(is);
    this.#hold(
      isSame ? is.version === was.version : is.version > was.version,
      `version ${was.version} → ${is.version}`,
    );
    if (is.version !== story.versions.at(-1)) story.versions.push(is.version);
  }

  #moves(before: Journey, after: Journey, story: Story): void {
    const move = `${before.status} → ${after.status}`;
    const isClosed = ENDED.includes(before.status) || before.error?.code === 'too_many_claims';
    this.#hold(!isClosed, `I5: ${move}`);
    this.#hold(before.status !== 'connected' || after.status === 'disconnected', `I5: ${move}`);
    if (after.status === 'cancelled') story.returnsAtStop = story.returns;
    if (before.status === 'cancelled' && after.status === 'returned')
      this.#hold(story.returns > story.returnsAtStop, `after the customer said stop: ${move}`);
    if (after.status === 'connected') this.#connects(after, story);
  }

  #connects({ id, consent, binding, launchedAt }: Journey, { named }: Story): void {
    const consentId = consent?.id ?? 'none';
    this.#hold(consent?.status === 'Active' && this.#attested.has(consentId), `I2: connected by ${consentId}`);
    this.#hold(named.has(consentId) && binding === 'bound', `I3: connected by an id that never came with the token`);
    this.#hold(launchedAt !== null, 'I3: connected without a launch');
    this.#hold(!this.#connectedBy.has(consentId), 'two journeys connected by one consent');
    this.#connectedBy.set(consentId, id);
  }

  #hold(holds: boolean, invariant: string): void {
    if (!holds) this.#broken.push(invariant);
  }
}
