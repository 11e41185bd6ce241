import assert from 'node:assert/strict';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Answer, BffClient, ViewOrProblem } from './bff-client.ts';
import { type Consent, OtherAtto } from './other-atto.ts';
import { type Environment, startTestBff, type TestBff } from './start-bff.ts';

/** A bff and the Atto that it talks to, and how a journey goes on between them. */
export class Stage {
  readonly atto: OtherAtto;
  #bff: TestBff;

  constructor(atto: OtherAtto, bff: TestBff) {
    this.atto = atto;
    this.#bff = bff;
  }

  static async open(changes: Environment = {}): Promise<Stage> {
    const atto = await OtherAtto.start();
    return new Stage(atto, await startTestBff(atto, changes));
  }

  get client(): BffClient {
    return this.#bff.client;
  }

  get environment(): Environment {
    return this.#bff.environment;
  }

  async restart(changes?: Environment): Promise<void> {
    this.#bff = await this.#bff.restart(changes);
  }

  async close(): Promise<void> {
    await this.#bff.close();
    await this.atto.close();
  }

  /** A consent that Atto has for a journey: Active and fresh, unless the fields say otherwise. */
  consent({ reference }: Pick<StartedJourney, 'reference'>, fields: Consent = {}): Consent {
    const consent = this.atto.consent({ customerReference: reference, ...fields });
    this.change(consent, {});
    return consent;
  }

  /** From now on Atto says this of it. */
  change(consent: Consent, fields: Consent): Consent {
    const changed = { ...consent, ...fields };
    this.atto.consents.set(String(consent['consentId']), changed);
    return changed;
  }

  /** The browser comes back with a consent and brings it to the journey. */
  async claim(journey: StartedJourney, { consentId }: Consent): Promise<Answer<ViewOrProblem>> {
    const returned = { customer_ref: journey.reference, state: 'success', consent_id: String(consentId) };
    return this.client.redeem(journey, { handle: await this.client.handle(returned) });
  }

  /** The browser comes back with an error. */
  async bringError(journey: StartedJourney, error: string): Promise<Answer<ViewOrProblem>> {
    const returned = { customer_ref: journey.reference, state: 'error', error };
    return this.client.redeem(journey, { handle: await this.client.handle(returned) });
  }

  /** A journey that is connected. */
  async connected(customer?: string, fields: Consent = {}): Promise<{ journey: StartedJourney; consent: Consent }> {
    const journey = await this.client.launched(customer);
    const consent = this.consent(journey, fields);
    const { body, text } = await this.claim(journey, consent);
    assert.equal(body.status, 'connected', text);
    return { journey, consent };
  }

  /** The next thing that the page learns after `seen`; at the latest after `seconds`. */
  async next(journey: StartedJourney, seen: Answer, seconds = 20): Promise<Answer<ViewOrProblem>> {
    return this.client.view(journey, { 'if-none-match': seen.headers['etag'], prefer: `wait=${seconds}` });
  }

  /** When Atto was asked about it, in milliseconds on the monotonic clock. */
  askedAt({ consentId }: Consent): number[] {
    return this.atto.heard.filter(({ path }) => path === `/consents/v1/${consentId}`).map(({ at }) => at);
  }

  /** How often Atto was asked about it. */
  asked({ consentId }: Consent): number {
    return this.atto.calls(`/consents/v1/${consentId}`);
  }
}
