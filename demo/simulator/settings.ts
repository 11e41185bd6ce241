import { randomBytes } from 'node:crypto';
import { builtInConfigurations, type ConnectConfiguration, defaultConfigurationId } from './configuration.ts';

/** Where notifications go. With `tokenUrl` a client-credentials token is fetched first and sent as Bearer. */
export interface WebhookTarget {
  url: string;
  version: 'v1' | 'v2';
  tokenUrl?: string;
  clientId?: string;
  clientSecret?: string;
  scope?: string;
}

/**
 * Everything that can be bent. Where Atto's documentation is silent there is a switch, so that a client can be
 * tried against each reading. All of it can be changed while the simulator runs.
 */
export interface Settings {
  /** OAuth public identifier. Default a fixed uuid. */
  clientId: string;
  /** At least 32 characters. Default random at each start. */
  clientSecret: string;
  /** What a launch names as `client_id` and a consent as `applicationId`. Default the clientId. */
  applicationId: string;
  /** By config_id. `default` is used when a launch names none. */
  configurations: Record<string, ConnectConfiguration>;
  webhooks: WebhookTarget[];
  /** The guide prints snake_case, the API description camelCase. Default snake. */
  tokenCasing: 'snake' | 'camel';
  /** Shape of error bodies. Default camel. 429 is always the gateway's shape, as documented. */
  errorCasing: 'camel' | 'pascal' | 'gateway' | 'problem';
  /** Scopes the client may ask for, one at a time. Default every documented name, new and old. */
  scopes: string[];
  /** Seconds. Default 3600. */
  tokenLifetimeSeconds: number;
  /** Requests in 60 s before 429. Defaults 500 and 600. */
  rateLimits: { authorisedPerMinute: number; tokenPerMinute: number };
  /** Pauses before the second, third and fourth attempt; then the webhook is dropped. Default 2, 4 and 8 s. */
  webhookRetryDelaysMs: number[];
  /** An answer later than this counts as a failure. Default 10 s. */
  webhookTimeoutMs: number;
  /** What goes wrong between Atto and the client. Default nothing; what is shuffled came within 250 ms. */
  webhookMischief: { drop: boolean; duplicate: boolean; shuffle: boolean; shuffleWindowMs: number; delayMs: number };
  /** Pause before each data step (Partial, Complete, Processed). Default 400 ms. */
  dataStepMs: number;
  /** The last step a successful journey reaches; Processed only exists for clients with stored data. Default Processed. */
  dataReaches: 'Partial' | 'Complete' | 'Processed';
  /** Pause before an e-mail arrives or comes back. Default 400 ms. */
  emailDelayMs: number;
  /** The configuration that each e-mail template leads to. Default one template, `standard`. */
  invitationTemplates: Record<string, string>;
  /** How long a refresh of stored data takes. Default 0. */
  refreshMs: number;
  /** How long every bank thinks, on top of a bank's own habit. Default 0. */
  bankDelayMs: number;
  /** Cross-Origin-Opener-Policy of the hosted pages. Default off, that is no header. */
  coop: 'off' | 'same-origin' | 'same-origin-allow-popups';
  /** off: no such endpoint. on: accepted, and checked, when a launch brings one. required: no launch without. Default on. */
  validationToken: 'on' | 'required' | 'off';
  /** Success status of revoke; the body is empty either way. Default 204. */
  revokeStatus: 200 | 204;
  /** A consent whose journey has been left this long becomes Abandoned. Default 30 min. */
  abandonAfterMs: number;
  /** Put `consent_id` on an error redirect when there is a consent. Default true. */
  consentIdOnError: boolean;
  /** Put `error_description` on an error redirect. Default false. */
  errorDescriptions: boolean;
  /** `errorMessage` in notifications: the Connect error code, or a sentence. Default code. */
  errorMessages: 'code' | 'prose';
  /** What a cancelled first journey makes of its consent. Default Failed. */
  cancelledStatus: 'Failed' | 'Abandoned';
  /** How a renewal with a dead access token ends. Default redirect, with `unexpected_error`. */
  deadTokenEnds: 'redirect' | 'page';
  /** `state` of the redirect after the customer disconnects while reconfirming. Default success: they did what they came for. */
  disconnectEnds: 'success' | 'customer_cancelled';
  /** Tell the client when a renewal failed, the consent staying as it was. Default true. */
  announceFailedRenewals: boolean;
  /** An Active British consent this close to its end is reconfirmed, not re-authenticated. Default 30 days. */
  reconfirmationWindowDays: number;
  /** The bank insists on a login while reconfirming. Default false. */
  bankForcesLogin: boolean;
  /** Seconds the success page waits before it returns by itself; 0 waits for the customer. Default 0. */
  successPageSeconds: number;
  /** Order of the consents list, which Atto does not state. Default oldest first. */
  listOrder: 'oldest-first' | 'newest-first';
  /** Add fields nobody documented to every answer and notification. Default false. */
  extraFields: boolean;
  /** Use enum members nobody documented. Default false. */
  unknownEnumMembers: boolean;
  /** Pause before every API answer. Default 0. */
  latencyMs: number;
}

/** Old and new name of each scope. @see documentation, "Getting started", and the "Get Token" page */
const documentedScopes = ['consent', 'data', 'stored_data', 'advanced_insights', 'connect_invitation'].flatMap(
  (name) => [`api:${name}`, `directid.${name}`],
);

/** Settings before any option is applied. */
export function defaultSettings(): Settings {
  const clientId = '5d0f3f3e-7f0e-4b52-9f0c-a0c1e57b3c11';
  return {
    clientId,
    clientSecret: randomBytes(24).toString('base64url'),
    applicationId: clientId,
    configurations: builtInConfigurations(),
    webhooks: [],
    tokenCasing: 'snake',
    errorCasing: 'camel',
    scopes: [...documentedScopes, 'api:cis'],
    tokenLifetimeSeconds: 3600,
    rateLimits: { authorisedPerMinute: 500, tokenPerMinute: 600 },
    webhookRetryDelaysMs: [2_000, 4_000, 8_000],
    webhookTimeoutMs: 10_000,
    webhookMischief: { drop: false, duplicate: false, shuffle: false, shuffleWindowMs: 250, delayMs: 0 },
    dataStepMs: 400,
    dataReaches: 'Processed',
    emailDelayMs: 400,
    invitationTemplates: { standard: defaultConfigurationId },
    refreshMs: 0,
    bankDelayMs: 0,
    coop: 'off',
    validationToken: 'on',
    revokeStatus: 204,
    abandonAfterMs: 30 * 60_000,
    consentIdOnError: true,
    errorDescriptions: false,
    errorMessages: 'code',
    cancelledStatus: 'Failed',
    deadTokenEnds: 'redirect',
    disconnectEnds: 'success',
    announceFailedRenewals: true,
    reconfirmationWindowDays: 30,
    bankForcesLogin: false,
    successPageSeconds: 0,
    listOrder: 'oldest-first',
    extraFields: false,
    unknownEnumMembers: false,
    latencyMs: 0,
  };
}
