import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { freePort } from '../../demo/free-port.ts';
import { customerToken } from '../../demo/partner/customer-token.ts';
import { startWorld, type World } from '../../demo/world.ts';
import { type BarePartner, type PageWish, startBarePartner, wishCookie } from './bare-partner.ts';
import { launchChromium } from './chromium.ts';
import { Customer } from './customer.ts';
import { Gate } from './gate.ts';
import { recordEvents } from './recorder.ts';

export interface SitesOptions {
  /** A partner other than the bare one; closed with the rest. */
  partner?: BarePartner;
  /** Variables of the bff that are to be different. */
  bff?: Record<string, string>;
  /** What Atto is to do differently; data comes in steps of 100 ms unless it says otherwise. */
  simulator?: Parameters<World['simulator']['configure']>[0];
}

/** A configuration at Atto that leads straight to the partner's page, with a query and a fragment of its own. */
export const STRAIGHT_BACK = 'straight-back';

const CONFIG_ID = 'larkfield';

/** Partner, bff and bank, each a site of its own, with gates through which a test sees and stops what passes. */
export class ThreeSites {
  readonly partner: BarePartner;
  /** Between browsers and the bff. */
  readonly bffGate: Gate;
  /** Between the bff and Atto's API. */
  readonly attoGate: Gate;
  readonly world: World;
  readonly browser: Browser;

  private constructor(partner: BarePartner, bffGate: Gate, attoGate: Gate, world: World, browser: Browser) {
    this.partner = partner;
    this.bffGate = bffGate;
    this.attoGate = attoGate;
    this.world = world;
    this.browser = browser;
  }

  static async open({ bff = {}, simulator = {}, ...given }: SitesOptions = {}): Promise<ThreeSites> {
    const partner = given.partner ?? (await startBarePartner('partner.localhost'));
    const [bffGate, attoGate] = await Promise.all([Gate.open('bff.localhost'), Gate.open()]);
    const world = await startWorld({
      hostnames: { bank: 'bank.localhost' },
      bff: {
        PUBLIC_URL: bffGate.url,
        ATTO_API_URL: attoGate.url,
        PARTNER_ORIGINS: partner.url,
        PARTNER_RETURN_URLS: `main=${partner.url}/`,
        PARTNER_CONFIG_IDS: `${CONFIG_ID},${STRAIGHT_BACK}`,
        ...bff,
      },
      simulator: { dataStepMs: 100, ...simulator },
    });
    const { secrets, partnerId, directUrls } = world;
    world.simulator.configure({
      configurations: {
        [CONFIG_ID]: { redirectUrl: `${bffGate.url}/v1/return/${partnerId}` },
        [STRAIGHT_BACK]: { redirectUrl: `${partner.url}/apply?step=2#bank` },
      },
    });
    bffGate.leadTo(directUrls.bff);
    attoGate.leadTo(directUrls.bank);
    const { partnerSigningSecret: signingSecret } = secrets;
    partner.meet({ url: bffGate.url, directUrl: directUrls.bff, partnerId, signingSecret });
    return new ThreeSites(partner, bffGate, attoGate, world, await launchChromium());
  }

  get simulator(): World['simulator'] {
    return this.world.simulator;
  }

  get bankUrl(): string {
    return this.world.urls.bank;
  }

  /**
   * Somebody new opens the partner's page and does something; when that went well, nothing that they met may have
   * complained.
   */
  async visit(wish: Partial<PageWish>, journey: (customer: Customer) => Promise<void>): Promise<void> {
    const context = await this.browser.newContext();
    try {
      await this.visitIn(context, wish, journey);
    } finally {
      await context.close();
    }
  }

  /** The same in a browser profile that the test brings along. */
  async visitIn(
    context: BrowserContext,
    wish: Partial<PageWish>,
    journey: (customer: Customer) => Promise<void>,
  ): Promise<void> {
    context.setDefaultTimeout(8000);
    const cookie = wishCookie({ customer: 'cust-1042', attributes: {}, ...wish });
    await context.addCookies([{ ...cookie, url: this.partner.url }]);
    await recordEvents(context, this.partner.url);
    const visitor = new Customer(this, context, await context.newPage());
    await visitor.open();
    await journey(visitor);
    const complaints = visitor.unforgiven();
    if (complaints.length > 0) throw new Error(`the browser complained:\n${complaints.join('\n')}`);
  }

  /**
   * The same in a browser whose pages are hidden when another tab covers them. Playwright pretends otherwise, but for
   * the one profile of a browser that it is told to leave alone.
   */
  async visitHidably(wish: Partial<PageWish>, journey: (customer: Customer) => Promise<void>): Promise<void> {
    const port = await freePort(0);
    const browser = await launchChromium([`--remote-debugging-port=${port}`]);
    try {
      const sameBrowser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
      const [context] = sameBrowser.contexts();
      if (!context) throw new Error('a browser without a profile');
      await this.visitIn(context, wish, journey);
    } finally {
      await browser.close();
    }
  }

  /** A token of the partner's server for whoever is signed in; with another secret it is worth nothing. */
  customerToken(customer: string, signingSecret = this.world.secrets.partnerSigningSecret): Promise<string> {
    const { partnerId } = this.world;
    return customerToken(customer, { partnerId, audience: this.bffGate.url, signingSecret });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.world.close();
    await Promise.all([this.bffGate.close(), this.attoGate.close(), this.partner.close()]);
  }
}
