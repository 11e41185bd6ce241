import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ConsentFacts } from '../../bff/src/consents/consent-facts.ts';
import {
  acceptsClaim,
  cancel,
  claimOf,
  disconnect,
  disown,
  dueAt,
  expireIfDue,
  fail,
  isClosed,
  isFinal,
  isOpen,
  type Journey,
  judge,
  leave,
  MAXIMUM_CLAIMS,
  nudge,
  type Verdict,
  withClaim,
  withConsent,
  withData,
  withTicket,
} from '../../bff/src/journey/journey.ts';
import { journeyView } from '../../bff/src/journey/journey-view.ts';

const RUNS = { numRuns: 1000, seed: 20261123 };
const START = Date.UTC(2026, 10, 23);
const HOUR = 3_600_000;

const created: Journey = {
  id: 'j_1',
  partnerId: 'acme',
  customer: 'cust-1',
  reference: 'cust-1.AAAAAAAAAAAAAAAAAAAAAA',
  kind: 'connect',
  parameters: { configId: null, providerId: null, bankCode: null, countryCode: null, locale: null, returnTo: 'main' },
  status: 'created',
  dataAvailability: null,
  consent: null,
  error: null,
  claims: [],
  binding: 'none',
  receipt: null,
  renewal: null,
  ticket: { hash: 'first', expiresAt: START + 60_000, used: false },
  launchedAt: null,
  createdAt: START,
  expiresAt: START + HOUR,
  updatedAt: START,
  version: 1,
  revision: 1,
};

function consent(fields: Partial<ConsentFacts> = {}): ConsentFacts {
  return {
    id: 'c0',
    status: 'Active',
    providerId: '4021',
    providerName: 'Larch Valley Savings',
    start: new Date(START).toISOString(),
    end: null,
    journeyType: null,
    statusUpdated: new Date(START).toISOString(),
    ...fields,
  };
}

const connected = judge(leave(created, START), 'c0', { kind: 'verified', consent: consent() }, START);
const words = fc.constantFrom('Partial', 'Complete', 'Processed', 'Error', 'Sketched');

describe('news of the data', () => {
  it('ends the same in whatever order and however often it comes', () => {
    const told = fc.array(words, { maxLength: 8 });
    const shuffled = told.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([list, mixed]) => {
        assert.equal(after(mixed).dataAvailability, after(list).dataAvailability);
      }),
      RUNS,
    );
  });

  it('never goes back', () => {
    const order = [null, 'Partial', 'Complete', 'Processed'];
    fc.assert(
      fc.property(fc.array(words), words, (list, next) => {
        const [before, later] = [after(list).dataAvailability, after([...list, next]).dataAvailability];
        if (order.includes(before) && order.includes(later)) assert.ok(order.indexOf(later) >= order.indexOf(before));
        if (before === 'Error') assert.ok(['Error', 'Complete', 'Processed'].includes(later ?? ''));
      }),
      RUNS,
    );
  });

  function after(list: readonly string[]): Journey {
    return list.reduce((journey, word) => withData(journey, word, START), connected);
  }
});

describe('news of the bound consent', () => {
  it('ends with the newest, in whatever order it comes', () => {
    const news = fc.uniqueArray(
      fc.record({ minute: fc.integer({ min: 1, max: 60 }), status: fc.constantFrom('Active', 'Expired', 'Failed') }),
      { selector: ({ minute }) => minute, minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(news, (list) => {
        const facts = list.map(({ minute, status }) =>
          consent({ status, statusUpdated: new Date(START + minute * 60_000).toISOString() }),
        );
        const [newest] = facts.toSorted((a, b) => ((a.statusUpdated ?? '') < (b.statusUpdated ?? '') ? 1 : -1));
        assert.deepEqual(facts.reduce((journey, one) => withConsent(journey, one, START), connected).consent, newest);
      }),
      RUNS,
    );
  });

  it('is none where it is about another consent', () => {
    assert.equal(withConsent(connected, consent({ id: 'c1', status: 'Revoked' }), START), connected);
  });
});

/** Something that happens to a journey, where the routes and the sweep let it. */
interface Event {
  readonly what: string;
  readonly happen: (journey: Journey, now: number) => Journey;
}

/** Mostly the same, or hardly anything would ever be connected. */
const ids = fc.constantFrom('c0', 'c0', 'c0', 'c0', 'c1', 'c2', 'c3', 'c4', 'c5');
const failures = fc.constantFrom(
  { code: 'access_denied', category: 'denied', action: 'retry' } as const,
  { code: 'customer_cancelled', category: 'customer', action: 'retry' } as const,
);

function verdicts(id: string): fc.Arbitrary<Verdict> {
  return fc.oneof(
    fc.constant<Verdict>({ kind: 'undecided' }),
    fc.constant<Verdict>({ kind: 'unknown' }),
    fc.constant<Verdict>({ kind: 'mismatch', comparison: 'customerReference' }),
    failures.map<Verdict>((failure) => ({ kind: 'ended', failure })),
    fc.constant<Verdict>({ kind: 'verified', consent: consent({ id }) }),
  );
}

const open = (what: string, change: (journey: Journey, now: number) => Journey): Event => ({
  what,
  happen: (journey, now) => (isOpen(journey) ? change(journey, now) : journey),
});

/** What ends a journey is rare, or nothing else would ever happen to it. */
const events: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constant<Event>({
      what: 'launch',
      happen: (journey, now) =>
        isClosed(journey) || journey.status === 'connected' ? journey : withTicket(journey, 'next', now + 60_000, now),
    }),
  },
  { weight: 12, arbitrary: fc.constant(open('leave', leave)) },
  { weight: 3, arbitrary: fc.constant(open('cancel', cancel)) },
  {
    weight: 3,
    arbitrary: failures.map((failure) => open('return with an error', (journey, now) => fail(journey, failure, now))),
  },
  {
    weight: 24,
    arbitrary: ids.map((id) =>
      open('claim', (journey, now) =>
        journey.launchedAt !== null && acceptsClaim(journey, id)
          ? withClaim(journey, id, false, now + 15_000)
          : journey,
      ),
    ),
  },
  {
    weight: 24,
    arbitrary: ids.chain((id) =>
      verdicts(id).map((verdict) =>
        open(`answer ${verdict.kind}`, (journey, now) =>
          claimOf(journey, id) === undefined ? journey : judge(journey, id, verdict, now),
        ),
      ),
    ),
  },
  {
    weight: 6,
    arbitrary: ids.map<Event>((id) => ({ what: 'webhook', happen: (journey, now) => nudge(journey, id, now) })),
  },
  {
    weight: 12,
    arbitrary: words.map<Event>((word) => ({
      what: 'data',
      happen: (journey, now) => (journey.consent === null ? journey : withData(journey, word, now)),
    })),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom('Active', 'Active', 'Expired', 'Revoked').map<Event>((status) => ({
      what: `consent ${status}`,
      happen: (journey, now) =>
        withConsent(journey, consent({ id: journey.consent?.id ?? 'c0', status, statusUpdated: iso(now) }), now),
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Event>({
      what: 'disconnect',
      happen: (journey, now) => (journey.status === 'connected' ? disconnect(journey, now) : journey),
    }),
  },
  { weight: 1, arbitrary: fc.constant(open('disown', disown)) },
  {
    weight: 1,
    arbitrary: fc.constant<Event>({ what: 'the hour', happen: (journey) => expireIfDue(journey, START + HOUR) }),
  },
);

const histories = fc.array(events, { minLength: 20, maxLength: 60 });

describe('a journey, whatever happens to it', () => {
  it('is tried in every state', () => {
    const seen: Record<string, number> = {};
    holds((_before, next) => {
      seen[next.status] = (seen[next.status] ?? 0) + 1;
      if (next.error?.code === 'too_many_claims') seen['closed'] = (seen['closed'] ?? 0) + 1;
    });
    const states = ['created', 'launched', 'returned', 'connected', 'failed', 'cancelled', 'expired', 'disowned'];
    for (const state of [...states, 'disconnected', 'closed'])
      assert.ok((seen[state] ?? 0) > 20, `${state}: ${seen[state]}`);
  });

  it('stays as it is once it is final, but for what is told late of the data that it had', () => {
    holds((before, next) => {
      if (!isFinal(before)) return;
      if (next.dataAvailability === before.dataAvailability) assert.equal(next, before);
      else {
        const { dataAvailability, version, updatedAt } = next;
        assert.deepEqual(next, { ...before, dataAvailability, version, updatedAt });
        assert.equal(before.status, 'disconnected');
      }
    });
  });

  it('becomes connected by a verified answer alone, and from there only disconnected', () => {
    holds((before, next, { what }) => {
      if (next.status === 'connected' && before.status !== 'connected') assert.equal(what, 'answer verified');
      if (before.status === 'connected') assert.ok(['connected', 'disconnected'].includes(next.status));
    });
  });

  it('has a consent while it is connected, and shows no error then', () => {
    holds((_before, next) => {
      if (next.status === 'connected') assert.ok(next.consent !== null && next.error === null);
      if (isOpen(next)) assert.equal(next.consent, null);
    });
  });

  it('has a version that grows with what the browser sees, and only then', () => {
    holds((before, next) => {
      const view = (journey: Journey) => JSON.stringify({ ...journeyView(journey), version: 0, updatedAt: '' });
      if (view(next) !== view(before)) assert.ok(next.version > before.version);
      if (next.version === before.version) assert.equal(view(next), view(before));
      else assert.ok(next.version > before.version);
    });
  });

  it('takes five ids at most, and is closed when all five were wrong', () => {
    holds((_before, next) => {
      assert.ok(next.claims.length <= MAXIMUM_CLAIMS);
      const isSpent =
        next.claims.length === MAXIMUM_CLAIMS && next.claims.every(({ standing }) => standing === 'refused');
      if (isSpent) assert.equal(isClosed(next), true);
    });
  });

  it('comes up again as long as it is open, at the end of its hour at the latest', () => {
    holds((_before, next) => {
      const due = dueAt(next);
      assert.equal(due === null, !isOpen(next));
      assert.ok(due === null || due <= next.expiresAt);
    });
  });

  /** After every step of any history. */
  function holds(check: (before: Journey, next: Journey, event: Event) => void): void {
    fc.assert(
      fc.property(histories, (history) => {
        history.reduce((journey, event, step) => {
          const next = event.happen(journey, START + step * 1000);
          check(journey, next, event);
          return next;
        }, created);
      }),
      RUNS,
    );
  }
});

describe('news of a claim that waits', () => {
  const waiting = { kind: 'undecided' } as const;
  const claimed = judge(withClaim(created, 'c0', true, START), 'c0', waiting, START);
  const askAt = (journey: Journey) => claimOf(journey, 'c0')?.askAt;

  it('is asked about at once, however short it is since the claim was asked about by itself', () => {
    assert.equal(askAt(claimed), START + 1000);
    assert.equal(askAt(nudge(claimed, 'c0', START + 10)), START + 10);
  });

  it('is asked about once in two seconds', () => {
    const asked = judge(nudge(claimed, 'c0', START + 10), 'c0', waiting, START + 20);
    const again = judge(asked, 'c0', waiting, START + 3000);
    assert.equal(askAt(nudge(asked, 'c0', START + 500)), START + 2010);
    assert.equal(askAt(nudge(again, 'c0', START + 3001)), START + 3001);
    const told = nudge(asked, 'c0', START + 500);
    assert.equal(nudge(told, 'c0', START + 600), told);
  });
});

function iso(time: number): string {
  return new Date(time).toISOString();
}
