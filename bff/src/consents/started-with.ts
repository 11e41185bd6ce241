import type { Journey } from '../journey/journey.ts';
import { hasApplication, type Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import type { Owner } from './consent-record.ts';

export interface StartedWith {
  /** Newest first. */
  readonly journeys: readonly Journey[];
  /** Whose a consent is that came of it; null where nothing was started. */
  readonly owner: Owner | null;
}

/**
 * What was started with a reference at an application. The reference alone does not say whose a consent is: bare references
 * of partners with applications of their own may be the same.
 * @param applicationId null where a webhook does not say: any
 */
export async function startedWith(
  { store, partners }: { store: Store; partners: ReadonlyMap<string, Partner> },
  reference: string | null,
  applicationId: string | null,
): Promise<StartedWith> {
  if (reference === null) return { journeys: [], owner: null };
  const isThere = ({ partnerId }: { partnerId: string }) => {
    const partner = partners.get(partnerId);
    return applicationId === null || (partner !== undefined && hasApplication(partner, applicationId));
  };
  const journeys = (await store.journeysByReference(reference)).filter(isThere);
  const [newest] = journeys;
  if (newest !== undefined) return { journeys, owner: { partnerId: newest.partnerId, customer: newest.customer } };
  const invitation = await store.invitationByReference(reference);
  if (invitation === null || !isThere(invitation)) return { journeys, owner: null };
  const { id: invitationId, partnerId, customer } = invitation;
  return { journeys, owner: { partnerId, customer, invitationId } };
}
