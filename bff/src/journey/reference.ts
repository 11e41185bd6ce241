import { randomId } from '../tokens/random-token.ts';

/** A longer one is nobody's, and no index takes it. */
export const LONGEST_REFERENCE = 255;

/**
 * What Atto gets to know a customer by: nobody can guess it, and its owner still reads it in Atto's dashboards. At most 100
 * characters of `[A-Za-z0-9_.-]`, the range that every part of Atto takes.
 * @param customer the partner's own reference; null for a guest
 */
export function newReference(customer: string | null): string {
  return `${customer ?? 'guest'}.${randomId()}`;
}
