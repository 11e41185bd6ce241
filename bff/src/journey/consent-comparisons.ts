import type { AttestedConsent, ConsentFacts } from '../consents/consent-facts.ts';
import { consentFailure } from './failures.ts';
import type { Journey, Renewal, Verdict } from './journey.ts';

/** What the Consent API's answer is held against. */
export interface Expected {
  /** The id that we asked for. */
  readonly consentId: string;
  readonly journey: Journey;
  readonly applicationId: string;
}

interface Comparison {
  readonly name: string;
  readonly holds: (consent: AttestedConsent, expected: Expected) => boolean;
}

/** How much earlier than our launch a consent's start may be: clocks differ. */
const CLOCK_ALLOWANCE_MS = 120_000;

/**
 * The comparisons of design section 2.3, in order. The fifth, that the status is Active, is in `verdictOf`, because
 * what is not Active is not always a lie.
 */
const comparisons: readonly Comparison[] = [
  {
    // A connection kept alive could hand us another caller's answer (CVE-2026-6733): the id is compared, too.
    name: 'consentId',
    holds: ({ facts }, { consentId }) => facts.id === consentId,
  },
  {
    name: 'customerReference',
    holds: (consent, { journey }) => consent.customerReference === journey.reference,
  },
  {
    name: 'applicationId',
    holds: (consent, { applicationId }) => consent.applicationId.toLowerCase() === applicationId.toLowerCase(),
  },
  {
    name: 'freshness',
    holds: ({ facts }, { journey }) => {
      // A renewal keeps the consent's old start: what must be new in it, `renewalVerdict` says.
      if (facts.status === 'Pending' || journey.renewal !== null) return true;
      const started = Date.parse(facts.start ?? facts.statusUpdated ?? '');
      return journey.launchedAt !== null && started >= journey.launchedAt - CLOCK_ALLOWANCE_MS;
    },
  },
];

/** Holds a consent against the journey that claims it. `mismatch` is logged where an operator must act. */
export function verdictOf(consent: AttestedConsent, expected: Expected): Verdict {
  const broken = comparisons.find((comparison) => !comparison.holds(consent, expected));
  if (broken !== undefined) return { kind: 'mismatch', comparison: broken.name };
  if (expected.journey.renewal !== null) return renewalVerdict(consent.facts, expected.journey.renewal);
  const failure = consentFailure(consent.facts.status);
  if (failure !== null) return { kind: 'ended', failure };
  if (consent.facts.status !== 'Active') return { kind: 'undecided' };
  return { kind: 'verified', consent: consent.facts };
}

/** A renewal has happened once something differs from how the consent stood at the start; until then, Atto is asked again. */
function renewalVerdict(facts: ConsentFacts, { before }: Renewal): Verdict {
  const isChanged =
    facts.statusUpdated !== before.statusUpdated ||
    facts.end !== before.end ||
    facts.journeyType !== before.journeyType;
  // What was disconnected before has a time of ours, until Atto tells its own: that is no disconnection in Atto's pages.
  const isStillRevoked = facts.status === 'Revoked' && before.status === 'Revoked';
  if (!isChanged || isStillRevoked) return { kind: 'undecided' };
  if (facts.status === 'Active') return { kind: 'verified', consent: facts };
  if (facts.status === 'Revoked') return { kind: 'disconnected', consent: facts };
  const failure = consentFailure(facts.status);
  return failure === null ? { kind: 'undecided' } : { kind: 'ended', failure };
}
