import { z } from 'zod';
import type { AttestedConsent } from '../consents/consent-facts.ts';
import { LONGEST_REFERENCE } from '../journey/reference.ts';

/**
 * What Atto sends, in Atto's spelling. Fields and enum members that we do not know are let through: the provider calls
 * them non-breaking (documentation, "Change management").
 */

/** Text that may be missing or null. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const reference = text.transform((value) => (value !== null && value.length > LONGEST_REFERENCE ? null : value));
const textOrNumber = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : String(value)));

/** `GET /consents/v1/{consentId}`, turned into our spelling. */
export const consentSchema = z
  .object({
    consentId: z.string(),
    applicationId: z.string(),
    customerReference: text,
    providerId: textOrNumber,
    providerName: text,
    consentStatus: z.string(),
    consentStart: text,
    consentEnd: text,
    statusUpdated: text,
    journeyType: text,
  })
  .transform(
    (consent): AttestedConsent => ({
      customerReference: consent.customerReference,
      applicationId: consent.applicationId,
      facts: {
        id: consent.consentId,
        status: consent.consentStatus,
        providerId: consent.providerId,
        providerName: consent.providerName,
        start: consent.consentStart,
        end: consent.consentEnd,
        journeyType: consent.journeyType,
        statusUpdated: consent.statusUpdated,
      },
    }),
  );

/** `POST /v1/oauth2/token`: the guide writes snake_case, the API description camelCase. */
export const tokenSchema = z
  .object({
    access_token: z.string().min(1).optional(),
    accessToken: z.string().min(1).optional(),
    // Without a life that we can read, a token is as good as any: it gets a short one.
    expires_in: z.coerce.number().optional().catch(undefined),
    expiresIn: z.coerce.number().optional().catch(undefined),
  })
  .transform((body, context) => {
    const accessToken = body.access_token ?? body.accessToken;
    if (accessToken === undefined) {
      context.addIssue({ code: 'custom', message: 'no access token in the answer' });
      return z.NEVER;
    }
    return { accessToken, expiresIn: body.expires_in ?? body.expiresIn };
  });

/** `GET /v1/connect/validation-token`: undocumented; read from the two likely names. */
export const validationTokenSchema = z
  .object({ token: z.string().min(1).optional(), validationToken: z.string().min(1).optional() })
  .transform((body) => body.token ?? body.validationToken ?? null);

/**
 * The four shapes of an error: `{Code, Description, …}`, the same in camelCase, `{statusCode, message}` of the gateway,
 * and ProblemDetails. Only what helps an operator is kept, and only if it is short.
 */
export function describeError(body: unknown): { code: string | null; correlationId: string | null } {
  if (typeof body !== 'object' || body === null) return { code: null, correlationId: null };
  const fields = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
  const read = (...names: string[]) =>
    names.map((name) => fields.get(name)).find((value) => typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value));
  return {
    code: (read('code', 'error', 'type') as string | undefined) ?? null,
    correlationId: (read('correlationid', 'traceid', 'instance') as string | undefined) ?? null,
  };
}

/** Webhook v1 (documentation, "Webhooks V1"): flat, without id or time. */
export const notificationV1Schema = z.object({
  consentId: z.string().min(1).max(100),
  applicationId: text,
  customerReference: reference,
  providerAuthentication: z.string(),
  dataAvailability: text,
  reauthentication: z.boolean().nullish(),
  errorMessage: text,
});

/** Webhook v2, `data` of a Consent event (documentation, "V2 Webhooks"). */
export const consentEventSchema = z.object({
  eventId: z.string().min(1).max(200),
  eventType: z.string(),
  eventTime: text,
  data: z.object({
    consentId: z.string().min(1).max(100),
    applicationId: text,
    customerReference: reference,
    consentStatus: z.string(),
    consentJourney: text,
    statusUpdated: text,
    dataAvailability: text,
  }),
});

/** Every v2 event has these; the rest depends on `eventType`. */
export const eventEnvelopeSchema = z.object({
  eventId: z.string().min(1).max(200),
  eventType: z.string().min(1).max(100),
  data: z.record(z.string(), z.unknown()),
});
