import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mutant } from '../support/mutant.ts';
import { lies } from './lies/index.ts';
import { type Channel, type Comparison, isConnected } from './lies/lie.ts';
import { startWorld } from './lies/world.ts';

/** A comparison taken out of the code: what stands there, and what always holds in its place. */
interface Removal {
  readonly comparison: Comparison;
  readonly by: Channel;
  readonly edits: readonly (readonly [from: string, to: string])[];
}

const removals: readonly Removal[] = [
  {
    comparison: 'the id that was asked for',
    by: 'handle',
    edits: [['facts.id === consentId,', 'true,']],
  },
  {
    comparison: 'customerReference is the reference',
    by: 'handle',
    edits: [['consent.customerReference === journey.reference,', 'true,']],
  },
  {
    comparison: 'applicationId is ours',
    by: 'handle',
    edits: [['consent.applicationId.toLowerCase() === applicationId.toLowerCase(),', 'true,']],
  },
  {
    comparison: 'the consent is fresh',
    by: 'handle',
    edits: [['started >= journey.launchedAt - CLOCK_ALLOWANCE_MS', 'true']],
  },
  {
    comparison: 'the status is Active',
    by: 'handle',
    edits: [["if (consent.facts.status !== 'Active') return", 'if (false) return']],
  },
  {
    comparison: 'customer_ref is the reference',
    by: 'parameters',
    edits: [['customerRef !== journey.reference', 'false']],
  },
  {
    comparison: 'customer_ref is the reference',
    by: 'handle',
    edits: [['stored.reference !== journey.reference', 'false']],
  },
  {
    comparison: 'every parameter is said once',
    by: 'handle',
    edits: [['more.length > 0 || value.length > longest', 'value.length > longest']],
  },
  {
    comparison: 'state is success',
    by: 'handle',
    edits: [["if (state === 'success') {", 'if (true) {']],
  },
  {
    comparison: 'no error beside success',
    by: 'handle',
    edits: [['if (error !== null) throw', 'if (false) throw']],
  },
  {
    comparison: 'the partner is of the path',
    by: 'handle',
    edits: [['stored.partnerId !== journey.partnerId', 'false']],
  },
  {
    // A journey without a launch has nothing that a consent could be younger than: the two shield each other.
    comparison: 'the journey was launched',
    by: 'parameters',
    edits: [
      ['if (journey.launchedAt === null) throw claimRejected', 'if (false) throw claimRejected'],
      ['journey.launchedAt !== null && started >= journey.launchedAt - CLOCK_ALLOWANCE_MS', 'true'],
    ],
  },
  {
    comparison: 'the return came after the launch',
    by: 'handle',
    edits: [['stored.createdAt < journey.launchedAt', 'false']],
  },
  {
    comparison: 'the handle is young',
    by: 'handle',
    edits: [['|| stored.expiresAt <= now) throw claimRejected(', ') throw claimRejected(']],
  },
  {
    comparison: 'one journey to a return',
    by: 'handle',
    edits: [['!(await store.redeemReturn(hash, journey.id))', 'false']],
  },
  {
    comparison: 'five ids at most',
    by: 'handle',
    edits: [['export const MAXIMUM_CLAIMS = 5;', 'export const MAXIMUM_CLAIMS = 500;']],
  },
];

describe('each comparison', { concurrency: 2 }, () => {
  for (const { comparison, by, edits } of removals) {
    it(`bears a load: without "${comparison}", a lie by ${by} connects`, async () => {
      const rows = lies.filter((row) => row.attacks === comparison && row.by.includes(by));
      const { server, remove } = mutant(edits);
      try {
        assert.ok(await isFooled(server, rows, by), `not one of ${rows.length} lies was believed`);
      } finally {
        remove();
      }
    });
  }
});

async function isFooled(server: string, rows: typeof lies, by: Channel): Promise<boolean> {
  const world = await startWorld(server);
  try {
    for (const row of rows) if (isConnected(await row.tell(world, by, true))) return true;
    return false;
  } finally {
    await world.close();
  }
}
