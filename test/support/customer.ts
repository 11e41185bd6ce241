import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { Phase } from '../../widget/src/journey/phase.ts';
import { type EndingEvent, type JourneyEvents, readEvents, type ToldEvent } from './recorder.ts';
import { until } from './until.ts';

/** Where the person goes. */
export interface Addresses {
  readonly partner: { readonly url: string };
  readonly bankUrl: string;
}

/** A person with a browser profile of their own, on the bare partner's page. */
export class Customer {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly sites: Addresses;
  /** Errors in the console, exceptions, and what the content security policy refused, in every window. */
  readonly complaints: string[] = [];
  #forgiven: RegExp[] = [];
  #reference = '';

  constructor(sites: Addresses, context: BrowserContext, page: Page) {
    this.sites = sites;
    this.context = context;
    this.page = page;
    context.on('weberror', (error) => this.complaints.push(`${error.error()}`));
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      const reference = url.searchParams.get('customer_ref');
      if (reference && url.origin === sites.bankUrl) this.#reference = reference;
    });
  }

  /** The `customer_ref` that this window last took to Atto. */
  get reference(): string {
    return this.#reference;
  }

  get widget(): Locator {
    return this.page.locator('atto-connect');
  }

  /** Opens the partner's page by its address, as from a bookmark. */
  async open(path = '/'): Promise<void> {
    await this.page.goto(this.sites.partner.url + path);
  }

  async press(button: string): Promise<void> {
    await this.widget.getByRole('button', { name: button, exact: true }).click();
  }

  /** The same browser in a second window, on the partner's page too. */
  async anotherTab(): Promise<Customer> {
    const other = new Customer(this.sites, this.context, await this.context.newPage());
    await other.open();
    return other;
  }

  /** Presses a button that leads to the bank, and is there. */
  async leaveBy(button = 'Connect your bank'): Promise<void> {
    await this.press(button);
    await this.page.waitForURL((url) => url.origin === this.sites.bankUrl && url.pathname.startsWith('/journey/'));
  }

  /** Waits until the widget shows this phase. */
  async shows(phase: Phase, withinMs = 5000): Promise<void> {
    const isShown = (wanted: string) => document.querySelector('atto-connect')?.phase === wanted;
    try {
      await this.page.waitForFunction(isShown, phase, { timeout: withinMs });
    } catch (cause) {
      const shown = await this.page.evaluate(() => `${document.querySelector('atto-connect')?.phase} ${location}`);
      throw new Error(`expected the phase ${phase} within ${withinMs} ms; there is: ${shown}`, { cause });
    }
  }

  phase(): Promise<Phase | undefined> {
    return this.page.evaluate(() => document.querySelector('atto-connect')?.phase);
  }

  /** Waits until the page was told this. */
  async hears(type: string, what: Partial<ToldEvent>): Promise<void> {
    const wanted = Object.entries({ type, ...what });
    await until(`${type} ${JSON.stringify(what)}`, async () =>
      (await this.told()).all.some((event) => wanted.every(([key, value]) => event[key as keyof ToldEvent] === value)),
    );
  }

  /** What the widget says, and the names of the buttons that lead on, as somebody reads them. */
  async reads(): Promise<{ text: string; buttons: string[] }> {
    const text = await this.widget.getByRole('status').innerText();
    const buttons = await this.widget.locator('button:not([part~=copy])').allInnerTexts();
    return { text: text.replace(/\s+/g, ' ').trim(), buttons };
  }

  /** Everything that the page was told in this window, also before it left. */
  async told(): Promise<JourneyEvents> {
    return readEvents(this.page);
  }

  /** How the launches of this window ended, oldest first. */
  async endings(): Promise<EndingEvent[]> {
    return (await this.told()).endings;
  }

  /** A complaint of the browser's that belongs to what the test does. */
  forgive(complaint: RegExp): void {
    this.#forgiven.push(complaint);
  }

  unforgiven(): string[] {
    return this.complaints.filter((complaint) => !this.#forgiven.some((each) => each.test(complaint)));
  }
}
