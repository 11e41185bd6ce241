/** Wrong on purpose: acknowledges a webhook a moment before it stores it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { serveWrongly } from './serve.ts';

const MOMENT_MS = 25;

serveWrongly((accept) => async (...webhook) => {
  void sleep(MOMENT_MS).then(() => accept(...webhook));
  return { isNew: true };
});
