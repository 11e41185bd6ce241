import assert from 'node:assert/strict';
import type { Answer } from './bff-client.ts';

/** A small page for a person: it loads nothing, runs nothing, may not be framed, and is kept nowhere. */
export function assertPage(answer: Answer, status: number): void {
  const { headers, text } = answer;
  assert.equal(answer.status, status, text);
  assert.match(headers['content-type'] ?? '', /^text\/html; charset=utf-8/);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['x-frame-options'], 'DENY');
  const policy = headers['content-security-policy'] ?? '';
  for (const part of ["default-src 'none'", "frame-ancestors 'none'"]) assert.ok(policy.includes(part), policy);
  assert.match(text, /<h1>[^<]+<\/h1><p>[^<]+<\/p>/);
  assert.doesNotMatch(text, /<script|<style|<img|<link|\son\w+=|\sstyle=/i);
}
