import { expect } from '@open-wc/testing';
import { forgetJourney, keepJourney, newPending, STORAGE_PREFIX } from '../../widget/src/journey/pending-journey.ts';
import { tellerOf } from '../../widget/src/journey/teller.ts';

const AFTER_WAITING_MS = 2200;

/** A journey of another tab: in this browser's storage, and not marked as this tab's. */
function journeyOfAnotherTab(journeyId: string) {
  const pending = newPending({ journeyId, journeyToken: 'token' }, 'https://bff.example', 'acme');
  keepJourney(pending);
  sessionStorage.removeItem(STORAGE_PREFIX + journeyId);
  return pending;
}

describe('a second tab that shows a journey', () => {
  it('is silent where the tab whose journey it is has told', async () => {
    const pending = journeyOfAnotherTab('j_told');
    const told: string[] = [];
    const teller = tellerOf(pending, (outcome) => told.push(outcome));
    void teller.end('complete');
    keepJourney({ ...pending, told: 1 });
    await new Promise((resolve) => setTimeout(resolve, AFTER_WAITING_MS));
    expect(told).to.deep.equal([]);
    teller.stop();
    forgetJourney(pending);
  });

  it('tells where that tab does not', async () => {
    const pending = journeyOfAnotherTab('j_untold');
    const told: string[] = [];
    const teller = tellerOf(pending, (outcome) => told.push(outcome));
    void teller.end('complete');
    expect(told).to.deep.equal([]);
    await new Promise((resolve) => setTimeout(resolve, AFTER_WAITING_MS));
    expect(told).to.deep.equal(['complete']);
    teller.stop();
    forgetJourney(pending);
  });
});
