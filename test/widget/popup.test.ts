import { expect } from '@open-wc/testing';
import { keepJourney, newPending, pendingJourneys, STORAGE_PREFIX } from '../../widget/src/journey/pending-journey.ts';
import { BFF, connected, FakeBff, json, problem, started, status, view } from './fake-bff.ts';
import { FakeWindow, Opening, WINDOW_MARK } from './fake-window.ts';
import { button, buttons, endings, leaveNothing, mount, shownText, until } from './mount.ts';

function centreOf(element: Element): { x: number; y: number } {
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2 };
}

describe('the bank in a window of its own', () => {
  let bff: FakeBff;
  let opening: Opening;
  beforeEach(() => {
    bff = new FakeBff().on('POST /v1/journeys', json(started(), 201)).on('GET /v1/journeys/j1', status(view()), 'hold');
    opening = new Opening();
  });
  afterEach(() => {
    opening.restore();
    leaveNothing(bff);
  });

  const launched = async () => {
    const { element, heard } = mount({ presentation: 'popup' });
    await element.updateComplete;
    button(element, 'Connect your bank').click();
    const [opened] = opening.opened;
    await until(() => opened?.went.length);
    await element.updateComplete;
    return { element, heard, opened: opened as FakeWindow };
  };

  it('stays where the page moves the element, and is led to the bank', async () => {
    const { element, heard } = mount({ presentation: 'popup' });
    await element.updateComplete;
    button(element, 'Connect your bank').click();
    document.body.prepend(element);
    await until(() => opening.opened[0]?.went.length);
    expect(opening.opened[0]?.closed).to.equal(false);
    document.body.append(element);
    await until(() => element.phase === 'away');
    expect(bff.requests('POST /v1/journeys')).to.have.length(1);
    expect(endings(heard)).to.deep.equal([]);
  });

  it('is opened before anything is waited for, and led there when the bff has answered', async () => {
    const { element } = mount({ presentation: 'popup', customerToken: () => new Promise(() => {}) });
    await element.updateComplete;
    button(element, 'Connect your bank').click();
    expect(opening.opened).to.have.length(1);
    expect(opening.opened[0]?.kept.has(WINDOW_MARK)).to.equal(true);
    expect(opening.asked[0]).to.match(/^_blank popup,width=\d+/);
    element.remove();
    const { opened } = await launchedAfter(opening);
    expect(opened?.went).to.deep.equal([`${BFF}/v1/go/j1`]);
  });

  async function launchedAfter({ opened }: Opening) {
    const { element } = mount({ presentation: 'popup' });
    void element.start();
    await until(() => opened[1]?.went.length);
    return { opened: opened[1] };
  }

  it('leaves this page where it is, and says how to go on', async () => {
    const { element, opened } = await launched();
    expect(element.left).to.deep.equal([]);
    expect(element.phase).to.equal('away');
    expect(pendingJourneys()[0]).to.include({ inPopup: true });
    const names = buttons(element).map(({ textContent }) => textContent);
    expect(names).to.deep.equal(['Continue there', 'Cancel', 'Start again']);
    button(element, 'Continue there').click();
    expect(opened.focused).to.equal(1);
  });

  it('shows the bank again in the same window', async () => {
    bff.on('POST /v1/journeys/j1/launch', { launchUrl: `${BFF}/v1/go/again`, expiresAt: '' });
    const { element, opened } = await launched();
    button(element, 'Start again').click();
    await until(() => opened.went.length === 2);
    expect(opened.went[1]).to.equal(`${BFF}/v1/go/again`);
    expect(opening.opened).to.have.length(1);
  });

  it('is not opened when the page prevents the launch', async () => {
    const { element } = mount({ presentation: 'popup' });
    element.addEventListener('atto-launch', (event) => event.preventDefault());
    await element.start();
    expect(opening.asked).to.deep.equal([]);
  });

  it('is closed when the start fails, or is stopped', async () => {
    bff.on('POST /v1/journeys', problem(503, 'unavailable'), 'hold');
    const { element, heard } = mount({ presentation: 'popup' });
    await element.start();
    expect(opening.opened[0]?.closed).to.equal(true);
    expect(endings(heard)).to.deep.equal(['atto-error']);
    void element.start();
    await element.cancel();
    await until(() => opening.opened[1]?.closed);
  });

  for (const [why, answer, isActive] of [
    ['the browser blocks it', () => null, true],
    [
      'the browser throws',
      () => {
        throw new Error('not here');
      },
      true,
    ],
    ['nobody pressed anything', () => new FakeWindow(), false],
  ] as const) {
    it(`gives way to a redirect where ${why}`, async () => {
      opening.restore();
      opening = new Opening(answer, isActive);
      const { element } = mount({ presentation: 'popup' });
      await element.leave();
      expect(element.left).to.deep.equal([`${BFF}/v1/go/j1`]);
      expect(pendingJourneys()[0]).to.include({ inPopup: false });
    });
  }

  it('is not left behind blank where it cannot be marked', async () => {
    opening.restore();
    const opened = new FakeWindow();
    opened.sessionStorage.setItem = () => {
      throw new DOMException('no', 'SecurityError');
    };
    opening = new Opening(() => opened);
    const { element } = mount({ presentation: 'popup' });
    await element.leave();
    expect(opened.closed).to.equal(true);
  });

  it('is not opened again where the bff knows by now that the bank is connected', async () => {
    bff.on('POST /v1/journeys/j1/launch', problem(409, 'wrong_state'));
    const { element, heard, opened } = await launched();
    await until(() => bff.requests('GET /v1/journeys/j1').length === 2);
    bff.on('GET /v1/journeys/j1', status(view(connected)), 'hold');
    button(element, 'Start again').click();
    await until(() => element.phase === 'done');
    await until(() => endings(heard).length);
    expect(endings(heard)).to.deep.equal(['atto-complete']);
    expect(opened.closed).to.equal(true);
    expect(opened.went).to.have.length(1);
  });

  it('shows again the bank that the customer chose in our page', async () => {
    bff.on('POST /v1/journeys/j1/launch', { launchUrl: `${BFF}/v1/go/again`, expiresAt: '' });
    const { element } = mount({ presentation: 'popup', banks: [{ name: 'Northmoor', providerId: '4021' }] });
    await element.updateComplete;
    buttons(element)[0]?.click();
    await until(() => element.phase === 'away' && element.journey);
    await element.updateComplete;
    button(element, 'Start again').click();
    await until(() => opening.opened[0]?.went.length === 2);
    expect(bff.requests('POST /v1/journeys').map(({ body }) => body)).to.deep.equal([
      { partner: 'acme', providerId: '4021' },
    ]);
  });

  it('is closed, and that told, when the bank cannot be opened again', async () => {
    keepJourney({ ...newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme'), reference: 'ref-j1' });
    bff.on('POST /v1/journeys/j1/launch', problem(503, 'unavailable'));
    const { element, heard } = mount({ presentation: 'popup' });
    await until(() => element.phase === 'away');
    await element.start();
    await until(() => endings(heard).length);
    expect(endings(heard)).to.deep.equal(['atto-error']);
    expect(opening.opened[0]?.closed).to.equal(true);
  });

  it('is not opened where the page wants a redirect', async () => {
    const { element } = mount({ presentation: 'redirect' });
    await element.leave();
    expect(opening.asked).to.deep.equal([]);
  });

  it('is what `auto` means where there is a mouse', async () => {
    const hasFingers = matchMedia('(pointer: coarse)').matches;
    const { element } = mount();
    void element.start();
    await until(() => element.left.length || opening.opened[0]?.went.length);
    expect(opening.opened).to.have.length(hasFingers ? 0 : 1);
  });

  it('when it reads closed, is a question to the bff and nothing else', async () => {
    const { element, heard, opened } = await launched();
    await until(() => bff.requests('GET /v1/journeys/j1').length === 2);
    opened.closed = true;
    await until(() => bff.requests('GET /v1/journeys/j1').length === 3);
    await until(() => buttons(element)[0]?.textContent === 'Start again');
    expect(element.phase).to.equal('away');
    expect(shownText(element)).to.equal('Continue at your bank If you closed its page, start again.');
    expect(endings(heard)).to.deep.equal([]);
    bff.on('GET /v1/journeys/j1', status(view(connected)), 'hold');
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    await until(() => element.phase === 'done');
    expect(endings(heard)).to.deep.equal(['atto-complete']);
  });

  it('when it closes, puts no other button under the pointer of whoever is about to press', async () => {
    const { element, opened } = await launched();
    const placed = buttons(element).map((each) => ({ name: each.textContent, ...centreOf(each) }));
    opened.closed = true;
    await until(() => buttons(element)[0]?.textContent === 'Start again');
    const now = placed.map(({ name, x, y }) => {
      const under = element.shadowRoot?.elementFromPoint(x, y);
      return `${name}: ${buttons(element).find((each) => each === under)?.textContent ?? 'nothing'}`;
    });
    expect(now).to.deep.equal(['Continue there: Start again', 'Cancel: Cancel', 'Start again: nothing']);
  });

  it('goes with the end, which is told once, and gives the focus back', async () => {
    bff.on('GET /v1/journeys/j1', status(view()), status(view(connected)), 'hold');
    const { element, heard, opened } = await launched();
    await until(() => element.phase === 'done');
    await until(() => endings(heard).length);
    expect(endings(heard)).to.deep.equal(['atto-complete']);
    expect(opened.closed).to.equal(true);
    await until(() => document.activeElement === element);
  });
});

describe('the window of the bank, when it is back', () => {
  let bff: FakeBff;
  let over: AbortController;
  let closed: number;
  const originalClose = window.close;
  const record = {
    ...newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme'),
    reference: 'ref-j1',
    inPopup: true,
  };

  beforeEach(() => {
    bff = new FakeBff().on('POST /v1/journeys/j1/return', status(view(connected)));
    bff.on('GET /v1/journeys/j1', status(view(connected)), 'hold');
    over = new AbortController();
    closed = 0;
    window.close = () => {
      closed++;
    };
    keepJourney(record);
    sessionStorage.setItem(WINDOW_MARK, '1');
    history.replaceState(null, '', `${location.pathname}${location.search}#atto_return=h1`);
  });
  afterEach(() => {
    over.abort();
    window.close = originalClose;
    leaveNothing(bff);
  });

  /** As the page does that opened it. */
  const live = () =>
    new Promise<void>((resolve) => {
      void navigator.locks.request(STORAGE_PREFIX + record.journeyId, () => {
        resolve();
        return new Promise<void>((gone) => over.signal.addEventListener('abort', () => gone()));
      });
    });

  it('hands over, leaves a hint and closes itself, and tells nobody', async () => {
    await live();
    const { element, heard } = mount();
    await until(() => element.phase === 'returned');
    expect(closed).to.equal(1);
    expect(pendingJourneys()[0]?.returnedAt).to.be.a('number');
    expect(heard).to.deep.equal([]);
    await element.updateComplete;
    expect(shownText(element)).to.match(/^You may close this window/);
    expect(bff.requests('POST /v1/journeys/j1/return')).to.have.length(1);
  });

  it('tells the end itself once the page that opened it is gone', async () => {
    await live();
    const { element, heard } = mount();
    await until(() => element.phase === 'returned');
    over.abort();
    await until(() => element.phase === 'done');
    expect(endings(heard)).to.deep.equal(['atto-complete']);
    expect(sessionStorage.getItem(WINDOW_MARK)).to.equal(null);
  });

  it('tells the end itself if that page is gone already, and stays', async () => {
    const { element, heard } = mount();
    await until(() => element.phase === 'done');
    await until(() => endings(heard).length);
    expect(closed).to.equal(0);
    expect(endings(heard)).to.deep.equal(['atto-complete']);
  });

  it('is never a window that the customer opened', async () => {
    sessionStorage.removeItem(WINDOW_MARK);
    await live();
    const { element, heard } = mount();
    await until(() => element.phase === 'done');
    expect(closed).to.equal(0);
    expect(endings(heard), 'the page that opened the bank’s window tells').to.deep.equal([]);
  });
});
