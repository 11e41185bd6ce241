import { type Bank, banks, findBank } from '../banks.ts';
import type { ConnectError, ConsentRecord, RenewalType } from '../consents/consent.ts';
import type { DataSteps } from '../consents/data-steps.ts';
import type { ConsentLifecycle } from '../consents/lifecycle.ts';
import type { Invitations } from '../invitations/invitations.ts';
import { describeConnectError } from '../notifications/payloads.ts';
import type { Settings } from '../settings.ts';
import type { Ending, Journey } from './journey.ts';
import type { Journeys } from './journeys.ts';
import { type Launch, LaunchError } from './launch.ts';
import { returnUrl } from './return-url.ts';
import type { Outcome, ScenarioPlan, Scenarios } from './scenarios.ts';

/** What a person asks for at the bank; like a plan, but always an object. */
export type Wish = Exclude<ScenarioPlan, string>;

/** What Connect is made of. */
export interface ConnectDeps {
  settings: Settings;
  lifecycle: ConsentLifecycle;
  dataSteps: DataSteps;
  journeys: Journeys;
  invitations: Invitations;
  scenarios: Scenarios;
  now: () => number;
}

/**
 * What happens behind the hosted pages, a method for each thing the customer can do. The pages and the tests that
 * need no browser both come through here.
 * @see documentation, "Flow", "Re-authentication", "Reconfirmation"
 */
export class Connect {
  readonly #deps: ConnectDeps;

  constructor(deps: ConnectDeps) {
    this.#deps = deps;
  }

  launch({ bank, ...launch }: Launch): Journey {
    const journey = this.#deps.journeys.start({ ...launch, renewal: null, touchedAt: this.#deps.now() });
    if (bank) this.#choose(journey, bank);
    return journey;
  }

  /** Opens a renewal of a consent; the caller has checked the access token and that it can be renewed. */
  renew(record: ConsentRecord, renewal: RenewalType, configId: string): Journey {
    const { settings, journeys, now } = this.#deps;
    const configuration = settings.configurations[configId];
    const bank = findBank(record.consent.providerId);
    if (!configuration || !bank) {
      throw new LaunchError(422, 'provider_unsupported_feature', 'This connection cannot be renewed.');
    }
    const customerReference = record.consent.customerReference ?? '';
    const start = { configId, configuration, customerReference, renewal, invitationId: null, touchedAt: now() };
    const journey = journeys.start(start);
    journey.bank = bank;
    journey.record = record;
    return journey;
  }

  /** Banks of a country whose name contains the words; none for a country the configuration does not offer. */
  search({ configuration }: Journey, country: string, words: string): Bank[] {
    if (!configuration.availableCountries.includes(country)) return [];
    const wanted = words.trim().toLocaleLowerCase('en');
    return banks.filter((bank) => bank.country === country && bank.name.toLocaleLowerCase('en').includes(wanted));
  }

  /** False when this configuration offers no such bank. */
  chooseBank(journey: Journey, providerId: number): boolean {
    const bank = findBank(providerId);
    if (!bank || !journey.configuration.availableCountries.includes(bank.country)) return false;
    if (bank !== journey.bank) this.#choose(journey, bank);
    this.#touch(journey);
    return true;
  }

  chooseAccountType(journey: Journey, accountType: 'Personal' | 'Business'): void {
    journey.accountType = accountType;
    this.#touch(journey);
  }

  /** The customer agrees to share, to go on sharing, or to log in again. A reconfirmation usually ends with this. */
  agree(journey: Journey): void {
    journey.agreed = true;
    this.#touch(journey);
    if (journey.renewal === 'Reconfirmation' && !this.#deps.settings.bankForcesLogin) this.#succeed(journey);
  }

  /** The customer has logged in. The bank answers once its delay is over: see `bankAnswers`. */
  logIn(journey: Journey, wish?: Wish): Outcome {
    if (!journey.bank) throw new Error('no bank was chosen');
    const { scenarios, now } = this.#deps;
    this.#touch(journey);
    const scenario = scenarios.take(journey.bank, journey.customerReference, wish);
    // Nobody comes back from an abandoned visit, so the login page stays the furthest step.
    if (scenario.outcome === 'abandoned') return 'abandoned';
    journey.visit = { scenario, answersAt: now() + scenario.bankDelayMs, answered: false };
    this.bankAnswers(journey);
    return scenario.outcome;
  }

  /** Milliseconds until the bank answers; at 0 it has, and the journey has moved on. */
  bankAnswers(journey: Journey): number {
    const { visit } = journey;
    if (!visit || visit.answered || journey.ending) return 0;
    const wait = visit.answersAt - this.#deps.now();
    if (wait > 0) return wait;
    visit.answered = true;
    const { outcome } = visit.scenario;
    if (outcome !== 'success' && outcome !== 'abandoned') this.#fail(journey, outcome);
    else if (!this.#asksForAccounts(journey)) this.#succeed(journey);
    return 0;
  }

  chooseAccounts(journey: Journey, accounts: string[]): void {
    journey.accounts = accounts;
    this.#succeed(journey);
  }

  /** The customer gives up, on whichever page. */
  cancel(journey: Journey): void {
    if (journey.ending) return;
    this.#fail(journey, 'customer_cancelled');
    // There may be no consent yet to tell of it.
    if (journey.invitationId) this.#deps.invitations.cancel(journey.invitationId);
  }

  /** The customer chooses, while reconfirming, not to share any longer. @see documentation, "Disconnect flow" */
  disconnect(journey: Journey): void {
    const { record, renewal } = journey;
    if (!record || renewal !== 'Reconfirmation') throw new Error('only a reconfirmation can disconnect');
    this.#deps.lifecycle.revoke(record, { byApi: false, renewal });
    this.#end(journey, 'disconnected', this.#deps.settings.disconnectEnds === 'success' ? null : 'customer_cancelled');
  }

  /** Ends a journey that can go no further; also used for a renewal whose access token is dead. */
  endUnexpectedly(journey: Journey): void {
    this.#end(journey, 'failed', 'unexpected_error');
  }

  /** Another bank means another consent; the first row stays Pending until it is abandoned. */
  #choose(journey: Journey, bank: Bank): void {
    const { configuration, configId, customerReference, invitationId } = journey;
    journey.bank = bank;
    journey.accountType = null;
    journey.agreed = false;
    journey.record = this.#deps.lifecycle.begin({
      providerId: bank.providerId,
      providerName: bank.name,
      configurationName: configId,
      customerReference,
      invitationId,
      permissions: [...configuration.dataGroups],
      consentDurationType: configuration.consentDurationType,
      duration: configuration.consentDurationType === 'Infinite' ? null : `P${configuration.consentDays}D`,
    });
  }

  /** @see documentation, "Re-authentication": accounts may have to be picked again after a revocation by API */
  #asksForAccounts({ configuration, record }: Journey): boolean {
    return configuration.accountSelection || record?.revokedByApi === true;
  }

  #succeed(journey: Journey): void {
    const { record, renewal, visit, configuration } = journey;
    if (!record) throw new Error('no bank was chosen');
    const { lifecycle, dataSteps, settings } = this.#deps;
    // Meanwhile the row may have been abandoned or revoked: such a journey cannot succeed.
    if (!renewal && record.consent.consentStatus !== 'Pending') {
      this.#end(journey, 'failed', 'unexpected_error');
      return;
    }
    lifecycle.activate(record, configuration, renewal);
    dataSteps.start(record, visit ? visit.scenario.data : settings.dataReaches);
    this.#end(journey, 'connected', null);
  }

  #fail(journey: Journey, error: ConnectError): void {
    const { record, renewal } = journey;
    if (record && renewal) this.#deps.lifecycle.renewalFailed(record, renewal, error);
    else if (record?.consent.consentStatus === 'Pending') this.#deps.lifecycle.fail(record, error);
    this.#end(journey, 'failed', error);
  }

  #end(journey: Journey, result: Ending['result'], error: ConnectError | null): void {
    journey.ending = { result, error, redirectUrl: this.#redirectUrl(journey, error) };
  }

  #redirectUrl(
    { configuration, customerReference, record, visit }: Journey,
    error: ConnectError | null,
  ): string | null {
    if (configuration.redirectUrl === null) return null;
    const { settings } = this.#deps;
    const named = error === null || (visit?.scenario.consentIdOnError ?? settings.consentIdOnError);
    const standard = error !== null && settings.errorDescriptions ? describeConnectError(error) : null;
    return returnUrl(configuration.redirectUrl, {
      customerReference,
      error,
      errorDescription: visit?.scenario.errorDescription ?? standard,
      consentId: named ? (record?.consent.consentId ?? null) : null,
    });
  }

  #touch(journey: Journey): void {
    journey.touchedAt = this.#deps.now();
    if (journey.record) journey.record.touchedAt = journey.touchedAt;
  }
}
