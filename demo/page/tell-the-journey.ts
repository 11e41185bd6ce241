/** Turns what the widget says, by its events, into steps of the story. */
import type { JourneyView } from '../../widget/src/contract.ts';
import type { AttoCompleteEvent, AttoErrorEvent, AttoStatusEvent } from '../../widget/src/events.ts';
import { isLaunch, type StepName, type Story } from './story.ts';

/** The part of `<atto-connect>` that this page uses. */
export interface Widget extends HTMLElement {
  customerToken?: () => Promise<string>;
  readonly journey?: JourneyView | null;
  reset?(): void;
}

const dataSteps: Record<string, StepName> = {
  Partial: 'Partial',
  Complete: 'Complete',
  Processed: 'Processed',
  Error: 'data-error',
};

/** Call it before the widget's script has run, so that nothing is missed on the way back. */
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
    story.tell('connected', journey.consent?.providerName ?? 'the bank');
    const data = dataSteps[journey.dataAvailability ?? ''];
    if (data) {
      story.tell(data);
    }
  }
}
