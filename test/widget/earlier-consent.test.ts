import { expect } from '@open-wc/testing';
import type { ConsentStanding } from '../../widget/src/contract.ts';
import { keepJourney, newPending } from '../../widget/src/journey/pending-journey.ts';
import { english } from '../../widget/src/strings.ts';
import { BFF, connected, FakeBff, json, problem, started, status, view } from './fake-bff.ts';
import { button, buttons, leaveNothing, mount, shownText, until } from './mount.ts';

const standing = (change: Partial<ConsentStanding> = {}): ConsentStanding => ({
  status: 'Active',
  providerName: 'Stand-in Bank',
  end: null,
  daysLeft: 80,
  renew: 'none',
  ...change,
});

describe('a consent from an earlier visit', () => {
  let bff: FakeBff;
  beforeEach(() => {
    bff = new FakeBff().on('POST /v1/journeys', json(started(), 201)).on('GET /v1/journeys/j1', 'hold');
  });
  afterEach(() => leaveNothing(bff));

  const visit = async (change: Partial<ConsentStanding>, phase: string) => {
    bff.on('GET /v1/consents/c1', standing(change));
    const { element, heard } = mount({ consentId: 'c1', customerToken: 'tok' });
    await until(() => element.phase === phase);
    await element.updateComplete;
    return { element, heard };
  };

  it('that is good for long can be ended, after a question that promises nothing too much', async () => {
    bff.on('POST /v1/consents/c1/disconnect', standing({ status: 'Revoked', renew: 'now' }));
    const { element } = await visit({}, 'done');
    button(element, 'Disconnect').click();
    await element.updateComplete;
    expect(shownText(element)).to.match(/^Disconnect your bank\?.*not deleted/);
    button(element, 'Keep it connected').click();
    await element.updateComplete;
    expect(shownText(element)).to.contain('Stand-in Bank is connected');
    button(element, 'Disconnect').click();
    await element.updateComplete;
    button(element, 'Yes, disconnect').click();
    await until(() => element.phase === 'disconnected');
    expect(bff.requests('POST /v1/consents/c1/disconnect')[0]?.headers.get('authorization')).to.equal('Bearer tok');
  });

  it('is not asked to be ended because an earlier one was', async () => {
    const { element } = await visit({}, 'done');
    button(element, 'Disconnect').click();
    element.reset();
    bff.on('GET /v1/journeys/j1', status(view({ ...connected, dataAvailability: 'Processed' })));
    await element.resume({ journeyId: 'j1', journeyToken: 't' });
    await element.updateComplete;
    expect(element.phase).to.equal('done');
    expect(shownText(element)).to.contain('Stand-in Bank is connected');
  });

  it('is looked at as soon as the page names it, and given up for another one', async () => {
    bff.on('GET /v1/consents/c2', standing({ providerName: 'Other Bank' }));
    const { element } = await visit({}, 'done');
    element.consentId = 'c2';
    await until(() => shownText(element).includes('Other Bank'));
  });

  for (const [why, status, says] of [
    ['the bff is away', 503, english['error.5']],
    ['the customer has been signed out meanwhile', 401, english['error.401']],
  ] as const) {
    it(`stays as it was where it could not be ended, and says that ${why}`, async () => {
      bff.on('POST /v1/consents/c1/disconnect', problem(status, 'refused'));
      const { element } = await visit({}, 'done');
      await element.disconnect();
      await element.updateComplete;
      expect(shownText(element)).to.match(/Stand-in Bank is connected.*Please try again/);
      expect(shownText(element)).to.contain(says);
    });
  }

  it('is not called connected while it is being ended', async () => {
    bff.on('POST /v1/consents/c1/disconnect', 'hold');
    const { element } = await visit({}, 'done');
    button(element, 'Disconnect').click();
    await element.updateComplete;
    button(element, 'Yes, disconnect').click();
    await until(() => bff.requests('POST /v1/consents/c1/disconnect').length);
    await element.updateComplete;
    expect(shownText(element)).to.match(/^Disconnect your bank\?/);
  });

  for (const [change, phase, title] of [
    [{ renew: 'soon', daysLeft: 9 }, 'renew-soon', 'ends soon'],
    [{ renew: 'now', status: 'Expired', daysLeft: 0 }, 'expired', 'has ended'],
    [{ renew: 'now', status: 'Revoked' }, 'expired', 'has ended'],
  ] as const) {
    it(`is renewed from ${phase} (${'status' in change ? change.status : 'Active'})`, async () => {
      const { element } = await visit(change, phase);
      expect(shownText(element)).to.contain(title);
      button(element, 'Renew now').click();
      await until(() => element.left.length);
      expect(bff.requests('POST /v1/journeys')[0]?.body).to.deep.equal({ partner: 'acme', consentId: 'c1' });
    });
  }

  it('is shown too where the page names it only later, and forgotten when it names it no more', async () => {
    bff.on('GET /v1/consents/c1', standing({ renew: 'soon', daysLeft: 9 }));
    const { element } = mount({ customerToken: 'tok' });
    await until(() => element.shadowRoot?.querySelector('button'));
    element.consentId = 'c1';
    await until(() => element.phase === 'renew-soon');
    element.consentId = '';
    await until(() => element.phase === 'ready');
    expect(bff.requests('GET /v1/consents/c1')).to.have.length(1);
  });

  it('is not begun with anew when the page names what has just been connected', async () => {
    bff.on('GET /v1/journeys/j1', status(view({ ...connected, dataAvailability: 'Processed' })));
    const { element, heard } = mount({ customerToken: 'tok' });
    await element.resume({ journeyId: 'j1', journeyToken: 't' });
    const before = heard.length;
    element.consentId = `${connected.consent?.id}`;
    await element.updateComplete;
    expect(element.phase).to.equal('done');
    expect(element.journey).not.to.equal(null);
    expect(heard.length).to.equal(before);
  });

  it('is asked about too where the page names no customer, for the bff may know who is signed in', async () => {
    bff.on('GET /v1/consents/c1', standing());
    const { element } = mount({ consentId: 'c1' });
    await until(() => element.phase === 'done');
    expect(bff.requests('GET /v1/consents/c1')[0]?.headers.has('authorization')).to.equal(false);
  });

  it('offers no new connection before it is known how it stands', async () => {
    let tell: (answer: Response) => void = () => {};
    const original = window.fetch;
    window.fetch = () => new Promise((resolve) => (tell = resolve));
    const { element } = mount({ consentId: 'c1', customerToken: 'tok' });
    await until(() => element.phase === 'checking');
    await element.updateComplete;
    expect(buttons(element)).to.have.length(0);
    tell(json(standing()));
    await until(() => element.phase === 'done');
    window.fetch = original;
  });

  for (const [why, answer] of [
    ['it is nobody’s here', problem(404, 'not_found')],
    ['the bff does not know who asks', problem(401, 'unauthorized')],
    ['the bff cannot be asked', problem(503, 'unavailable')],
  ] as const) {
    it(`stands in nobody’s way where ${why}`, async () => {
      bff.on('GET /v1/consents/c1', answer);
      const { element } = mount({ consentId: 'c1', customerToken: 'tok' });
      await until(() => bff.requests('GET /v1/consents/c1').length);
      await until(() => element.phase === 'ready');
      await element.updateComplete;
      expect(buttons(element).map(({ textContent }) => textContent)).to.deep.equal(['Connect your bank']);
    });
  }
});

describe('a bank that has just been connected', () => {
  it('can be disconnected on the spot', async () => {
    const bff = new FakeBff().on('GET /v1/journeys/j1', status(view({ ...connected, dataAvailability: 'Processed' })));
    bff.on('POST /v1/journeys/j1/disconnect', status(view({ status: 'disconnected', version: 9 })));
    keepJourney(newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme'));
    const { element } = mount();
    await until(() => element.phase === 'done');
    await element.updateComplete;
    button(element, 'Disconnect').click();
    await element.updateComplete;
    button(element, 'Yes, disconnect').click();
    await until(() => element.phase === 'disconnected');
    await element.updateComplete;
    expect(buttons(element).map(({ textContent }) => textContent)).to.deep.equal(['Connect your bank']);
    leaveNothing(bff);
  });
});
