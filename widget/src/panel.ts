import type { JourneyView } from './contract.ts';
import type { AttoConnectError } from './errors.ts';
import type { Phase } from './journey/phase.ts';
import type { Circumstances } from './journey-controller.ts';
import type { Say } from './strings.ts';

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
  | 'keep';

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
  /** The customer wants to end the connection, and is asked whether that is so. */
  isLeaving?: boolean;
}

/** A phase, or a case of one that is a matter of its own: the bank in a window, a question, an ended consent, a stopped journey. */
type Face = Phase | 'beside' | 'leaving' | 'ended' | 'stopped';

/** Tone, main button and those beside it, with a blank between each; two blanks: there is no main button. */
const LOOKS: Record<Face, string> = {
  ready: 'neutral start',
  starting: 'busy start',
  away: 'neutral again cancel',
  beside: 'neutral there again cancel',
  returned: 'neutral',
  checking: 'busy',
  waiting: 'busy',
  done: 'good  leave',
  leaving: 'attention disconnect keep',
  failed: 'bad retry',
  cancelled: 'neutral retry',
  'renew-soon': 'attention renew leave',
  expired: 'attention again',
  ended: 'attention renew',
  elsewhere: 'attention here disown',
  disowned: 'good',
  stopped: 'bad again',
  disconnected: 'neutral start',
};

const STEPS_DONE: Record<string, number> = { Partial: 2, Complete: 3, Processed: 4 };

/**
 * What to say and offer now.
 *
 * @param isKnownCustomer whether the page says who the customer is: nobody else can continue in another browser
 */
export function panelOf(facts: Facts, isKnownCustomer: boolean, say: Say): Panel {
  const { phase, view, error } = facts;
  const face = faceOf(facts);
  const look = phase === 'failed' && error ? failedLook(error, view) : LOOKS[face];
  const [tone, primary, ...quiet] = look.split(' ') as [Tone, (Button | '')?, ...Button[]];
  const data = STEPS_DONE[`${view?.dataAvailability}`];
  // Once done, without a word about the data none may be coming: what there is to be seen would stand still.
  const steps: Partial<Record<Face, number | undefined>> = { waiting: data ?? 1, done: data };
  return {
    tone,
    title: say(`${face}.title`) || say(`${phase}.title`),
    texts: textsOf(facts, face, say).filter((text) => !!text) as string[],
    primary: isKnownCustomer || primary !== 'here' ? primary : undefined,
    quiet,
    stepsDone: steps[face] ?? 0,
  };
}

function faceOf({ phase, view, standing, hasWindow, isLeaving }: Facts): Face {
  if (isLeaving && LOOKS[phase].endsWith('leave')) return 'leaving';
  if (phase === 'away' && hasWindow) return 'beside';
  if (phase === 'expired' && standing) return 'ended';
  return phase === 'disowned' && view ? 'stopped' : phase;
}

function textsOf({ phase, view, error, note, standing }: Facts, face: Face, say: Say) {
  const bank = (view?.consent ?? standing)?.providerName;
  return [
    (bank && say(`${face}.bank`, { bank })) || say(`${face}.text`, { days: standing?.daysLeft }),
    phase === 'failed' && error && causeOf(error, say),
    say(`note.${note ?? error?.action}`),
  ];
}

function causeOf({ code, status }: AttoConnectError, say: Say): string {
  const byStatus = say(`error.${status}`) || say(`error.${`${status}`[0]}`);
  return say(`error.${code}`) || byStatus || say('error.unexpected_error');
}

/** Connecting again would only make a second connection; and where it rarely helps it is not the main offer. */
function failedLook({ action }: AttoConnectError, view: JourneyView | null): string {
  if (view?.status === 'connected') return 'bad';
  return action === 'contact' ? 'bad  retry' : action === 'retry' ? LOOKS.failed : 'bad another';
}
