import { isOfThisTab, type PendingJourney, pendingJourneys } from './pending-journey.ts';
import { bffOf, customerOf, customerTokenOf, type JourneySettings, purposeOf } from './settings.ts';

/** The journeys that this page's widgets are about: no two are about the same. */
export const shown = new Set<string>();

/** What the widgets of this page say. */
export const widgets = new Set<JourneySettings>();

/** This customer's pending journeys at the settings' bff and partner that are no other widget's of this page. */
export function ownJourneys(settings: JourneySettings, customer: string | null | undefined): PendingJourney[] {
  const isTheirs = (one: PendingJourney) => (customer === null ? isOfThisTab(one) : one.customer === customer);
  return journeysOf(settings).filter((one) => !shown.has(one.journeyId) && (one.customer == null || isTheirs(one)));
}

/**
 * Whose journeys are looked for. Asked only where there are some; null where the page cannot say who the customer is, for
 * at least this tab knows what it did.
 */
export async function customerFor(settings: JourneySettings): Promise<string | null | undefined> {
  return journeysOf(settings)[0] && customerTokenOf(settings).then(customerOf, () => null);
}

function journeysOf(settings: JourneySettings): PendingJourney[] {
  const bff = bffOf(settings);
  return pendingJourneys().filter(
    ({ bff: theirs, partner, purpose }) =>
      theirs === bff &&
      settings.partner === partner &&
      (purpose === purposeOf(settings) || ![...widgets].some((other) => purposeOf(other) === purpose)),
  );
}
