import { createServer, type IncomingMessage } from 'node:http';
import { customerToken } from '../../demo/partner/customer-token.ts';
import { widgetScript } from '../../demo/partner/widget-script.ts';
import { listen } from './listen.ts';

/** What one browser's page is to be like; it travels in that browser's cookie, so that the server remembers nobody. */
export interface PageWish {
  /** The partner's own reference of the customer who is signed in; null for a guest. */
  customer: string | null;
  /** Further attributes of the element. They win over those that the server sets. */
  attributes: Readonly<Record<string, string>>;
  /** All that the page may do, as a `sandbox` policy says it. Absent: everything. */
  sandbox?: string;
}

/** What the partner has from the bff's operator. */
export interface BffAccess {
  /** The bff as browsers reach it, and as this process does. */
  url: string;
  directUrl: string;
  partnerId: string;
  signingSecret: string;
}

/**
 * The least that a partner can have: one page, the same at every address, with the two lines of the README and the
 * strictest content security policy that the README allows.
 */
export interface BarePartner {
  readonly url: string;
  /** Tells it which bff there is; until then it has no page. */
  meet(bff: BffAccess): void;
  close(): Promise<void>;
}

const COOKIE = 'page';

export async function startBarePartner(hostname: string): Promise<BarePartner> {
  let bff: BffAccess | null = null;
  const server = createServer(async (request, response) => {
    const wish = wishOf(request);
    const page = bff && (await strictPage(bff, wish).catch(String));
    if (!bff || !page?.startsWith('<')) return response.writeHead(503).end(page);
    const policy = [
      "default-src 'none'",
      `script-src ${bff.url}`,
      `connect-src ${bff.url}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types atto-connect',
      ...(wish.sandbox ? [`sandbox ${wish.sandbox}`] : []),
    ];
    return response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy.join('; ') })
      .end(page);
  });
  const { port, close } = await listen(server);
  return {
    url: `http://${hostname}:${port}`,
    meet(access) {
      bff = access;
    },
    close,
  };
}

/** The cookie that makes a browser's page like this, for the page's address. */
export function wishCookie(wish: PageWish): { name: string; value: string } {
  return { name: COOKIE, value: encodeURIComponent(JSON.stringify(wish)) };
}

function wishOf({ headers }: IncomingMessage): PageWish {
  const [, value] = new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(headers.cookie ?? '') ?? [];
  return value ? (JSON.parse(decodeURIComponent(value)) as PageWish) : { customer: null, attributes: {} };
}

async function strictPage(bff: BffAccess, { customer, attributes }: PageWish): Promise<string> {
  const { src, integrity } = await widgetScript(bff.url, bff.directUrl);
  const { partnerId, signingSecret } = bff;
  const token = customer && (await customerToken(customer, { partnerId, audience: bff.url, signingSecret }));
  const ours = {
    bff: bff.url,
    partner: partnerId,
    presentation: 'redirect',
    ...(token && { 'customer-token': token }),
  };
  const all: Record<string, string> = { ...ours, ...attributes };
  const written = Object.entries(all).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>A partner’s page</title>
<script async src="${src}" integrity="${integrity}" crossorigin="anonymous"></script>
<h1>A partner’s page</h1>
<atto-connect${written.join('')}></atto-connect></html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
