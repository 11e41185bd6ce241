import { z } from 'zod';

interface ConnectionsOptions {
  /** The bff as this server reaches it. */
  bffUrl: string;
  apiKey: string;
}

const consentSchema = z.object({ status: z.string() });

/** The consents that Larkfield keeps on file, one for each customer: by them it would read their data at Atto. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #consentIds = new Map<string, string>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  keep(customer: string, consentId: string): void {
    this.#consentIds.set(customer, consentId);
  }

  consentOf(customer: string): string | undefined {
    return this.#consentIds.get(customer);
  }

  /** Whether there is one that still gives data, by the bff's word. */
  async isGood(customer: string): Promise<boolean> {
    const consentId = this.consentOf(customer);
    if (consentId === undefined) return false;
    const { bffUrl, apiKey } = this.#options;
    const address = `${bffUrl}/v1/partner/consents/${encodeURIComponent(consentId)}`;
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${apiKey}` } });
    if (answer.status === 404) return false;
    if (answer.status !== 200) throw new Error(`the bff answered ${answer.status}`);
    return consentSchema.parse(await answer.json()).status === 'Active';
  }

  forgetAll(): void {
    this.#consentIds.clear();
  }
}
