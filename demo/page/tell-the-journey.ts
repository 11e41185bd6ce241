/** Turns what the widget says, by its events, into steps of the story. */
import type { JourneyView } from '../../widget/src/contract.ts';
import type { AttoCompleteEvent, AttoErrorEvent, AttoStatusEvent } from '../../widget/src/events.ts';
import type { Phase } from '../../widget/src/journey/phase.ts';
import { isLaunch, type StepName, type Story } from './story.ts';

/** The part of `<atto-connect>` that this page uses. */
export interface Widget extends HTMLElement {
  customerToken?: () => Promise<string>;
  consentId?: string;
  readonly journey?: JourneyView | null;
  readonly phase?: Phase;
  /** The receipt. */
  readonly value?: string | null;
  checkValidity?(): boolean;
  reset?(): void;
}

const dataSteps: Record<string, StepName> = {
  Partial: 'Partial',
  Complete: 'Complete',
  Processed: 'Processed',
  Error: 'data-error',
};

/** Listens to the widget, and catches up with what it said before anyone listened. */
export function tellTheJourney(widget: Widget, story: Story, customerName: () => string | undefined): void {
  // Pages are left and come back to by navigation: what the page saw itself is told here, the rest by the widget.
  if (story.last === 'left') {
    story.tell('back');
  }
  addEventListener('pagehide', () => {
    if (isLaunch(story.last)) {
      story.tell('left');
    }
  });

  widget.addEventListener('atto-launch', () => {
    const name = customerName();
    story.tell(name ? 'launched' : 'launched-as-guest', name);
  });
  widget.addEventListener('atto-status', (event: AttoStatusEvent) => tellStatus(event.journey, story));
  widget.addEventListener('atto-complete', (event: AttoCompleteEvent) => {
    tellStatus(event.journey, story);
    story.tell('complete');
  });
  widget.addEventListener('atto-cancel', () => story.tell('cancelled'));
  widget.addEventListener('atto-error', (event: AttoErrorEvent) => {
    tellStatus(event.journey, story);
    story.tell('failed', event.error.code);
  });
  void customElements.whenDefined('atto-connect').then(() => catchUp(widget, story));
}

/** The widget's script is loaded asynchronously and may have been first: its journey and phase say what was missed. */
function catchUp({ journey, phase }: Widget, story: Story): void {
  tellStatus(journey ?? null, story);
  if (phase === 'done') {
    story.tell('complete');
  } else if (phase === 'cancelled') {
    story.tell('cancelled');
  } else if (journey?.error) {
    story.tell('failed', journey.error.code);
  }
}

function tellStatus(journey: JourneyView | null, story: Story): void {
  if (!journey) {
    return;
  }
  if (journey.status === 'launched') {
    story.tell('left');
  } else if (journey.status === 'returned' && story.last === 'left') {
    story.tell('back');
  } else if (journey.status === 'connected') {
    story.tell(journey.kind === 'renew' ? 'renewed' : 'connected', journey.consent?.providerName ?? 'the bank');
    const data = dataSteps[journey.dataAvailability ?? ''];
    if (data) {
      story.tell(data);
    }
  }
}
