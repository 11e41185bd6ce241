import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld, type World } from '../../demo/world.ts';
import type { StartedJourney } from '../../widget/src/contract.ts';
import { Gate } from '../support/gate.ts';
import type { PartnerJourney } from '../support/partner-server.ts';
import { PartnerSite } from './partner-site.ts';
import type { Scenario } from './scenario.ts';

const CUSTOMER = 'cust-1042';

/** Long enough to be at the bank's last page on a busy machine; short enough to wait for. */
const JOURNEY_SECONDS = 35;
export const UNBOUND_SECONDS = 3;
/** Until both ends of a connection that was cut have noticed. */
const CUT_MS = 200;

/** Partner, bff and bank for one scenario, each a site of its own; bff and bank behind gates that can be shut. */
export class Scene {
  readonly partner: PartnerSite;
  readonly bffGate: Gate;
  readonly bankGate: Gate;
  readonly #world: World;
  readonly #apiKey: string;

  private constructor(partner: PartnerSite, bffGate: Gate, bankGate: Gate, world: World, apiKey: string) {
    this.partner = partner;
    this.bffGate = bffGate;
    this.bankGate = bankGate;
    this.#world = world;
    this.#apiKey = apiKey;
  }

  static async open({ presentation, pageCoop, bankCoop, turn }: Scenario): Promise<Scene> {
    const isShort = turn === 'never returns' || turn === 'another browser: does nothing';
    const apiKey = randomBytes(24).toString('hex');
    const [partner, bffGate, bankGate] = await Promise.all([
      PartnerSite.open({ presentation, coop: pageCoop, customer: CUSTOMER }),
      Gate.open('bff.localhost'),
      Gate.open('bank.localhost'),
    ]);
    const world = await startWorld({
      bff: {
        PUBLIC_URL: bffGate.url,
        ATTO_API_URL: bankGate.url.replace('bank.localhost', '127.0.0.1'),
        ATTO_CONNECT_URL: bankGate.url,
        PARTNER_ORIGINS: partner.url,
        PARTNER_RETURN_URLS: `main=${partner.url}/`,
        PARTNER_API_KEY: apiKey,
        ...(isShort && { JOURNEY_SECONDS: `${JOURNEY_SECONDS}`, UNBOUND_SECONDS: `${UNBOUND_SECONDS}` }),
      },
      simulator: { dataStepMs: 100, coop: bankCoop === 'none' ? 'off' : bankCoop },
    });
    const { directUrls, partnerId, secrets, simulator } = world;
    simulator.configure({ redirectUrl: `${bffGate.url}/v1/return/${partnerId}` });
    bffGate.leadTo(directUrls.bff);
    bankGate.leadTo(directUrls.bank);
    const { partnerSigningSecret: signingSecret } = secrets;
    partner.meet({ url: bffGate.url, directUrl: directUrls.bff, partnerId, signingSecret });
    return new Scene(partner, bffGate, bankGate, world, apiKey);
  }

  /** The ids of the journeys that were started here, oldest first. */
  get journeyIds(): string[] {
    const started = this.bffGate.requests('POST', /^\/v1\/journeys$/).filter(({ status }) => status === 201);
    return started.map(({ text }) => (JSON.parse(text) as StartedJourney).journeyId);
  }

  /** What the partner's server is told of a journey. */
  async atServer(journeyId: string): Promise<PartnerJourney> {
    const response = await fetch(`${this.#world.directUrls.bff}/v1/partner/journeys/${journeyId}`, {
      headers: { authorization: `Bearer ${this.#apiKey}` },
    });
    if (!response.ok) throw new Error(`the partner's server was answered ${response.status}`);
    return (await response.json()) as PartnerJourney;
  }

  /** From now on neither the bff nor the bank answers anybody; resolves when whoever was connected knows. */
  async goOffline(): Promise<void> {
    this.bffGate.shut();
    this.bankGate.shut();
    await sleep(CUT_MS);
  }

  goOnline(): void {
    this.bffGate.reopen();
    this.bankGate.reopen();
  }

  async close(): Promise<void> {
    await this.#world.close();
    await Promise.all([this.bffGate.close(), this.bankGate.close(), this.partner.close()]);
  }
}
