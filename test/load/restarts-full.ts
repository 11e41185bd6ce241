/**
 * `npm run test:restarts`: two processes on one PostgreSQL. How soon a webhook to one wakes who waits at the other; then
 * twenty rolling restarts behind nginx with 500 live journeys. Writes `test/results/restarts.json`; ends with status 1 where
 * a figure was missed. About three minutes, on a machine that does nothing else.
 */
import { whyNoLoadBalancer } from '../support/nginx.ts';
import { writeResult } from '../support/result-file.ts';
import { rollingRestarts } from './rolling-restarts.ts';
import { wake } from './wake.ts';

const missing = whyNoLoadBalancer();
if (missing !== null) throw new Error(`${missing}: set NGINX_PATH, or run as root on Debian`);

const startedAt = Date.now();
const waking = await wake(300);
const options = { journeys: 500, restarts: 20 };
const rolling = await rollingRestarts(options);
const figures = {
  'a webhook to one wakes who waits at the other: p99 ≤ 1 s': Math.max(waking.data.p99, waking.status.p99) <= 1000,
  'every answer is 2xx, 304, 503 with Retry-After, or a redirect': rolling.faults.length === 0,
  'every journey ends right, without an error': rolling.wrong.length === 0 && rolling.journeys === options.journeys,
  'every process leaves within 10 s of SIGTERM': rolling.leaving.slowest <= 10_000,
};
writeResult('restarts', startedAt, { options, waking, rolling, figures });
console.log(JSON.stringify({ waking, rolling, figures }, null, 2));
process.exitCode = Object.values(figures).every(Boolean) ? 0 : 1;
