import type { JourneyView } from './contract.ts';
import type { AttoConnectError } from './errors.ts';
import type { Phase } from './journey/phase.ts';
import type { Circumstances } from './journey-controller.ts';
import type { Say } from './strings.ts';

/** A button, by what it says: a key of the strings without `button.`. */
export type Button = 'start' | 'again' | 'retry' | 'another' | 'cancel' | 'renew' | 'here' | 'disown';

export type Tone = 'neutral' | 'busy' | 'good' | 'attention' | 'bad';

/** What a phase says and offers, without saying how it looks. */
export interface Panel {
  tone: Tone;
  title: string;
  texts: string[];
  /** The main button, and the one beside it. */
  primary?: Button | undefined;
  quiet?: Button | undefined;
  /** How many of the four steps of data collection are behind us; 0: they are not shown. */
  stepsDone: number;
}

/** What a panel is made of. */
export interface Facts extends Circumstances {
  phase: Phase;
  view: JourneyView | null;
}

/** A phase, or a case of one that is a matter of its own: a consent has ended, a journey was stopped. */
type Face = Phase | 'ended' | 'stopped';

type Look = [tone: Tone, primary?: Button | undefined, quiet?: Button];

const LOOKS: Record<Face, Look> = {
  ready: ['neutral', 'start'],
  starting: ['busy', 'start'],
  away: ['neutral', 'again', 'cancel'],
  checking: ['busy'],
  waiting: ['busy'],
  done: ['good'],
  failed: ['bad', 'retry'],
  cancelled: ['neutral', 'retry'],
  'renew-soon': ['attention', 'renew'],
  expired: ['attention', 'again'],
  ended: ['attention', 'renew'],
  elsewhere: ['attention', 'here', 'disown'],
  disowned: ['good'],
  stopped: ['bad', 'again'],
  disconnected: ['neutral', 'start'],
};

const STEPS_DONE: Record<string, number> = { Partial: 2, Complete: 3, Processed: 4 };

/**
 * What to say and offer now.
 *
 * @param isKnownCustomer whether the page says who the customer is: nobody else can continue in another browser
 */
export function panelOf({ phase, view, error, note, standing }: Facts, isKnownCustomer: boolean, say: Say): Panel {
  const face = standing && phase === 'expired' ? 'ended' : view && phase === 'disowned' ? 'stopped' : phase;
  const [tone, primary, quiet] = phase === 'failed' && error ? failedLook(error, view) : LOOKS[face];
  const end = standing?.end;
  const bank = (view?.consent ?? standing)?.providerName;
  const texts = [
    say(`${face}.text`, { days: standing?.daysLeft }),
    bank && say(`${phase}.bank`, { bank }),
    end && say(`${phase}.until`, { date: new Date(end).toLocaleDateString() }),
    phase === 'failed' && error && causeOf(error, say),
    say(`note.${note ?? error?.action}`),
  ];
  return {
    tone,
    title: say(`${face}.title`),
    texts: texts.filter((text) => !!text) as string[],
    primary: primary === 'here' && !isKnownCustomer ? undefined : primary,
    quiet,
    stepsDone: stepsDone(phase, view),
  };
}

function causeOf({ code, status }: AttoConnectError, say: Say): string {
  const [text] = [code, status, `${status}`[0], 'unexpected_error']
    .map((cause) => say(`error.${cause}`))
    .filter(Boolean);
  return text ?? '';
}

/** Connecting again would only make a second connection; and where it rarely helps it is not the main offer. */
function failedLook({ action }: AttoConnectError, view: JourneyView | null): Look {
  if (view?.status === 'connected') return ['bad'];
  return action === 'contact' ? ['bad', undefined, 'retry'] : ['bad', action === 'retry' ? action : 'another'];
}

/** Once done, without a word about the data none may be coming: what there is to be seen would stand still. */
function stepsDone(phase: Phase, view: JourneyView | null): number {
  if (phase !== 'waiting' && phase !== 'done') return 0;
  return STEPS_DONE[`${view?.dataAvailability}`] ?? (phase === 'waiting' ? 1 : 0);
}
