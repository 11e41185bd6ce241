import type { Consent } from '../../support/other-atto.ts';
import { both, type Comparison, type Ending, fails, type Lie, refused, type Truth, tell, waits } from './lie.ts';

/** What the Consent API says of the claimed consent does not fit, in one thing. */
export const consentLies: readonly Lie[] = [
  // Somebody else's answer on a connection that was kept alive (CVE-2026-6733), or an Atto that reads ids leniently.
  consent('the id that was asked for', 'is another one', () => ({ consentId: '0e984725-c51c-4bf4-9960-e1c80e27aba0' })),
  consent('the id that was asked for', 'is in capitals', ({ consentId }) => ({ consentId: upper(consentId) })),
  consent('the id that was asked for', 'has its last character cut off', ({ consentId }) => ({
    consentId: String(consentId).slice(0, -1),
  })),
  consent('the id that was asked for', 'has a character more', ({ consentId }) => ({ consentId: `${consentId}0` })),
  consent('the id that was asked for', 'is in braces', ({ consentId }) => ({ consentId: `{${consentId}}` })),
  consent('the id that was asked for', 'has a space after it', ({ consentId }) => ({ consentId: `${consentId} ` })),
  consent('the id that was asked for', 'is missing', () => ({ consentId: undefined }), waits),
  consent('the id that was asked for', 'is null', () => ({ consentId: null }), waits),
  consent('the id that was asked for', 'is an array of it', ({ consentId }) => ({ consentId: [consentId] }), waits),

  consent('customerReference is the reference', 'is another customer’s', () => ({
    customerReference: 'cust-8.AAAAAAAAAAAAAAAAAAAAAA',
  })),
  consent('customerReference is the reference', 'is another journey’s of the same customer', () => ({
    customerReference: 'cust-7.AAAAAAAAAAAAAAAAAAAAAA',
  })),
  consent('customerReference is the reference', 'is the partner’s own reference alone', () => ({
    customerReference: 'cust-7',
  })),
  consent('customerReference is the reference', 'is null', () => ({ customerReference: null })),
  consent('customerReference is the reference', 'is missing', () => ({ customerReference: undefined })),
  consent('customerReference is the reference', 'is empty', () => ({ customerReference: '' })),
  reference('has its last character cut off', (value) => value.slice(0, -1)),
  reference('has a character more', (value) => `${value}A`),
  reference('has something before it', (value) => `x${value}`),
  reference('is in capitals', (value) => upper(value)),
  reference('has a space before it', (value) => ` ${value}`),
  reference('has a line feed after it', (value) => `${value}\n`),
  reference('ends in a NUL', (value) => `${value}\0`),
  reference('has a Cyrillic letter that looks the same', (value) => value.replace('c', 'с')),
  reference('has a full-width dot', (value) => value.replace('.', '．')),
  reference('has a zero-width space in it', (value) => value.replace('.', '.\u200b')),
  reference('is percent-encoded', (value) => value.replace('.', '%2E')),
  reference('is an array of it', (value) => [value], waits),
  reference('is an object with it', (value) => ({ value }), waits),

  consent('applicationId is ours', 'is another application’s', () => ({
    applicationId: '6f0e0fb3-4d4b-4cc1-8f36-0c3bbd0b3a55',
  })),
  application('has its last character cut off', (value) => value.slice(0, -1)),
  application('has a character more', (value) => `${value}0`),
  application('is without its dashes', (value) => value.replaceAll('-', '')),
  application('is in braces', (value) => `{${value}}`),
  application('has a space after it', (value) => `${value} `),
  application('is empty', () => ''),
  application('is null', () => null, waits),
  application('is missing', () => undefined, waits),
  application('is an array of it', (value) => [value], waits),

  began('an hour before the launch', 3600),
  began('two minutes and five seconds before the launch', 125),
  began('years ago', 10 * 31_536_000),
  {
    ...began('before the launch, though its status is new', 3600),
    tell: (world, channel, lying) =>
      tell(world, channel, (truth) =>
        edited(truth, { ...(lying && { consentStart: ago(truth, 3600) }), statusUpdated: ago(truth, 0) }),
      ),
  },
  {
    ...began('nobody knows when, and its status is old', 3600),
    tell: (world, channel, lying) =>
      tell(world, channel, (truth) =>
        edited(truth, { consentStart: null, statusUpdated: ago(truth, lying ? 3600 : 0) }),
      ),
  },
  consent('the consent is fresh', 'has neither a start nor a time of its status', () => ({
    consentStart: null,
    statusUpdated: null,
  })),
  consent('the consent is fresh', 'begins on no date', () => ({ consentStart: 'recently' })),
  consent('the consent is fresh', 'begins at an empty text', () => ({ consentStart: '' })),
  consent('the consent is fresh', 'begins at a number', () => ({ consentStart: Date.now() }), waits),

  status('Pending', waits),
  status('Failed', fails('consent_failed')),
  status('Abandoned', fails('consent_abandoned')),
  status('Revoked', fails('consent_revoked')),
  status('Expired', fails('consent_expired')),
  status('active', waits),
  status('ACTIVE', waits),
  status('Active ', waits),
  status('Аctive', waits),
  status('ActivePendingConfirmation', waits),
  status('Inactive', waits),
  status('', waits),
  status(null, waits),
  status(undefined, waits),
  status(['Active'], waits),
  status(1, waits),
  {
    ...consent('the status is Active', 'Atto does not know the consent', () => ({}), waits),
    tell: (world, channel, lying) => tell(world, channel, () => (lying ? { consent: null } : {})),
  },
];

function consent(
  attacks: Comparison,
  lie: string,
  bend: (consent: Consent, truth: Truth) => Consent,
  ends: Ending = refused,
): Lie {
  return {
    attacks,
    lie,
    by: ['handle', 'parameters'],
    ends: both(ends),
    tell: (world, channel, lying) =>
      tell(world, channel, (truth) => (lying ? edited(truth, bend(truth.consent ?? {}, truth)) : {})),
  };
}

function reference(lie: string, bend: (value: string) => unknown, ends?: Ending): Lie {
  const edit = ({ customerReference }: Consent) => ({ customerReference: bend(String(customerReference)) });
  return consent('customerReference is the reference', lie, edit, ends);
}

function application(lie: string, bend: (value: string) => unknown, ends?: Ending): Lie {
  const edit = ({ applicationId }: Consent) => ({ applicationId: bend(String(applicationId)) });
  return consent('applicationId is ours', lie, edit, ends);
}

function began(lie: string, secondsBefore: number): Lie {
  return consent('the consent is fresh', `began ${lie}`, (_consent, truth) => ({
    consentStart: ago(truth, secondsBefore),
    statusUpdated: ago(truth, secondsBefore),
  }));
}

function status(value: unknown, ends: Ending): Lie {
  const lie = `is ${value === undefined ? 'missing' : JSON.stringify(value)}`;
  return consent('the status is Active', lie, () => ({ consentStatus: value }), ends);
}

function edited(truth: Truth, edit: Consent): Partial<Truth> {
  return { consent: { ...truth.consent, ...edit } };
}

function ago({ launchedAt }: Truth, seconds: number): string {
  return new Date(launchedAt - seconds * 1000).toISOString();
}

function upper(value: unknown): string {
  return String(value).toUpperCase();
}
