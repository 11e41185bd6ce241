import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { customerToken } from '../../demo/partner/customer-token.ts';
import { widgetScript } from '../../demo/partner/widget-script.ts';
import type { BffAccess } from '../support/bare-partner.ts';
import type { PageCoop, Presentation } from './scenario.ts';

/** Something that a page was told, as its browser reported it. */
export interface Told {
  type: string;
  journeyId: string | null;
  status: string | null;
  code: string | null;
  /** The browser profile, by a number that it keeps. */
  browser: string;
}

export interface PageOptions {
  presentation: Presentation;
  coop: PageCoop;
  /** Who is signed in at the partner's. */
  customer: string;
}

/**
 * A partner whose every page holds the widget and reports at once what the widget tells: the reports outlive the
 * windows, and count over all of them.
 */
export class PartnerSite {
  readonly url: string;
  readonly told: Told[] = [];
  readonly #server;
  readonly #options: PageOptions;
  #bff: BffAccess | null = null;

  static async open(options: PageOptions): Promise<PartnerSite> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PartnerSite(server, options);
  }

  private constructor(server: ReturnType<typeof createServer>, options: PageOptions) {
    this.url = `http://partner.localhost:${(server.address() as AddressInfo).port}`;
    this.#server = server;
    this.#options = options;
    server.on('request', async (incoming, outgoing) => {
      if (incoming.method === 'POST') {
        this.told.push(await report(incoming));
        outgoing.writeHead(204).end();
        return;
      }
      const page = this.#bff && (await this.#page(this.#bff).catch(String));
      if (!page?.startsWith('<')) {
        outgoing.writeHead(503).end(page);
        return;
      }
      const { coop } = this.#options;
      const headers = { 'content-type': 'text/html; charset=utf-8', 'referrer-policy': 'no-referrer' };
      outgoing.writeHead(200, coop === 'none' ? headers : { ...headers, 'cross-origin-opener-policy': coop }).end(page);
    });
  }

  /** Tells it which bff there is; until then it has no page. */
  meet(bff: BffAccess): void {
    this.#bff = bff;
  }

  /** What ended a launch. */
  get endings(): Told[] {
    return this.told.filter(({ type }) => ['atto-complete', 'atto-error', 'atto-cancel'].includes(type));
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #page(bff: BffAccess): Promise<string> {
    const { src, integrity } = await widgetScript(bff.url, bff.directUrl);
    const { partnerId, signingSecret } = bff;
    const { customer, presentation } = this.#options;
    const token = await customerToken(customer, { partnerId, audience: bff.url, signingSecret });
    return `<!doctype html><html lang="en"><meta charset="utf-8"><title>A partner’s page</title>
<link rel="icon" href="data:,"><script>(${recordEvents})()</script>
<script async src="${src}" integrity="${integrity}" crossorigin="anonymous"></script>
<h1>A partner’s page</h1>
<atto-connect bff="${bff.url}" partner="${partnerId}" presentation="${presentation}" provider-id="1003"
  customer-token="${token}"></atto-connect></html>`;
  }
}

/** Runs in the page. */
function recordEvents(): void {
  localStorage['test:browser'] ??= `${Math.random()}`;
  for (const type of ['atto-launch', 'atto-status', 'atto-complete', 'atto-error', 'atto-cancel']) {
    addEventListener(type, (event) => {
      const { journey, error } = event as Event & {
        journey: { journeyId: string; status: string } | null;
        error?: { code: string };
      };
      const { journeyId = null, status = null } = journey ?? {};
      const browser = localStorage['test:browser'];
      navigator.sendBeacon('/told', JSON.stringify({ type, journeyId, status, code: error?.code ?? null, browser }));
    });
  }
}

async function report(incoming: IncomingMessage): Promise<Told> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Told;
}
