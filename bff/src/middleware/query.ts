import type { Request } from 'express';
import { invalidRequest } from '../errors.ts';

/**
 * The query as an object of strings.
 * @throws {BffError} 400 where a parameter is repeated: which of the two would be meant?
 */
export function queryOf(request: Request): Record<string, string> {
  const parameters = new URL(request.originalUrl, 'http://localhost').searchParams;
  const names = [...new Set(parameters.keys())];
  const repeated = names.filter((name) => parameters.getAll(name).length > 1);
  if (repeated.length > 0)
    throw invalidRequest(repeated.map((name) => ({ pointer: `/${name.slice(0, 64)}`, detail: 'expected once' })));
  return Object.fromEntries(parameters);
}
