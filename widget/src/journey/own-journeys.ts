import { isOfThisTab, type PendingJourney, pendingJourneys } from './pending-journey.ts';
import { bffOf, customerOf, customerTokenOf, type JourneySettings, type LaunchSettings } from './settings.ts';

/** The journeys that this page's widgets are about: no two are about the same. */
export const shown = new Set<string>();

/** This customer's pending journeys at the settings' bff and partner that no other widget of this page is about. */
export async function ownJourneys(settings: JourneySettings): Promise<PendingJourney[]> {
  const bff = bffOf(settings);
  const ours = ({ bff: theirs, partner, request = '{}' }: PendingJourney) => {
    const asked = JSON.parse(request) as LaunchSettings;
    return (
      theirs === bff &&
      partner === settings.partner &&
      (['configId', 'consentId'] as const).every(
        (name) => !asked[name] || !settings[name] || asked[name] === settings[name],
      )
    );
  };
  if (!pendingJourneys().some(ours)) return [];
  const customer = await customerTokenOf(settings).then(customerOf, () => null);
  // Where the page cannot say who the customer is, at least this tab knows what it did.
  const isTheirs = (one: PendingJourney) => (customer === null ? isOfThisTab(one) : one.customer === customer);
  return pendingJourneys().filter(
    (one) => ours(one) && !shown.has(one.journeyId) && (one.customer == null || isTheirs(one)),
  );
}
