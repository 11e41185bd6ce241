import type { JourneyView } from './contract.ts';
import type { AttoConnectError } from './errors.ts';
import type { Phase } from './journey/phase.ts';
import type { Circumstances } from './journey-controller.ts';
import type { Say, Values } from './strings.ts';

/** A button, by what it says: a key of the strings without `button.`. */
export type Button =
  | 'start'
  | 'again'
  | 'there'
  | 'retry'
  | 'another'
  | 'cancel'
  | 'renew'
  | 'here'
  | 'disown'
  | 'leave'
  | 'disconnect'
  | 'keep'
  | 'copy';

export type Tone = 'neutral' | 'busy' | 'good' | 'attention' | 'bad';

/** What a phase says and offers, without saying how it looks. */
export interface Panel {
  tone: Tone;
  title: string;
  texts: string[];
  /** The main button, and those beside it. */
  primary?: Button | '' | undefined;
  quiet: Button[];
  /** How many of the four steps of data collection are behind us; 0: they are not shown. */
  stepsDone: number;
}

/** What a panel is made of. */
export interface Facts extends Circumstances {
  phase: Phase;
  view: JourneyView | null;
  /** The bank is in a window that can be shown. */
  hasWindow?: boolean;
}

/** Tone, main button and those beside it, with a blank between each; two blanks: there is no main button. */
const LOOKS = {
  ready: 'neutral start',
  starting: 'busy',
  away: 'neutral again cancel',
  // The bank is in a window. When that closes, what somebody is about to press must not become something else.
  beside: 'neutral there cancel again',
  returned: 'neutral',
  // Once there is something to cancel, see below.
  checking: 'busy  cancel',
  waiting: 'busy',
  done: 'good  leave',
  // Asked once more whether the connection shall end.
  leaving: 'attention disconnect keep',
  failed: 'bad retry',
  // Trying again rarely helps, so it is not the main offer.
  contact: 'bad  retry',
  'choose-another-bank': 'bad another',
  // Connecting again would only make a second connection.
  connected: 'bad  leave',
  cancelled: 'neutral retry',
  'renew-soon': 'attention renew leave',
  expired: 'attention again',
  // Not the journey's hour but the consent is over.
  ended: 'attention renew',
  elsewhere: 'attention here disown',
  disowned: 'good',
  // Somebody else said that they had not started this journey.
  stopped: 'bad again',
  disconnected: 'neutral start',
};

/** A phase, or a case of one that is a matter of its own. */
type Face = keyof typeof LOOKS;

const STEPS_DONE: Record<string, number> = { Partial: 2, Complete: 3, Processed: 4 };

/**
 * What to say and offer now.
 *
 * @param isKnown whether the page says who the customer is: nobody else can continue in another browser
 */
export function panelOf(facts: Facts, isKnown: boolean, say: Say): Panel {
  const { phase, view, error, note } = facts;
  const face = faceOf(facts);
  const [tone, primary, ...quiet] = LOOKS[face].split(' ') as [Tone, (Button | '')?, ...Button[]];
  const failure = note instanceof Error ? note : error;
  const data = STEPS_DONE[`${view?.dataAvailability}`];
  return {
    tone,
    title: say(`${face}.title`) || say(`${phase}.title`),
    texts: [
      say(`${face}.bank`) || say(`${face}.text`),
      say(`${face}.until`),
      failure && (phase === 'failed' || failure === note) ? causeOf(failure, say) : '',
      say(`note.${failure?.action}`),
      say(`note.${note}`),
    ].filter((text) => text),
    primary: isKnown || primary !== 'here' ? primary : undefined,
    quiet: phase === 'checking' && !view ? [] : quiet,
    // Once done, without a word about the data none may be coming: what there is to be seen would stand still.
    stepsDone: (face === 'waiting' ? (data ?? 1) : face === 'done' && data) || 0,
  };
}

/** What texts may mention, as it is said in that language: the bank, when its consent ends, and how far off that is. */
export function valuesOf({ view, standing }: Facts, locale: Intl.Locale): Values {
  const { providerName, end } = view?.consent ?? standing ?? {};
  const days = standing?.daysLeft;
  return {
    bank: providerName,
    date: end && new Date(end).toLocaleDateString(locale, { dateStyle: 'long' }),
    when: days == null ? days : new Intl.RelativeTimeFormat(locale).format(days, 'day'),
  };
}

function faceOf({ phase, view, error, note, hasWindow }: Facts): Face {
  if (note === 'leaving') return note;
  if (phase === 'away' && hasWindow) return 'beside';
  if (phase === 'expired' && !view) return 'ended';
  if (phase === 'disowned' && view) return 'stopped';
  const failure = view?.status === 'connected' ? 'connected' : `${error?.action}`;
  return phase === 'failed' && failure in LOOKS ? (failure as Face) : phase;
}

function causeOf({ code, status }: AttoConnectError, say: Say): string {
  return (
    say(`error.${code}`) || say(`error.${status}`) || say(`error.${`${status}`[0]}`) || say('error.unexpected_error')
  );
}
