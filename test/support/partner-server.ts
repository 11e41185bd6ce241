import type { JourneyView, Problem, StartedJourney } from '@atto-connect/widget/contract';
import type { Answer, BffClient, HeaderValues } from './bff-client.ts';

/** A row of `GET /v1/partner/consents`. */
export interface PartnerConsent {
  readonly id: string;
  readonly customer: string | null;
  readonly reference: string;
  readonly binding: string;
  readonly invitationId: string | null;
  readonly status: string;
  readonly end: string | null;
  readonly dataAvailability: string | null;
  readonly renew: string;
}

/** `GET /v1/partner/journeys/{id}`. */
export type PartnerJourney = JourneyView & {
  readonly customer: string | null;
  readonly reference: string;
  readonly binding: string;
  readonly evidence: readonly string[];
};

/** A row of `/v1/partner/invitations`. */
export interface PartnerInvitation {
  readonly id: string;
  readonly customer: string;
  readonly reference: string;
  readonly emailState: string | null;
  readonly smtpErrorCode: string | null;
  readonly activities: readonly { readonly event: string; readonly at: string | null }[];
  readonly connectionStatus: string;
  readonly consentId: string | null;
}

/** One of `GET /v1/partner/events`. */
export interface PartnerEvent {
  readonly cursor: string;
  readonly type: string;
  readonly at: string;
  readonly journeyId?: string;
  readonly consentId?: string | null;
  readonly invitationId?: string;
  readonly reference?: string;
  readonly emailState?: string | null;
  readonly connectionStatus?: string;
  readonly status: string;
  readonly binding: string;
  readonly version?: number;
  readonly dataAvailability: string | null;
}

/** The partner's server, with its API key. */
export class PartnerServer {
  readonly #client: () => BffClient;
  readonly #key: string;

  /** @param client asked for each request: a bff may be started again */
  constructor(client: () => BffClient, key: string | undefined) {
    this.#client = client;
    this.#key = key ?? '';
  }

  start(customer: string, fields: object = {}): Promise<Answer<StartedJourney>> {
    return this.#post('/journeys', { customer, ...fields });
  }

  token(journeyId: string, customer: string): Promise<Answer<{ journeyToken: string }>> {
    return this.#post(`/journeys/${journeyId}/tokens`, { customer });
  }

  journey(journeyId: string): Promise<Answer<PartnerJourney>> {
    return this.#get(`/journeys/${journeyId}`);
  }

  consents(query = ''): Promise<Answer<{ consents: PartnerConsent[] }>> {
    return this.#get(`/consents${query}`);
  }

  consent(consentId: unknown): Promise<Answer<PartnerConsent>> {
    return this.#get(`/consents/${consentId}`);
  }

  revoke(consentId: unknown): Promise<Answer<PartnerConsent>> {
    return this.#post(`/consents/${consentId}/revoke`, {});
  }

  refresh(consentId: unknown): Promise<Answer<PartnerConsent & Problem>> {
    return this.#post(`/consents/${consentId}/refresh`, {});
  }

  invite(customer: string, fields: object = {}): Promise<Answer<PartnerInvitation & Problem>> {
    const recipient = { recipientName: 'Ada Example', recipientEmail: 'ada@mail.example' };
    return this.#post('/invitations', { customer, ...recipient, ...fields });
  }

  invitation(invitationId: string): Promise<Answer<PartnerInvitation>> {
    return this.#get(`/invitations/${invitationId}`);
  }

  events(after?: string): Promise<Answer<{ events: PartnerEvent[]; next: string }>> {
    return this.#get(`/events${after === undefined ? '' : `?after=${after}`}`);
  }

  /** Those of all pages after a cursor. */
  async allEvents(after = '0'): Promise<PartnerEvent[]> {
    const { events, next } = (await this.events(after)).body;
    return events.length === 0 ? [] : [...events, ...(await this.allEvents(next))];
  }

  /** Those about one consent. */
  async eventsOf({ consentId }: { consentId?: unknown }): Promise<PartnerEvent[]> {
    return (await this.allEvents()).filter(
      (event) => event.type === 'consent.updated' && event.consentId === consentId,
    );
  }

  #get<Body>(path: string): Promise<Answer<Body>> {
    return this.#client().call('GET', `/v1/partner${path}`, this.#headers());
  }

  #post<Body>(path: string, body: object): Promise<Answer<Body>> {
    return this.#client().call('POST', `/v1/partner${path}`, this.#headers(), body);
  }

  #headers(): HeaderValues {
    return { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' };
  }
}
