import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JourneyView, StartedJourney } from '@atto-connect/widget/contract';
import { SqliteStore } from '../../../bff/src/stores/sqlite-store.ts';
import type { Answer, BffClient, Held } from '../../support/bff-client.ts';
import { type MountedBff, mountBff } from '../../support/mount-bff.ts';
import { type Consent, OtherAtto } from '../../support/other-atto.ts';
import { PartnerServer } from '../../support/partner-server.ts';
import { type FilePartner, withPartners } from '../../support/partners-file.ts';
import { bffEnvironment } from '../../support/start-bff.ts';

/** A bff with two partners, an Atto, and a clock. */
export class ForgersWorld {
  readonly atto: OtherAtto;
  readonly stranger: FilePartner;
  readonly #bff: MountedBff;
  readonly #store: SqliteStore;
  readonly #directory: string;
  readonly #servers: Readonly<Record<'acme' | 'stranger', PartnerServer>>;

  private constructor(fields: {
    atto: OtherAtto;
    bff: MountedBff;
    store: SqliteStore;
    directory: string;
    apiKey: string;
    stranger: FilePartner;
  }) {
    this.atto = fields.atto;
    this.stranger = fields.stranger;
    this.#bff = fields.bff;
    this.#store = fields.store;
    this.#directory = fields.directory;
    const server = (key: string) => new PartnerServer(() => this.client, key);
    this.#servers = { acme: server(fields.apiKey), stranger: server(fields.stranger.apiKey) };
  }

  static async open(): Promise<ForgersWorld> {
    const atto = await OtherAtto.start();
    const directory = mkdtempSync(join(tmpdir(), 'atto-connect-forgers-'));
    const plain = bffEnvironment(atto, { DATA_DIR: directory, WEBHOOK_AUTH: 'none', ATTO_VALIDATION_TOKEN: 'off' });
    const { environment, others } = withPartners(plain, {}, 'stranger');
    const [stranger] = others;
    assert.ok(stranger);
    const store = new SqliteStore(directory);
    const bff = await mountBff(environment, store, () => atto.now());
    const apiKey = plain['PARTNER_API_KEY'] ?? '';
    return new ForgersWorld({ atto, bff, store, directory, apiKey, stranger });
  }

  get client(): BffClient {
    return this.#bff.client;
  }

  get server(): PartnerServer {
    return this.#servers.acme;
  }

  pass(seconds: number): void {
    const now = this.atto.now() + seconds * 1000;
    this.atto.now = () => now;
  }

  /** A journey whose browser has left for Atto; without a customer a guest's. */
  async launched(customer?: string, partner: 'acme' | 'stranger' = 'acme'): Promise<StartedJourney> {
    const journey = await this.started(customer, partner);
    assert.equal((await this.client.go(journey.launchUrl)).status, 303);
    return journey;
  }

  async started(customer?: string, partner: 'acme' | 'stranger' = 'acme'): Promise<StartedJourney> {
    const { status, body, text } =
      customer === undefined ? await this.client.start() : await this.#servers[partner].start(customer);
    assert.equal(status, 201, text);
    return body;
  }

  /** A consent that Atto has, Active and fresh, unless the fields say otherwise. */
  consent({ reference }: Pick<StartedJourney, 'reference'>, fields: Consent = {}): string {
    const consent = this.atto.consent({ customerReference: reference, ...fields });
    const id = String(consent['consentId']);
    this.atto.consents.set(id, consent);
    return id;
  }

  /** Atto tells of it. */
  async webhook(consentId: string): Promise<void> {
    const body = this.atto.notification(this.atto.consents.get(consentId) ?? {});
    const answer = await this.client.call('POST', '/v1/webhooks/atto', { 'content-type': 'application/json' }, body);
    assert.equal(answer.status, 204, answer.text);
  }

  async post<Body>(path: string, authorization: string | undefined, body: object): Promise<Answer<Body>> {
    const { origin } = this.client.credentials;
    return this.client.call('POST', path, { origin, 'content-type': 'application/json', authorization }, body);
  }

  /** A customer token of acme: the wall clock rules it. */
  customerToken(customer: string): Promise<string> {
    return this.client.customerToken(customer, { exp: Math.floor(Date.now() / 1000) + 60 });
  }

  async view(journey: Held, origin?: string): Promise<JourneyView> {
    const { status, body, text } = await this.client.view(journey, origin === undefined ? {} : { origin });
    assert.equal(status, 200, text);
    return body;
  }

  async close(): Promise<void> {
    await this.#bff.close();
    await this.#store.close();
    await this.atto.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
