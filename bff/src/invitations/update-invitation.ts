import { partnerEventsOfInvitation } from '../partner-events/partner-event.ts';
import type { Store } from '../stores/store.ts';
import type { Invitation } from './invitation.ts';

/**
 * Changes an invitation however many others change it at the same time.
 * @param change returns the same object where there is nothing to store
 * @returns null where there is none of this id
 */
export async function updateInvitation(
  store: Store,
  id: string,
  change: (invitation: Invitation) => Invitation,
): Promise<Invitation | null> {
  for (;;) {
    const invitation = await store.invitation(id);
    if (invitation === null) return null;
    const next = change(invitation);
    if (next === invitation) return invitation;
    const stored = await store.putInvitation(next, partnerEventsOfInvitation(invitation, next));
    if (stored !== null) return stored;
  }
}
