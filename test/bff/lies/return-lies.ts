import {
  both,
  type Channel,
  type Comparison,
  type Ending,
  fails,
  type Lie,
  malformed,
  type Returned,
  refused,
  type Truth,
  tell,
  waits,
} from './lie.ts';

/** What came back in the address does not fit, in one thing. Atto itself says nothing wrong. */
export const returnLies: readonly Lie[] = [
  reference('is another customer’s', () => 'cust-8.AAAAAAAAAAAAAAAAAAAAAA'),
  reference('is the partner’s own reference alone', () => 'cust-7'),
  reference('has its last character cut off', (value) => value.slice(0, -1)),
  reference('has a character more', (value) => `${value}A`),
  reference('is in capitals', (value) => value.toUpperCase()),
  reference('has a space after it', (value) => `${value} `),
  reference('has a line feed before it', (value) => `\n${value}`),
  reference('ends in a NUL', (value) => `${value}\0`, { parameters: malformed }),
  reference('is encoded twice', (value) => value.replace('.', '%2E')),
  reference('has a Cyrillic letter that looks the same', (value) => value.replace('c', 'с')),
  reference('has a full-width dot', (value) => value.replace('.', '．')),
  reference('is followed by a comma and another', (value) => `${value},cust-8`),
  reference('has 300 characters', (value) => value.padEnd(300, '.'), { parameters: malformed }),
  reference('is missing', () => undefined, { parameters: malformed }),
  reference('is empty', () => '', { parameters: malformed }),

  repeated('customer_ref twice, the same', ({ customer_ref: ours }) => ({ customer_ref: [text(ours), text(ours)] })),
  repeated('customer_ref twice, ours first', ({ customer_ref: ours }) => ({ customer_ref: [text(ours), 'cust-8'] })),
  repeated('customer_ref twice, ours last', ({ customer_ref: ours }) => ({ customer_ref: ['cust-8', text(ours)] })),
  repeated('consent_id twice, ours first', ({ consent_id: ours }) => ({ consent_id: [text(ours), OTHERS] })),
  repeated('consent_id twice, ours last', ({ consent_id: ours }) => ({ consent_id: [OTHERS, text(ours)] })),
  repeated('consent_id twice, once empty', ({ consent_id: ours }) => ({ consent_id: ['', text(ours)] })),
  repeated('state twice', () => ({ state: ['success', 'success'] })),
  repeated('state twice, once error', () => ({ state: ['success', 'error'] })),
  repeated('error twice, both empty', () => ({ error: ['', ''] })),
  returned('every parameter is said once', 'an error of 300 characters', () => ({ error: 'x'.repeat(300) }), {
    parameters: malformed,
  }),

  returned('state is success', 'is error', () => ({ state: 'error' }), both(fails('unexpected_error'))),
  returned(
    'state is success',
    'is error, with a code',
    () => ({ state: 'error', error: 'access_denied' }),
    both(fails('access_denied')),
  ),
  state('Success'),
  state('SUCCESS'),
  state('success '),
  state('success,success'),
  state('true'),
  state(''),
  state(undefined),

  returned('no error beside success', 'there is one', () => ({ error: 'access_denied' })),
  returned('no error beside success', 'there is one that nobody knows', () => ({ error: 'none' })),

  returned('there is a consent_id', 'there is none', () => ({ consent_id: undefined })),
  returned('there is a consent_id', 'it is empty', () => ({ consent_id: '' }), { parameters: malformed }),
  returned('there is a consent_id', 'it has 200 characters', ({ consent_id: ours }) => ({ consent_id: pad(ours) }), {
    parameters: malformed,
  }),

  returned('the id that was asked for', 'ends in a NUL', ({ consent_id: ours }) => ({ consent_id: `${ours}\0` }), {
    parameters: malformed,
  }),

  // Ways to have Atto asked for something else than what was said. It answers these with 404: the claim waits.
  consentId('is in capitals', (value) => value.toUpperCase(), waits),
  consentId('climbs out of its folder', (value) => `../v1/${value}`, waits),
  consentId('climbs out, encoded', (value) => `%2e%2e%2fv1%2f${value}`, waits),
  consentId('has a query', (value) => `${value}?customerReference=x`, waits),
  consentId('has a fragment', (value) => `${value}#x`, waits),
  consentId('has a slash after it', (value) => `${value}/`, waits),
  consentId('ends its header and begins another', (value) => `${value}\r\nx: y`, waits),
];

const OTHERS = '0e984725-c51c-4bf4-9960-e1c80e27aba0';

type Endings = Partial<Record<Channel, Ending>>;

function returned(
  attacks: Comparison,
  lie: string,
  bend: (returned: Returned) => Returned,
  { handle = refused, parameters = refused }: Endings = {},
): Lie {
  return {
    attacks,
    lie,
    by: ['handle', 'parameters'],
    ends: { handle, parameters },
    tell: (world, channel, lying) => tell(world, channel, (truth) => (lying ? bent(truth, bend) : {})),
  };
}

function reference(lie: string, bend: (value: string) => string | undefined, endings?: Endings): Lie {
  const edit = ({ customer_ref: ours }: Returned) => ({ customer_ref: bend(text(ours)) });
  return returned('customer_ref is the reference', lie, edit, endings);
}

function repeated(lie: string, bend: (returned: Returned) => Returned): Lie {
  return returned('every parameter is said once', lie, bend, { parameters: malformed });
}

function state(value: string | undefined): Lie {
  const lie = `is ${value === undefined ? 'missing' : JSON.stringify(value)}`;
  return returned('state is success', lie, () => ({ state: value }), { parameters: malformed });
}

function consentId(lie: string, bend: (value: string) => string, ends: Ending): Lie {
  const edit = ({ consent_id: ours }: Returned) => ({ consent_id: bend(text(ours)) });
  return returned('the id that was asked for', lie, edit, both(ends));
}

/** Atto knows the consent by its true id all the same. */
function bent(truth: Truth, bend: (returned: Returned) => Returned): Partial<Truth> {
  return { returned: { ...truth.returned, ...bend(truth.returned) } };
}

function text(value: Returned[string]): string {
  return String(value);
}

function pad(value: Returned[string]): string {
  return text(value).padEnd(200, '0');
}
