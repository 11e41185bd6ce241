import type { ConsentSummary, JourneyError, JourneyView } from '@atto-connect/widget/contract';
import type { ConsentFacts } from '../consents/consent-facts.ts';
import type { Journey } from './journey.ts';

/** What the browser may see of its journey. */
export function journeyView(journey: Journey): JourneyView {
  return {
    journeyId: journey.id,
    kind: journey.kind,
    status: journey.status,
    dataAvailability: journey.consent === null ? null : journey.dataAvailability,
    ...(journey.consent === null ? {} : { consent: consentSummary(journey.consent) }),
    ...(journey.error === null ? {} : { error: shownError(journey.error, journey.reference) }),
    ...(journey.receipt === null ? {} : { receipt: journey.receipt }),
    expiresAt: new Date(journey.expiresAt).toISOString(),
    updatedAt: new Date(journey.updatedAt).toISOString(),
    version: journey.version,
  };
}

const texts = new WeakMap<Journey, string>();

/** The view as it goes over the wire; written once for a record that many ask for. */
export function journeyViewText(journey: Journey): string {
  const text = texts.get(journey) ?? JSON.stringify(journeyView(journey));
  texts.set(journey, text);
  return text;
}

export function consentSummary(consent: ConsentFacts): ConsentSummary {
  const { id, status, providerName, start, end, journeyType } = consent;
  return { id, status, providerName, start, end, journeyType };
}

function shownError({ code, category, action }: NonNullable<Journey['error']>, reference: string): JourneyError {
  return { code, category, retryable: action === 'retry', action, reference };
}

/** The view's entity tag: a journey's version says it all. @see RFC 9110 section 8.8.3 */
export function journeyETag(journey: Journey): string {
  return `"${journey.version}"`;
}
