import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { BffError, type FieldError, invalidRequest } from '../errors.ts';

/** JSON only: a form or text/plain could be sent by any page without asking the browser's leave first. */
const jsonOnly: RequestHandler = (request, _response, next) => {
  if (request.is('application/json') === false)
    throw new BffError(415, 'unsupported_media_type', 'Send application/json.');
  next();
};

/** PostgreSQL cannot store it, and nobody means it. A backslash of its own before the `u` is none. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/** Parses a JSON body up to `limit` bytes. 415, 413 and 400 for what it cannot take. */
export function jsonBody(limit: number): RequestHandler[] {
  const verify = (_request: unknown, _response: unknown, bytes: Buffer) => {
    if (bytes.includes('\\u0000') && NUL.test(bytes.toString())) throw new Error('U+0000');
  };
  return [jsonOnly, express.json({ limit, strict: true, inflate: false, verify })];
}

/**
 * The body in its expected shape.
 * @throws {BffError} 400, naming each wrong field and what was expected
 */
export function parsedBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  return parsed(request.body ?? {}, schema);
}

/** @throws {BffError} 400 */
export function parsed<Schema extends z.ZodType>(value: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw invalidRequest(result.error.issues.flatMap(fieldErrors));
  return result.data;
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: 'expected no such field' }));
  }
  return [{ pointer: pointerTo(issue.path), detail: issue.message }];
}

/** @see RFC 6901 */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
