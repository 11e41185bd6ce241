import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { BarePartner } from './bare-partner.ts';
import { keep } from './ledger.ts';
import { listen } from './listen.ts';
import { noteComplaints, record } from './recorder.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const MODULES: Record<string, string> = {
  npm: join(ROOT, 'node_modules'),
  // The widget's, a second time: so a tool that replaces modules loads them.
  again: join(ROOT, 'node_modules/@atto-connect/widget/dist'),
};

/** Of the scripts that such a page trusts, and of what they load. */
export const NONCE = 'bm9uY2U';

export const asModule = (code: string) => `<script type="module" nonce="${NONCE}">${code}</script>`;

/** A file of the page's own for browsers that no init script gets into; to be loaded before everything else. */
export const WATCHED = `<script nonce="${NONCE}" src="/watch.js"></script>`;
const WATCH = [keep, record, noteComplaints].map((watch) => `(${watch})(location.origin);`).join('\n');

/** Where bare names lead: the page has its own copy of Lit, as npm installs it. */
const IMPORTS = {
  lit: '/npm/lit/index.js',
  '@lit/reactive-element': '/npm/@lit/reactive-element/reactive-element.js',
  'lit-html': '/npm/lit-html/lit-html.js',
  'lit-html/is-server.js': '/npm/lit-html/is-server.js',
  'lit-element/lit-element.js': '/npm/lit-element/lit-element.js',
};

/** A partner's page as somebody else might have made it. */
export interface LivingPage {
  body: string;
  /** Further sources of the policy's `trusted-types`. */
  trustedTypes?: string;
}

/** A partner with one page, the same at every address, under the strictest policy that lets it live. */
export interface LivingPartner extends BarePartner {
  /** From now on this is the page. */
  show(page: LivingPage): void;
}

export async function startLivingPartner(hostname: string): Promise<LivingPartner> {
  let bffUrl = '';
  let shown: LivingPage = { body: '' };
  const server = createServer(async (request, response) => {
    const [, place = '', file = ''] = /^\/(npm|again)\/(.+)$/.exec(request.url ?? '') ?? [];
    if (place) return answerModule(response, join(MODULES[place] ?? '', file));
    if (request.url === '/watch.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(WATCH);
    return response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policyOf(shown, `http://${request.headers.host}`, bffUrl),
      })
      .end(htmlOf(shown));
  });
  const { port, close } = await listen(server);
  return {
    url: `http://${hostname}:${port}`,
    meet({ url }) {
      bffUrl = url;
    },
    show(page) {
      shown = page;
    },
    close,
  };
}

async function answerModule(response: ServerResponse, path: string): Promise<void> {
  const code = await readFile(path).catch(() => null);
  response.writeHead(code ? 200 : 404, { 'content-type': 'text/javascript' }).end(code);
}

/** What is refused is reported to the bff, where a gate sees it. A browser asks for a sign for its tab by itself. */
function policyOf({ trustedTypes = '' }: LivingPage, ownUrl: string, bffUrl: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${NONCE}'`,
    `connect-src ${bffUrl}`,
    `img-src ${ownUrl}/favicon.ico`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types atto-connect ${trustedTypes}`,
    `report-uri ${bffUrl}/csp-reports`,
  ].join('; ');
}

function htmlOf({ body }: LivingPage): string {
  return `<!doctype html><html lang="en"><title>A partner’s page</title>
<script type="importmap" nonce="${NONCE}">${JSON.stringify({ imports: IMPORTS })}</script>
<body>${body}</body></html>`;
}
