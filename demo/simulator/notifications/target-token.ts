import { type Dispatcher, request } from 'undici';
import type { WebhookTarget } from '../settings.ts';

/**
 * The client's own token for its webhook, asked for with Basic authentication and kept until it runs out.
 * @see documentation, "Optional OAuth2 Authentication"
 */
export class TargetTokens {
  readonly #dispatcher: Dispatcher;
  readonly #now: () => number;
  readonly #kept = new Map<string, { token: string; expiresAt: number }>();

  constructor(dispatcher: Dispatcher, now: () => number) {
    this.#dispatcher = dispatcher;
    this.#now = now;
  }

  /** A token for this target, or undefined when it wants none. Throws when the client's server gives none. */
  async tokenFor(target: WebhookTarget, signal: AbortSignal): Promise<string | undefined> {
    if (!target.tokenUrl) return undefined;
    const kept = this.#kept.get(keyOf(target));
    if (kept && kept.expiresAt > this.#now()) return kept.token;
    const { token, lifetimeSeconds } = await this.#fetch(target, target.tokenUrl, signal);
    this.#kept.set(keyOf(target), { token, expiresAt: this.#now() + lifetimeSeconds * 1000 });
    return token;
  }

  /** The client answered 401: ask for a new one next time. */
  forget(target: WebhookTarget): void {
    this.#kept.delete(keyOf(target));
  }

  async #fetch(target: WebhookTarget, tokenUrl: string, signal: AbortSignal) {
    const credentials = Buffer.from(`${target.clientId ?? ''}:${target.clientSecret ?? ''}`).toString('base64');
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (target.scope) form.set('scope', target.scope);
    const answer = await request(tokenUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      dispatcher: this.#dispatcher,
      signal,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`the token endpoint answered ${answer.statusCode}`);
    const body = JSON.parse(text) as { access_token?: unknown; expires_in?: unknown };
    if (typeof body.access_token !== 'string') throw new Error('the token endpoint sent no access_token');
    return { token: body.access_token, lifetimeSeconds: Number(body.expires_in) || 0 };
  }
}

function keyOf({ tokenUrl, clientId, scope }: WebhookTarget): string {
  return JSON.stringify([tokenUrl, clientId, scope]);
}
