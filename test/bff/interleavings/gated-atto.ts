import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A consent as the Consent API shows it. */
export interface AttoConsent {
  readonly consentId: string;
  readonly applicationId: string;
  readonly customerReference: string;
  readonly providerId: number;
  readonly providerName: string;
  readonly consentStatus: string;
  readonly consentStart: string;
  readonly consentEnd: string;
  readonly statusUpdated: string;
  readonly journeyType: null;
}

/** An Atto that answers at once, or, while it is `holding`, when it is told to: with what was true when it was asked. */
export class GatedAtto extends EventEmitter {
  readonly applicationId = crypto.randomUUID();
  readonly consents = new Map<string, AttoConsent>();
  /** Ids that it ever called Active. */
  readonly attested = new Set<string>();
  holding = false;
  /** Answers that are held, oldest first. */
  readonly held: (() => void)[] = [];
  #tokens = 0;
  readonly #server = createServer((request, response) => {
    request.resume();
    const { pathname } = new URL(request.url ?? '/', 'http://atto');
    if (pathname === '/v1/oauth2/token') return this.#token(response);
    const answer = this.#answer(pathname.split('/')[3]);
    if (!this.holding) return answer(response);
    this.held.push(() => answer(response));
    this.emit('held');
  });

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets the oldest answers go. */
  release(count = this.held.length): void {
    for (const answer of this.held.splice(0, count)) answer();
  }

  async close(): Promise<void> {
    this.release();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #token(response: ServerResponse): void {
    this.#tokens += 1;
    send(response, 200, { access_token: `canary-access-${this.#tokens}`, expires_in: 3600 });
  }

  #answer(id: string | undefined): (response: ServerResponse) => void {
    if (id === undefined) {
      const all = [...this.consents.values()];
      return (response) => send(response, 200, all);
    }
    const consent = this.consents.get(id);
    if (consent?.consentStatus === 'Active') this.attested.add(id);
    return (response) => send(response, consent === undefined ? 404 : 200, consent ?? { code: 'consent_not_found' });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
