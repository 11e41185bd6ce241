import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** How a forged webhook shows itself to the client: with the token that Atto would send, with another, or with none. */
export type Bearer = 'right' | 'wrong' | 'none';

const uuid = z.uuid().optional();

const forgerySchema = z.strictObject({
  /** Default consent, which is v2. */
  kind: z.enum(['consent', 'consent-v1', 'invitation']).default('consent'),
  /** Whose news it pretends to be: a consent's id, or an invitation's. Default one that nobody has. */
  about: uuid,
  /** Default that of the consent or invitation, else one that nobody has. */
  customerReference: z.string().min(1).optional(),
  /** `consentStatus`, `providerAuthentication` or `connectionStatus`. Default Active, and Success in v1. */
  status: z.string().min(1).optional(),
  /** Of a consent. Default null. */
  dataAvailability: z.string().min(1).nullable().default(null),
  /** Of an invitation. Default Clicked. */
  emailState: z.string().min(1).default('Clicked'),
  /** Default a new one; that of an earlier webhook makes it a false duplicate. Absent in v1. */
  eventId: uuid,
  /** Default right: whoever forges it has got hold of a token. */
  bearer: z.enum(['right', 'wrong', 'none']).default('right'),
});

/** A webhook that Atto would not have sent. Whatever is left out is as plausible as it can be. */
export type Forgery = z.input<typeof forgerySchema>;

/** What is really known of the consent or invitation that a forgery is about. */
export type Truth = Readonly<Record<string, unknown>> | undefined;

/**
 * The body of a forged webhook, and the bearer to send it with. `truth` is asked for what is known of an id.
 * Throws a ZodError for a forgery it does not understand.
 */
export function forge(
  forgery: unknown,
  { applicationId, truth, now }: { applicationId: string; truth: (id: string) => Truth; now: number },
): { body: Record<string, unknown>; bearer: Bearer } {
  const { kind, about, bearer, ...wish } = forgerySchema.parse(forgery);
  const id = about ?? randomUUID();
  const known = truth(id);
  const customerReference = wish.customerReference ?? known?.['customerReference'] ?? `forged.${randomUUID()}`;
  const shared = { applicationId, customerReference };
  const time = new Date(now).toISOString();
  if (kind === 'consent-v1') {
    const providerAuthentication = wish.status ?? 'Success';
    const { dataAvailability } = wish;
    const rest = { paymentConfirmation: null, reauthentication: false, errorMessage: null };
    return { bearer, body: { consentId: id, ...shared, providerAuthentication, dataAvailability, ...rest } };
  }
  const envelope = { eventId: wish.eventId ?? randomUUID(), eventTime: time, schemaVersion: '1.0.0' };
  if (kind === 'invitation') {
    const { emailState } = wish;
    const connectionStatus = wish.status ?? 'Active';
    const data = { invitationId: id, ...shared, emailState, smtpErrorCode: '', smtpErrorMessage: '', connectionStatus };
    return { bearer, body: { ...envelope, eventType: 'Invitation', schemaType: 'Email', data } };
  }
  const data = {
    consentId: id,
    providerId: known?.['providerId'] ?? 1001,
    providerName: known?.['providerName'] ?? null,
    configurationName: known?.['configurationName'] ?? null,
    ...shared,
    consentStatus: wish.status ?? 'Active',
    consentJourney: null,
    consentStart: known?.['consentStart'] ?? time,
    consentEnd: known?.['consentEnd'] ?? null,
    // The newest there can be: who orders by it is taken in.
    statusUpdated: time,
    dataAvailability: wish.dataAvailability,
    invitationId: known?.['invitationId'] ?? null,
  };
  return { bearer, body: { ...envelope, eventType: 'Consent', schemaType: 'Consent', data } };
}
