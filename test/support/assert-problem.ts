import assert from 'node:assert/strict';
import type { Problem } from '@atto-connect/widget/contract';
import type { Answer } from './bff-client.ts';

/**
 * It is a problem as design section 3 has it, and nothing more.
 * @param pointers for a 400: the fields that are named
 * @see RFC 9457
 */
export function assertProblem(answer: Answer, status: number, code: string, pointers?: readonly string[]): void {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
  assert.equal(answer.headers['cache-control'], 'no-store');
  const { type, title, traceId, errors, ...rest } = answer.body as Problem;
  assert.deepEqual(rest, { status, code });
  assert.ok(URL.canParse(type) && title.length > 0 && /^[\w-]{16,}$/.test(traceId), answer.text);
  if (pointers === undefined) assert.equal(errors, undefined);
  else {
    assert.deepEqual((errors ?? []).map(({ pointer }) => pointer).sort(), [...pointers].sort());
    for (const { detail } of errors ?? []) assert.match(detail, /expected /);
  }
}
