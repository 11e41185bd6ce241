import { BffError } from '../errors.ts';
import type { Partner } from '../partners.ts';
import type { ConsentRecord } from './consent-record.ts';

/**
 * Nothing of a consent's data moves before it is shown whose the consent is, unless the partner takes that upon itself
 * (`requireBound: false`). What its giver has disowned moves never.
 * @throws {BffError} 409 `consent_unbound`
 */
export function requireBound({ binding }: ConsentRecord, { requireBound: isRequired }: Partner): void {
  if (binding === 'bound' || (!isRequired && binding !== 'disowned')) return;
  throw new BffError(409, 'consent_unbound', 'Nobody has shown that this customer gave the consent.');
}
