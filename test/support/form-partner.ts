import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import jwt from 'jsonwebtoken';
import type { BffAccess } from './bare-partner.ts';
import { fillerFor } from './fill-in.ts';
import { listen } from './listen.ts';

const EXAMPLE = new URL('../../demo/examples/form/index.html', import.meta.url);

/** Who is signed in on the form's page, as a session would say. */
export interface SignedIn {
  customer: string;
  customerToken: string;
}

/** A partner with a plain HTML form, none of its own JavaScript, and a server that believes a receipt and nothing else. */
export interface FormPartner {
  readonly url: string;
  /** How many forms came. */
  readonly sent: number;
  meet(bff: BffAccess, signedIn: SignedIn): void;
  close(): Promise<void>;
}

export async function startFormPartner(hostname: string): Promise<FormPartner> {
  let known: { bff: BffAccess; signedIn: SignedIn } | undefined;
  let sent = 0;
  const server = createServer(async (request, response) => {
    if (!known) return response.writeHead(503).end();
    const { bff, signedIn } = known;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; script-src ${bff.url}; connect-src ${bff.url}; form-action 'self'; require-trusted-types-for 'script'; trusted-types atto-connect`,
    );
    if (request.method !== 'POST') {
      const page = await formPage(bff, signedIn).catch(String);
      return response.writeHead(page.startsWith('<') ? 200 : 503).end(page);
    }
    sent += 1;
    const receipt = await receiptIn(request, bff, signedIn).catch(() => null);
    return receipt
      ? response.end(`<!doctype html><title>Thank you</title><h1>We have your bank: ${receipt.consent_id}</h1>`)
      : response.writeHead(422).end('<!doctype html><title>Sorry</title><h1>We do not believe this</h1>');
  });
  const { port, close } = await listen(server);
  return {
    url: `http://${hostname}:${port}`,
    get sent() {
      return sent;
    },
    meet(bff, signedIn) {
      known = { bff, signedIn };
    },
    close,
  };
}

/** The README's form, in a page that is in German. */
async function formPage(bff: BffAccess, { customerToken }: SignedIn): Promise<string> {
  const fill = await fillerFor(bff, customerToken);
  return fill(await readFile(EXAMPLE, 'utf8')).replace('lang="en"', 'lang="de"');
}

/** The claims of the receipt that came with a form, if it is genuine and of the customer who is signed in. */
async function receiptIn(request: IncomingMessage, bff: BffAccess, { customer }: SignedIn) {
  const receipt = new URLSearchParams(await text(request)).get('bank') ?? '';
  const answer = await fetch(`${bff.directUrl}/.well-known/jwks.json`);
  const { keys } = (await answer.json()) as { keys: (JsonWebKey & { kid: string })[] };
  const key = keys.find(({ kid }) => kid === jwt.decode(receipt, { complete: true })?.header.kid);
  if (!key) throw new Error('signed by somebody else');
  return jwt.verify(receipt, createPublicKey({ key, format: 'jwk' }), {
    algorithms: ['ES256'],
    issuer: bff.url,
    audience: bff.partnerId,
    subject: customer,
  }) as { consent_id: string };
}
