import { z } from 'zod';
import { type ConsentRecord, consentStatuses, dataSourceTypes } from '../consents/consent.ts';
import { ApiError } from './errors.ts';

const int32 = z
  .string()
  .regex(/^-?\d{1,10}$/, 'an integer')
  .transform(Number)
  .refine((value) => Math.abs(value) <= 2_147_483_647, 'a 32-bit integer');
const position = int32.refine((value) => value >= 0, 'not negative');
const dateTime = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(value)), 'a date-time')
  .transform((value) => Date.parse(value));

const queryV1 = z.object({
  /** A plain string in v1, and the documented example writes it in lower case. */
  consentStatus: z.string().optional(),
  configurationName: z.string().optional(),
  providerId: int32.optional(),
  customerReference: z.string().optional(),
  userId: z.string().optional(),
  from: dateTime.optional(),
  to: dateTime.optional(),
  offset: position.default(0),
  /** Documented default 0, which is taken to mean no limit. */
  limit: position.default(0),
});

const queryV2 = queryV1.extend({
  consentStatus: z.enum(consentStatuses).optional(),
  dataSourceType: z.enum(dataSourceTypes).optional(),
});

/** A checked query of the consents list. */
export type ConsentQuery = z.output<typeof queryV1> & { dataSourceType?: string | undefined };

/** Reads the query of `GET /consents/v1` or `v2`; unknown parameters are ignored. @see atto-facts 3.3 */
export function readConsentQuery(query: unknown, version: 'v1' | 'v2'): ConsentQuery {
  const read = (version === 'v2' ? queryV2 : queryV1).safeParse(query);
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new ApiError(400, 'parameters_invalid', wrong);
}

/** The records a query asks for, before offset and limit. */
export function matches({ consent, dataSourceType }: ConsentRecord, query: ConsentQuery): boolean {
  const updated = Date.parse(consent.statusUpdated);
  return (
    is(query.consentStatus?.toLowerCase(), lower(consent.consentStatus)) &&
    is(query.configurationName, consent.configurationName) &&
    is(query.providerId, consent.providerId) &&
    is(query.customerReference, consent.customerReference) &&
    is(query.userId?.toLowerCase(), lower(consent.userId)) &&
    is(query.dataSourceType, dataSourceType) &&
    updated >= (query.from ?? Number.NEGATIVE_INFINITY) &&
    updated <= (query.to ?? Number.POSITIVE_INFINITY)
  );
}

/** A hostile test may have put anything into a consent. */
function lower(value: unknown): string {
  return String(value).toLowerCase();
}

function is<T>(wanted: T | undefined, actual: T | null): boolean {
  return wanted === undefined || wanted === actual;
}
