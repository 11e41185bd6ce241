import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccessTokens } from './api/access-tokens.ts';
import { type Fault, Faults } from './api/faults.ts';
import { type LoggedRequest, RequestLog } from './api/request-log.ts';
import { ValidationTokens } from './api/validation-tokens.ts';
import { createApp } from './app.ts';
import { Connect } from './connect/connect.ts';
import { Journeys } from './connect/journeys.ts';
import { type ScenarioPlan, Scenarios } from './connect/scenarios.ts';
import {
  acceptInvitation,
  type CompletedJourney,
  completeJourney,
  completeRenewal,
  type InvitationToAccept,
  type JourneyToComplete,
  type RenewalToComplete,
  type WalkDeps,
} from './connect/without-browser.ts';
import type { Consent, DataAvailability } from './consents/consent.ts';
import { Consents } from './consents/consents.ts';
import { DataSteps } from './consents/data-steps.ts';
import { ConsentLifecycle } from './consents/lifecycle.ts';
import type { Control } from './control/control.ts';
import type { InvitationRecord } from './invitations/invitation.ts';
import { Invitations } from './invitations/invitations.ts';
import { type Forgery, forge, type Truth } from './notifications/forgery.ts';
import { type Delivery, Notifier } from './notifications/notifier.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { changeSettings, type SettingsChange } from './settings-schema.ts';
import { Timers } from './timers.ts';

/** Settings to start with, any part of them, and where and when the simulator lives. */
export type SimulatorOptions = SettingsChange & {
  /** Address to listen on. Default 127.0.0.1, so that nobody else on the network can reach it. */
  host?: string;
  /** Epoch milliseconds. Default Date.now; tests move it to let tokens and consents run out. */
  now?: () => number;
};

/** How often consents are looked over for abandonment and expiry. They also are before every API answer. */
const sweepPeriodMs = 250;

/** Builds a stand-in for Atto: API, hosted Connect pages and webhooks. Nothing listens until `start`. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  return new Simulator(options);
}

/**
 * A stand-in for Atto, written from Atto's documentation alone. API and Connect share one address: launch journeys at
 * `${url}/?client_id=…`. Methods that take input from elsewhere throw a ZodError when they do not understand it.
 */
export class Simulator implements Control {
  /** Read freely; change through `configure`. */
  readonly settings: Settings = defaultSettings();
  readonly #host: string;
  readonly #now: () => number;
  readonly #timers = new Timers();
  readonly #consents: Consents;
  readonly #invitations: Invitations;
  readonly #lifecycle: ConsentLifecycle;
  readonly #notifier: Notifier;
  readonly #scenarios: Scenarios;
  readonly #faults = new Faults();
  readonly #requestLog: RequestLog;
  readonly #accessTokens: AccessTokens;
  readonly #journeys = new Journeys();
  readonly #walk: WalkDeps;
  readonly #server: Server;

  constructor({ host = '127.0.0.1', now = Date.now, ...change }: SimulatorOptions) {
    const { settings } = this;
    const timers = this.#timers;
    changeSettings(settings, change);
    this.#host = host;
    this.#now = now;
    this.#consents = new Consents(settings, now);
    this.#notifier = new Notifier(settings, timers, now);
    const consents = this.#consents;
    const invitations = new Invitations({
      settings,
      timers,
      now,
      announce: (record) => this.#notifier.announceInvitation(record),
    });
    this.#invitations = invitations;
    this.#lifecycle = new ConsentLifecycle({
      consents,
      settings,
      now,
      announce: (news) => {
        this.#notifier.announce(news);
        invitations.hear(news);
      },
    });
    const lifecycle = this.#lifecycle;
    this.#scenarios = new Scenarios(settings);
    this.#requestLog = new RequestLog(now);
    this.#accessTokens = new AccessTokens(settings, now);
    const connect = new Connect({
      settings,
      lifecycle,
      dataSteps: new DataSteps(lifecycle, settings, timers),
      journeys: this.#journeys,
      invitations,
      scenarios: this.#scenarios,
      now,
    });
    const accessTokens = this.#accessTokens;
    this.#walk = { settings, consents, lifecycle, invitations, accessTokens, connect, timers, now };
    const app = createApp({
      ...this.#walk,
      journeys: this.#journeys,
      validationTokens: new ValidationTokens(now),
      faults: this.#faults,
      requestLog: this.#requestLog,
      control: this,
    });
    this.#server = createServer(app);
  }

  /** Listens; 0 takes any free port. */
  async start(port = 0): Promise<void> {
    this.#server.listen(port, this.#host);
    await once(this.#server, 'listening');
    this.#timers.every(sweepPeriodMs, () => this.#lifecycle.sweep());
  }

  /** Closes every connection, gives up on webhooks that are under way, and leaves nothing running. */
  async stop(): Promise<void> {
    this.#timers.clear();
    await this.#notifier.stop();
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** Base address of the API and of Connect, without a slash at the end. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${port}`;
  }

  /** Every request but those of the control page, oldest first. */
  get requests(): readonly LoggedRequest[] {
    return this.#requestLog.entries;
  }

  /** How often a route was called: `GET /consents/v1/:id`, or without a method for any. */
  requestCount(route: string): number {
    return this.#requestLog.count(route);
  }

  /** Every webhook with each attempt, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#notifier.deliveries;
  }

  /** Copies of all consents, oldest first. */
  get consents(): readonly Consent[] {
    return this.#consents.all().map(({ consent }) => structuredClone(consent));
  }

  /** Copies of all invitations, oldest first. */
  get invitations(): readonly InvitationRecord[] {
    return this.#invitations.all().map((record) => structuredClone(record));
  }

  /** Changes settings while running, such as the redirect URL once its port is known. */
  configure(change: SettingsChange): void {
    changeSettings(this.settings, change);
  }

  /** Says how the next visit to a bank ends; plans wait in line. */
  next(plan: ScenarioPlan): void {
    this.#scenarios.plan(plan);
  }

  /** Spoils the next calls to a path. */
  fault(fault: Fault): void {
    this.#faults.plan(fault);
  }

  /** Walks through a first journey as a customer would, without a browser. */
  completeJourney(input: JourneyToComplete): Promise<CompletedJourney> {
    return completeJourney(this.#walk, input);
  }

  /** Opens an invitation's e-mail, follows its link and walks on as a customer would, without a browser. */
  acceptInvitation(input: InvitationToAccept): Promise<CompletedJourney> {
    return acceptInvitation(this.#walk, input);
  }

  /** The recipient opens the e-mail, and does nothing more. */
  openEmail(invitationId: string): void {
    this.#invitations.open(this.#invitations.get(invitationId));
  }

  /** The recipient's mail server sends the e-mail back. */
  bounceEmail(invitationId: string): void {
    this.#invitations.bounce(this.#invitations.get(invitationId));
  }

  /** Walks through a renewal as a customer would, without a browser. */
  completeRenewal(input: RenewalToComplete): Promise<CompletedJourney> {
    return completeRenewal(this.#walk, input);
  }

  /** Adds a consent without a journey or a webhook. Nothing is checked, so it may be as odd as a test needs. */
  addConsent(known: Partial<Consent> = {}): Consent {
    return structuredClone(this.#consents.add(known).consent);
  }

  /** Changes a consent behind everybody's back: no webhook, no checks. */
  editConsent(consentId: string, changes: Partial<Consent>): Consent {
    const { consent } = this.#consents.get(consentId);
    return structuredClone(Object.assign(consent, changes, { consentId: consent.consentId }));
  }

  /** Sets how far the bank's data has come, and sends the webhooks. */
  setDataAvailability(consentId: string, value: DataAvailability | null): void {
    const error = value === 'Error' ? 'provider_permanent_error' : null;
    this.#lifecycle.setDataAvailability(this.#consents.get(consentId), value, error);
  }

  /** Lets the abandonment time-out of a consent pass now. */
  abandon(consentId: string): void {
    this.#lifecycle.abandon(this.#consents.get(consentId));
  }

  /** Lets the end of a consent pass now. */
  expire(consentId: string): void {
    this.#lifecycle.expire(this.#consents.get(consentId));
  }

  /** Revokes a consent as the customer would at the bank. */
  revoke(consentId: string): void {
    this.#lifecycle.revoke(this.#consents.get(consentId), { byApi: false });
  }

  /** Sends `UpcomingExpiration`; the consent stays as it is. */
  announceUpcomingExpiration(consentId: string): void {
    this.#lifecycle.announceUpcomingExpiration(this.#consents.get(consentId));
  }

  /** Sends any body to every webhook target, for forged and malformed news. */
  sendNotification(body: Record<string, unknown>): void {
    for (const target of this.settings.webhooks) this.#notifier.send(target, body);
  }

  /** Sends every webhook target something that Atto would not have sent: once, past whatever mischief is on. */
  forge(forgery: Forgery): void {
    const { applicationId } = this.settings;
    const truth = (id: string): Truth => ({
      ...this.#consents.find(id)?.consent,
      ...this.#invitations.find(id)?.invitation,
    });
    const { body, bearer } = forge(forgery, { applicationId, truth, now: this.#now() });
    this.#notifier.sendForged(body, bearer);
  }

  /** Resolves when no webhook is under way or waiting for another attempt. */
  settled(): Promise<void> {
    return this.#notifier.settled();
  }

  /** Makes every access token issued so far worthless. */
  forgetAccessTokens(): void {
    this.#accessTokens.forgetAll();
  }

  /** Abandons and expires what is due by the clock, without waiting for the next look-over. */
  sweep(): void {
    this.#lifecycle.sweep();
  }

  /** Forgets consents, invitations, journeys, plans, faults and logs. Settings stay. */
  reset(): void {
    this.#consents.clear();
    this.#invitations.clear();
    this.#journeys.clear();
    this.#scenarios.clear();
    this.#faults.clear();
    this.#requestLog.clear();
    this.#notifier.deliveries.length = 0;
  }
}
