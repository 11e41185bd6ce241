import type { Request, RequestHandler } from 'express';
import { invalidRequest } from '../errors.ts';

/** What follows the first `?`: clients may send a whole URL, and not all of them can be parsed. @see RFC 9112 section 3.2.2 */
export function searchParametersOf({ originalUrl }: Request): URLSearchParams {
  const start = originalUrl.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : originalUrl.slice(start + 1));
}

/** PostgreSQL cannot look for U+0000. @throws {BffError} 400 */
export const withoutNul: RequestHandler = (request, _response, next) => {
  if (request.url.includes('%00')) throw invalidRequest([{ pointer: '', detail: 'expected no U+0000 in the address' }]);
  next();
};

/**
 * The query as an object of strings.
 * @throws {BffError} 400 where a parameter is repeated: which of the two would be meant?
 */
export function queryOf(request: Request): Record<string, string> {
  const parameters = searchParametersOf(request);
  const names = [...new Set(parameters.keys())];
  const repeated = names.filter((name) => parameters.getAll(name).length > 1);
  if (repeated.length > 0)
    throw invalidRequest(repeated.map((name) => ({ pointer: `/${name.slice(0, 64)}`, detail: 'expected once' })));
  return Object.fromEntries(parameters);
}
