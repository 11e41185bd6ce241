import { expect } from '@open-wc/testing';
import type { JourneyView } from '../../widget/src/contract.ts';
import type { AttoErrorEvent } from '../../widget/src/events.ts';
import { keepJourney, newPending } from '../../widget/src/journey/pending-journey.ts';
import { english } from '../../widget/src/strings.ts';
import { BFF, connected, FakeBff, json, problem, started, status, view } from './fake-bff.ts';
import { buttons, endings, leaveNothing, mount, type StayingConnect, shownText, until } from './mount.ts';

describe('what a launch comes to', () => {
  let bff: FakeBff;
  beforeEach(() => {
    bff = new FakeBff().on('POST /v1/journeys', json(started(), 201));
    keepJourney({ ...newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme'), reference: 'ref-j1' });
  });
  afterEach(() => leaveNothing(bff));

  const stream = (...views: Partial<JourneyView>[]) =>
    bff.on(
      'GET /v1/journeys/j1',
      ...views.map((change, index) => status(view({ ...change, version: index + 1 }))),
      'hold',
    );

  it('is told once, after the status that it is, however much comes afterwards', async () => {
    stream(
      {},
      { status: 'returned' },
      connected,
      { ...connected, dataAvailability: 'Partial' },
      { ...connected, dataAvailability: 'Processed' },
    );
    const { element, heard } = mount();
    await until(() => element.journey?.dataAvailability === 'Processed');
    expect(heard.map(({ type }) => type)).to.deep.equal([
      'atto-status',
      'atto-status',
      'atto-status',
      'atto-complete',
      'atto-status',
      'atto-status',
    ]);
  });

  it('waits for the data where the page does', async () => {
    stream(connected, { ...connected, dataAvailability: 'Partial' }, { ...connected, dataAvailability: 'Complete' });
    const { element, heard } = mount({ waitFor: 'data' });
    await until(() => element.phase === 'done');
    expect(heard.map(({ type }) => type)).to.deep.equal(['atto-status', 'atto-status', 'atto-status', 'atto-complete']);
  });

  it('is an error where the data cannot be had and the page waits for it', async () => {
    stream({ ...connected, dataAvailability: 'Error' });
    const { element, heard } = mount({ waitFor: 'data' });
    await until(() => element.phase === 'failed');
    const { error, journey } = heard.at(-1) as AttoErrorEvent;
    expect(error).to.include({
      code: 'data_unavailable',
      category: 'provider',
      action: 'contact',
      reference: 'ref-j1',
    });
    expect(journey?.status).to.equal('connected');
    await element.updateComplete;
    const offers = buttons(element).map(({ textContent }) => textContent);
    expect(offers, 'connecting again would make a second connection').to.deep.equal([
      english['button.copy'],
      english['button.leave'],
    ]);
  });

  it('is complete as far as the data got, when it has been waited for long enough', async () => {
    stream(connected, { ...connected, dataAvailability: 'Partial' });
    const { element, heard } = mount({ waitFor: 'data', dataTimeout: 0.3 });
    await until(() => element.phase === 'waiting');
    await until(() => element.phase === 'done');
    expect(endings(heard)).to.deep.equal(['atto-complete']);
    expect(element.journey?.dataAvailability).to.equal('Partial');
  });

  for (const attribute of ['10m', '-1', null]) {
    it(`waits as long as usual where data-timeout is ${attribute ?? 'taken away'}`, async () => {
      stream(connected);
      const { element, heard } = mount({ waitFor: 'data', dataTimeout: 9 });
      if (attribute) element.setAttribute('data-timeout', attribute);
      else element.dataTimeout = null as never;
      await until(() => element.phase === 'waiting');
      let draws = 0;
      Object.assign(element, { updated: () => draws++ });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(draws).to.be.below(3);
      expect(element.phase).to.equal('waiting');
      expect(endings(heard)).to.deep.equal([]);
    });
  }

  it('is a cancellation where the customer stopped at the bank', async () => {
    const error = {
      code: 'customer_cancelled',
      category: 'customer',
      retryable: true,
      action: 'retry',
      reference: 'r',
    } as const;
    stream({ status: 'cancelled', error });
    const { element, heard } = mount();
    await until(() => element.phase === 'cancelled');
    expect(endings(heard)).to.deep.equal(['atto-cancel']);
  });

  it('is a cancellation where the customer stops here', async () => {
    stream({});
    bff.on('POST /v1/journeys/j1/cancel', status(view({ status: 'cancelled', version: 7 })));
    const { element, heard } = mount();
    await until(() => element.phase === 'away');
    await element.cancel();
    expect(element.phase).to.equal('cancelled');
    expect(endings(heard)).to.deep.equal(['atto-cancel']);
  });

  it('stays open where cancelling fails', async () => {
    stream({});
    bff.on('POST /v1/journeys/j1/cancel', 'break');
    const { element, heard } = mount();
    await until(() => element.phase === 'away');
    void element.cancel();
    await until(() => /try again/.test(shownText(element)));
    expect(element.phase).to.equal('away');
    expect(endings(heard)).to.deep.equal([]);
  });

  it('is told anew for another launch of the same journey', async () => {
    const failed = {
      status: 'failed',
      error: { code: 'access_denied', category: 'denied', retryable: true, action: 'retry', reference: 'r' },
    } as const;
    bff.on('GET /v1/journeys/j1', status(view({ ...failed, version: 1 })));
    bff.on('POST /v1/journeys/j1/launch', { launchUrl: `${BFF}/v1/go/x`, expiresAt: '' });
    const { element, heard } = mount();
    await until(() => element.phase === 'failed');
    await element.leave();
    element.remove();
    await Promise.resolve();
    bff.on('GET /v1/journeys/j1', status(view({ ...connected, version: 9 })));
    document.body.append(element);
    await until(() => element.phase === 'done');
    expect(heard.map(({ type }) => type).filter((type) => type !== 'atto-status')).to.deep.equal([
      'atto-error',
      'atto-launch',
      'atto-complete',
    ]);
  });

  describe('that ends before the journey is launched again', () => {
    const before = { error: 'failed', complete: 'done' } as const;
    const toldSince = async (told: keyof typeof before, stop: (element: StayingConnect) => unknown) => {
      const error = { code: 'access_denied', category: 'denied', retryable: true, action: 'retry', reference: 'r' };
      const failed = { status: 'failed', error } as Partial<JourneyView>;
      stream(told === 'error' ? failed : { ...connected, dataAvailability: 'Processed' });
      bff.on('POST /v1/journeys/j1/cancel', status(view({ status: 'cancelled', version: 9 })));
      const { element, heard } = mount();
      await until(() => element.phase === before[told]);
      expect(endings(heard)).to.deep.equal([`atto-${told}`]);
      heard.length = 0;
      await stop(element);
      return heard.map(({ type }) => type).filter((type) => type !== 'atto-status');
    };

    for (const told of ['error', 'complete'] as const) {
      it(`is an error where the page cannot say who the customer is, also after atto-${told}`, async () => {
        const since = await toldSince(told, (element) => {
          element.customerToken = () => Promise.reject(new Error('signed out'));
          return element.start();
        });
        expect(since).to.deep.equal(['atto-launch', 'atto-error']);
      });

      it(`is a cancellation where the page stops it, also after atto-${told}`, async () => {
        const since = await toldSince(told, (element) => {
          element.customerToken = () => new Promise(() => {});
          void element.start();
          return element.cancel();
        });
        expect(since).to.deep.equal(['atto-launch', 'atto-cancel']);
      });
    }
  });

  it('is a disconnection when the page asks for it, and forgets the journey', async () => {
    stream({ ...connected, dataAvailability: 'Processed' });
    bff.on('POST /v1/journeys/j1/disconnect', status(view({ status: 'disconnected', version: 9 })));
    const { element, heard } = mount();
    await until(() => element.phase === 'done');
    await element.disconnect();
    expect(element.phase).to.equal('disconnected');
    expect(endings(heard)).to.deep.equal(['atto-complete']);
    expect(localStorage.length).to.equal(0);
  });

  it('can be taken over by a token from the page, and reset', async () => {
    bff.on('GET /v1/journeys/j7', status(view({ ...connected, journeyId: 'j7', dataAvailability: 'Processed' })));
    const { element, heard } = mount({ partner: 'other' });
    void element.resume({ journeyId: 'j7', journeyToken: 'seven' });
    await until(() => element.phase === 'done');
    expect(bff.seen[0]?.headers.get('authorization')).to.equal('Bearer seven');
    expect(endings(heard)).to.deep.equal(['atto-complete']);
    element.reset();
    expect([element.phase, element.journey]).to.deep.equal(['ready', null]);
  });

  it('reaches listeners outside the shadow root that the widget is in', async () => {
    stream({ ...connected, dataAvailability: 'Processed' });
    const host = document.createElement('div');
    document.body.append(host);
    const { element } = mount();
    const reached = new Promise((resolve) => host.addEventListener('atto-complete', resolve));
    host.attachShadow({ mode: 'open' }).append(element);
    await reached;
    element.remove();
    host.remove();
  });

  it('shows that it comes back from the back/forward cache instead of staying frozen', async () => {
    localStorage.clear();
    sessionStorage.clear();
    bff.on('GET /v1/journeys/j1', status(view()), 'hold');
    const { element } = mount();
    await element.leave();
    expect(element.phase).to.equal('starting');
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await until(() => element.phase === 'away');
  });

  it('is an error where the bff refuses the page', async () => {
    bff.on('GET /v1/journeys/j1', problem(403, 'origin_not_allowed'));
    const { element, heard } = mount();
    await until(() => element.phase === 'failed');
    expect(endings(heard)).to.deep.equal(['atto-error']);
  });
});
