import type { ConsentStanding, JourneyView } from './contract.ts';
import type { AttoConnectError } from './errors.ts';
import type { Phase } from './journey/phase.ts';
import type { Note } from './journey-controller.ts';
import { causeKey, pluralKey, type StringKey } from './strings.ts';

/** What a button does. */
export type Deed = 'start' | 'another' | 'cancel' | 'here' | 'disown';

export interface PanelButton {
  label: StringKey;
  deed: Deed;
}

/** A text and what to put into it. */
export interface PanelText {
  key: StringKey;
  values?: Record<string, string | number>;
}

export type Tone = 'neutral' | 'busy' | 'good' | 'attention' | 'bad';

/** What one phase says and offers, without saying how it looks. */
export interface Panel {
  tone: Tone;
  title: StringKey;
  texts: PanelText[];
  primary?: PanelButton | undefined;
  quiet?: PanelButton | undefined;
  /** How many of the steps of data collection are behind us; absent where they are not shown. */
  stepsDone?: number | undefined;
  /** What to tell support. */
  reference?: string;
}

/** What a panel is made of. */
export interface Facts {
  phase: Phase;
  view: JourneyView | null;
  error: AttoConnectError | null;
  note: Note | null;
  standing: ConsentStanding | null;
  /** Whether the page says who the customer is, without which nobody can continue in another browser. */
  isKnownCustomer: boolean;
  language: string | undefined;
}

/** The steps of collecting data, in order. */
export const STEPS: StringKey[] = ['step.connected', 'step.accounts', 'step.transactions', 'step.ready'];

const STEPS_DONE: Record<string, number> = { Partial: 2, Complete: 3, Processed: 4 };

const START: PanelButton = { label: 'button.start', deed: 'start' };
const AGAIN: PanelButton = { label: 'button.again', deed: 'start' };
const RETRY: PanelButton = { label: 'button.retry', deed: 'start' };
const RENEW: PanelButton = { label: 'button.renew', deed: 'start' };
const CANCEL: PanelButton = { label: 'button.cancel', deed: 'cancel' };

const PANELS: Record<Phase, (facts: Facts) => Panel> = {
  ready: () => ({ ...plain('neutral', 'ready'), primary: START }),
  starting: () => ({ ...plain('busy', 'starting'), primary: START }),
  away: () => ({ ...plain('neutral', 'away'), primary: AGAIN, quiet: CANCEL }),
  checking: () => plain('busy', 'checking'),
  waiting: ({ view }) => ({
    ...plain('busy', 'waiting'),
    texts: [{ key: view?.dataAvailability === 'Partial' ? 'waiting.Partial' : 'waiting.text' }],
    stepsDone: stepsDone(view),
  }),
  done,
  failed,
  cancelled: () => ({ ...plain('neutral', 'cancelled'), primary: RETRY }),
  'renew-soon': ({ standing, language }) => {
    const count = standing?.daysLeft ?? 0;
    const key = pluralKey('renew-soon', count, language);
    return { tone: 'attention', title: 'renew-soon.title', texts: [{ key, values: { count } }], primary: RENEW };
  },
  expired: ({ standing }) =>
    standing
      ? { ...plain('attention', 'expired.consent'), primary: RENEW }
      : { ...plain('attention', 'expired'), primary: AGAIN },
  elsewhere: ({ isKnownCustomer }) => ({
    ...plain('attention', 'elsewhere'),
    texts: [{ key: isKnownCustomer ? 'elsewhere.here' : 'elsewhere.text' }],
    primary: isKnownCustomer ? { label: 'button.here', deed: 'here' } : undefined,
    quiet: { label: 'button.disown', deed: 'disown' },
  }),
  disowned: ({ view }) => (view ? { ...plain('bad', 'disowned.journey'), primary: AGAIN } : plain('good', 'disowned')),
  disconnected: () => ({ ...plain('neutral', 'disconnected'), primary: START }),
};

/** What to say and offer now. */
export function panelOf(facts: Facts): Panel {
  const panel = PANELS[facts.phase](facts);
  if (facts.note) panel.texts = [...panel.texts, { key: `note.${facts.note}` }];
  return panel;
}

type Plain =
  | 'ready'
  | 'starting'
  | 'away'
  | 'checking'
  | 'waiting'
  | 'cancelled'
  | 'expired'
  | 'expired.consent'
  | 'elsewhere'
  | 'disowned'
  | 'disowned.journey'
  | 'disconnected';

function plain(tone: Tone, stem: Plain): Panel {
  return { tone, title: `${stem}.title`, texts: [{ key: `${stem}.text` }] };
}

function done({ view, standing, language }: Facts): Panel {
  const bank = view?.consent?.providerName ?? standing?.providerName;
  const text: PanelText = bank ? { key: 'done.bank', values: { bank } } : { key: 'done.text' };
  if (bank && standing?.end) {
    const date = new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(new Date(standing.end));
    return { tone: 'good', title: 'done.title', texts: [{ key: 'done.until', values: { bank, date } }] };
  }
  // Without a word about the data none may be coming; what is there to be seen would stand still.
  return {
    tone: 'good',
    title: 'done.title',
    texts: [text],
    stepsDone: view?.dataAvailability ? stepsDone(view) : undefined,
  };
}

function failed({ view, error }: Facts): Panel {
  if (!error) return { tone: 'bad', title: 'failed.title', texts: [{ key: 'error.unexpected' }], primary: RETRY };
  const { action, reference } = error;
  const isConnected = view?.status === 'connected';
  const retry: PanelButton = action === 'choose-another-bank' ? { label: 'button.another', deed: 'another' } : RETRY;
  return {
    tone: 'bad',
    title: isConnected ? 'failed.data' : 'failed.title',
    texts: [{ key: causeKey(error) }, { key: `action.${action}` }],
    // Connecting again would only make a second connection; where trying again rarely helps it is not the main offer.
    primary: isConnected || action === 'contact' ? undefined : retry,
    quiet: !isConnected && action === 'contact' ? retry : undefined,
    reference,
  };
}

function stepsDone(view: JourneyView | null): number {
  return STEPS_DONE[view?.dataAvailability ?? ''] ?? 1;
}
