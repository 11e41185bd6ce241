import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { type ConsentRecord, ownRow, SHORTEST_GAP_MS } from './consent-record.ts';
import type { ConsentWatch } from './consent-watch.ts';

export interface OwnershipDependencies {
  store: Store;
  watch: ConsentWatch;
  now: () => number;
}

/** How old what we know may be before Atto is asked again. */
const FRESH_MS = 60_000;

/**
 * A customer's consent. Whose it is says our stored row, or Atto, if `customerReference` is exactly the customer's own
 * reference; never a prefix.
 * @param freshness `now`: Atto is asked about one that is the customer's in any case; `minute`: at most once a minute
 * @returns null where it is nobody's, somebody else's, or unknown: the three are not told apart
 * @throws {AttoError} where Atto had to be asked and could not be
 */
export async function consentOfCustomer(
  { store, watch, now }: OwnershipDependencies,
  { partner, customer, consentId }: { partner: Partner; customer: string; consentId: string },
  freshness: 'now' | 'minute',
): Promise<ConsentRecord | null> {
  const known = await store.consent(consentId);
  if (known !== null && known.partnerId !== null) {
    if (known.partnerId !== partner.id || known.customer !== customer) return null;
    const isFresh = known.askedAt !== null && known.askedAt > now() - FRESH_MS;
    return freshness === 'minute' && isFresh ? known : watch.refresh(known, 'return');
  }
  // A consent from before our time: stored only if Atto says that it is this customer's.
  const owner = { partnerId: partner.id, customer };
  const candidate = ownRow(known, consentId, customer, owner, now());
  return watch.adopt(candidate, partner, freshness === 'minute' ? FRESH_MS : SHORTEST_GAP_MS);
}
