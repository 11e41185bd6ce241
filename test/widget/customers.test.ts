import { expect } from '@open-wc/testing';
import { keepJourney, newPending, pendingJourneys, STORAGE_PREFIX } from '../../widget/src/journey/pending-journey.ts';
import { BFF, connected, FakeBff, json, started, status, view } from './fake-bff.ts';
import { leaveNothing, mount, tokenOf, until } from './mount.ts';

describe('another customer at the same browser', () => {
  let bff: FakeBff;
  beforeEach(() => {
    bff = new FakeBff().on('POST /v1/journeys', json(started('j2'), 201));
    bff.on('GET /v1/journeys/j1', status(view(connected)), 'hold').on('GET /v1/journeys/j2', 'hold');
  });
  afterEach(() => leaveNothing(bff));

  const remember = (customer: string) =>
    keepJourney({ ...newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme'), customer, reference: 'ref-j1' });

  for (const [whose, customer, customerToken, isShown] of [
    ['their own', 'ann', tokenOf('ann'), true],
    ['their own, by another token', 'ann', () => tokenOf('ann', { exp: 1 }), true],
    ["another's", 'ann', tokenOf('ben'), false],
    ["another's, to a guest", 'ann', undefined, false],
    ["a guest's, to a guest", '', undefined, true],
    ["a guest's, to somebody signed in", '', async () => tokenOf('ben'), false],
  ] as const) {
    it(`${isShown ? 'is' : 'is not'} shown ${whose} journey`, async () => {
      remember(customer);
      const { element, heard } = mount({ ...(customerToken && { customerToken }) });
      if (isShown) return until(() => element.phase === 'done');
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(element.phase).to.equal('ready');
      expect([bff.seen.length, heard.length]).to.deep.equal([0, 0]);
    });
  }

  it('in this tab counts as the one before, where the page cannot say who it is', async () => {
    remember('ann');
    const customerToken = () => Promise.reject(new Error('away'));
    const { element } = mount({ customerToken });
    await until(() => element.phase === 'done');
    element.remove();
    sessionStorage.removeItem(`${STORAGE_PREFIX}j1`);
    const another = mount({ customerToken });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(another.element.phase).to.equal('ready');
  });

  it('finds their journey as soon as the page says who they are, and loses sight of it when they sign out', async () => {
    remember('ann');
    history.replaceState(null, '', `${location.pathname}${location.search}#atto_return=h1`);
    bff.on('POST /v1/journeys/j1/return', status(view(connected)));
    const { element } = mount();
    await until(() => element.phase === 'ready');
    element.customerToken = tokenOf('ann');
    await until(() => element.phase === 'done');
    expect(bff.requests('POST /v1/journeys/j1/return')).to.have.length(1);
    element.customerToken = null;
    await until(() => element.phase === 'ready');
    expect(element.journey).to.equal(null);
  });

  it('does not see a journey that the page took over for the one before', async () => {
    bff.on('GET /v1/journeys/j1', status(view({ ...connected, dataAvailability: 'Complete' })));
    let who = 'ann';
    const { element } = mount({ customerToken: () => tokenOf(who) });
    void element.resume({ journeyId: 'j1', journeyToken: 't' });
    await until(() => element.phase === 'done');
    element.remove();
    who = 'ben';
    const another = mount({ customerToken: () => tokenOf(who) });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(another.element.phase).to.equal('ready');
    expect(another.element.value).to.equal(null);
    another.element.remove();
    who = 'ann';
    const again = mount({ customerToken: () => tokenOf(who) });
    await until(() => again.element.phase === 'done');
  });

  it("does not go on with another's journey", async () => {
    remember('ann');
    bff.on('GET /v1/journeys/j1', status(view()), 'hold');
    let who = 'ann';
    const { element } = mount({ customerToken: () => tokenOf(who) });
    await until(() => element.phase === 'away');
    who = 'ben';
    await element.leave();
    expect(element.left).to.deep.equal([`${BFF}/v1/go/j2`]);
    expect(pendingJourneys().find(({ journeyId }) => journeyId === 'j2')).to.include({ customer: 'ben' });
  });
});
