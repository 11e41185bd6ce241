import type { ReturnByHandle, ReturnByParameters, StartJourneyRequest } from '@atto-connect/widget/contract';
import { z } from 'zod';
import { isOwnReference } from './tokens/customer-token.ts';

/** zod for what browsers send, held to the widget's contract by the compiler. */

const optionalText = (pattern: RegExp, expected: string) => z.string(expected).regex(pattern, expected).exactOptional();

const startFields = {
  configId: optionalText(/^.{1,100}$/, 'expected a configuration id'),
  providerId: optionalText(/^[A-Za-z0-9_-]{1,64}$/, 'expected a provider id: letters, digits, - and _'),
  bankCode: optionalText(/^[A-Za-z0-9 -]{1,34}$/, 'expected a bank code: letters, digits, spaces and -'),
  countryCode: optionalText(/^[A-Za-z]{2}$/, 'expected two letters (ISO 3166-1)'),
  consentId: optionalText(/^[A-Za-z0-9_-]{1,100}$/, 'expected a consent id'),
  returnTo: optionalText(/^[A-Za-z0-9_-]{1,64}$/, 'expected the name of a registered return URL'),
  locale: optionalText(/^[A-Za-z0-9-]{1,35}$/, 'expected a language tag (BCP 47)'),
};

/** A bank code means something only within a country. */
function together(
  { bankCode, countryCode }: { bankCode?: string; countryCode?: string },
  context: z.RefinementCtx,
): void {
  if ((bankCode === undefined) === (countryCode === undefined)) return;
  const [missing = '', given] = bankCode === undefined ? ['bankCode', 'countryCode'] : ['countryCode', 'bankCode'];
  context.addIssue({ code: 'custom', path: [missing], message: `expected together with ${given}` });
}

export const startJourneySchema = z
  .strictObject({ partner: z.string('expected the id of a registered partner').max(64), ...startFields })
  .superRefine(together) satisfies z.ZodType<StartJourneyRequest>;

export const returnByHandleSchema = z.strictObject({
  handle: z.string('expected the handle of the return').min(1).max(100),
}) satisfies z.ZodType<ReturnByHandle>;

export const returnByParametersSchema = z.strictObject({
  customerRef: z.string('expected customer_ref as it came').min(1).max(255),
  state: z.enum(['success', 'error'], 'expected "success" or "error"'),
  error: z.string('expected error as it came').min(1).max(100).exactOptional(),
  errorDescription: z.string('expected error_description as it came').max(2000).exactOptional(),
  consentId: z.string('expected consent_id as it came').min(1).max(100).exactOptional(),
}) satisfies z.ZodType<ReturnByParameters>;

/** For requests whose body says nothing. */
export const emptySchema = z.strictObject({});

const customer = z
  .string("expected the partner's own reference for the customer")
  .refine(isOwnReference, 'expected 1 to 77 of A-Z a-z 0-9 _ . - and not "guest"');

/** What the partner's server sends. */
export const partnerJourneySchema = z.strictObject({ customer, ...startFields }).superRefine(together);
export const partnerTokenSchema = z.strictObject({ customer });
/** The beginnings of Atto's own patterns for both are documented; their ends are not. */
export const partnerInvitationSchema = z.strictObject({
  customer,
  recipientName: z
    .string('expected the name of the person to invite')
    .regex(/^[\u00c0-\u01ffa-zA-Z'\d_. +\-()]{1,100}$/, "expected 1 to 100 letters, digits, spaces and ' _ . + - ( )"),
  recipientEmail: z
    .string('expected an e-mail address')
    .max(254, 'expected at most 254 characters')
    .regex(
      /^[\u00c0-\u01ffa-zA-Z0-9_.-]+@[\u00c0-\u01ffa-zA-Z0-9_.-]+$/,
      'expected an e-mail address of letters, digits and _ . -',
    ),
  templateId: optionalText(/^.{1,100}$/, 'expected the id of a template'),
});
export const partnerConsentQuerySchema = z.strictObject({
  customer: customer.exactOptional(),
  status: z
    .string()
    .regex(/^[A-Za-z]{1,40}$/, 'expected a consent status, such as Active')
    .exactOptional(),
});
export const partnerEventQuerySchema = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'expected the cursor of an event')
    .default('0')
    .transform(Number),
});

export const partnerDeliveryQuerySchema = z.strictObject({
  status: z.enum(['pending', 'delivered', 'failed'], 'expected pending, delivered or failed').exactOptional(),
});
