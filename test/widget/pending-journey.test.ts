import { expect } from '@open-wc/testing';
import {
  claimTelling,
  forgetJourney,
  isOfThisTab,
  keepJourney,
  newPending,
  pendingJourneys,
  STORAGE_PREFIX,
} from '../../widget/src/journey/pending-journey.ts';

const pending = (journeyId: string, change = {}) => ({
  ...newPending({ journeyId, journeyToken: 't' }, 'https://bff.test', 'acme'),
  ...change,
});

describe('pending journeys', () => {
  afterEach(() => {
    localStorage.clear();
    sessionStorage.clear();
  });

  it('survive a reload, with their token, until they are forgotten', () => {
    const one = pending('j1', { reference: 'r' });
    keepJourney(one);
    expect(pendingJourneys()).to.deep.equal([one]);
    forgetJourney(one);
    expect(pendingJourneys()).to.deep.equal([]);
    expect(localStorage.length + sessionStorage.length).to.equal(0);
  });

  it("come this tab's first, then the newest", () => {
    const now = Date.now();
    keepJourney(pending('old', { since: now - 9 }));
    keepJourney(pending('new', { since: now }));
    keepJourney(pending('older', { since: now - 20 }));
    sessionStorage.removeItem(`${STORAGE_PREFIX}old`);
    sessionStorage.removeItem(`${STORAGE_PREFIX}new`);
    expect(pendingJourneys().map(({ journeyId }) => journeyId)).to.deep.equal(['older', 'new', 'old']);
    expect(isOfThisTab(pending('older'))).to.equal(true);
    expect(isOfThisTab(pending('new'))).to.equal(false);
  });

  it('are not those of yesterday, nor what somebody else wrote there', () => {
    keepJourney(pending('j1', { since: Date.now() - 86_400_000 }));
    localStorage.setItem(`${STORAGE_PREFIX}j2`, '{"half":');
    localStorage.setItem(`${STORAGE_PREFIX}j3`, '7');
    localStorage.setItem('theirs', '{}');
    expect(pendingJourneys()).to.deep.equal([]);
  });

  it('are told to the page once for each launch, whichever tab does it', () => {
    const here = pending('j1');
    keepJourney(here);
    const inAnotherTab = { ...here };
    expect(claimTelling(here)).to.equal(true);
    expect(claimTelling(here)).to.equal(false);
    expect(claimTelling(inAnotherTab)).to.equal(false);
    expect(claimTelling({ ...here, launches: 2 })).to.equal(true);
  });

  it('are not kept where the browser keeps nothing, and say so', () => {
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    try {
      expect(keepJourney(pending('j1'))).to.equal(false);
    } finally {
      Storage.prototype.setItem = setItem;
    }
  });
});
