/**
 * `npm run test:load`: 3,000 webhooks a minute for five minutes, each of a different open journey's consent, to two
 * processes on one PostgreSQL, while the stand-in enforces Atto's 500 calls a minute. Writes `test/results/load.json`; ends
 * with status 1 where a figure was missed. About ten minutes, on a machine that does nothing else.
 */
import { startPostgres } from '../support/postgres.ts';
import { writeResult } from '../support/result-file.ts';
import { flood } from './flood.ts';

const options = {
  journeys: 15_000,
  returned: 3000,
  webhooksPerMinute: 3000,
  returnsPerMinute: 60,
  budget: 450,
  enforced: 500,
  patienceSeconds: 300,
};

const startedAt = Date.now();
const postgres = await startPostgres();
try {
  const result = await flood({ ...options, databaseUrl: postgres.url });
  const figures = {
    'every webhook acknowledged': result.webhooks.acknowledged === options.journeys,
    'at most 450 calls in any minute': result.calls.mostInAMinute <= 450,
    'none of them refused': result.calls.refused === 0,
    'all journeys right within 10 minutes': result.allRightAfterSeconds !== null && result.allRightAfterSeconds <= 600,
    'who comes back is verified with p95 ≤ 3 s': result.returns.p95 <= 3000,
  };
  writeResult('load', startedAt, { options, ...result, figures });
  console.log(JSON.stringify({ ...result, figures }, null, 2));
  process.exitCode = Object.values(figures).every(Boolean) ? 0 : 1;
} finally {
  await postgres.close();
}
