import { expect } from '@open-wc/testing';
import type { AttoCompleteEvent, AttoErrorEvent } from '../../widget/src/events.ts';
import { keepJourney, newPending, pendingJourneys } from '../../widget/src/journey/pending-journey.ts';
import { purposeOf } from '../../widget/src/journey/settings.ts';
import { BFF, connected, FakeBff, json, NOT_THE_BFF, problem, started, status, view } from './fake-bff.ts';
import { button, buttons, endings, leaveNothing, mount, shownText, tokenOf, until } from './mount.ts';

const ownSearch = location.search;

/** As after a launch of this journey in this browser. */
function remember(journeyId: string, change: object = {}): void {
  keepJourney({
    ...newPending({ journeyId, journeyToken: `token-${journeyId}` }, BFF, 'acme'),
    reference: `ref-${journeyId}`,
    ...change,
  });
}

function comeBack(suffix: string): void {
  history.replaceState({ theirs: 1 }, '', location.pathname + ownSearch + suffix);
}

describe('coming back', () => {
  let bff: FakeBff;
  beforeEach(() => {
    bff = new FakeBff();
  });
  afterEach(() => leaveNothing(bff));

  it('takes the handle out of the address before the first request, and tells what the bff decided', async () => {
    remember('j1');
    comeBack('#top&atto_return=h1');
    let addressThen = '';
    bff.on('POST /v1/journeys/j1/return', () => {
      addressThen = location.hash;
      return status(view({ ...connected, dataAvailability: 'Processed' }));
    });
    bff.on('GET /v1/journeys/j1', status(view({ ...connected, dataAvailability: 'Processed' })));
    const { element, heard } = mount();
    await until(() => element.phase === 'done');
    expect(addressThen).to.equal('#top');
    expect(history.state).to.deep.equal({ theirs: 1 });
    const [request] = bff.seen;
    expect(request).to.deep.include({ method: 'POST', body: { handle: 'h1' } });
    expect(request?.headers.get('authorization')).to.equal('Bearer token-j1');
    expect(heard.map(({ type }) => type)).to.deep.equal(['atto-status', 'atto-complete']);
    expect((heard[1] as AttoCompleteEvent).journey.receipt).to.equal('a.b.c');
    await element.updateComplete;
    expect(shownText(element)).to.contain('Stand-in Bank');
  });

  it('hands over raw parameters of a journey that is pending here', async () => {
    remember('j1');
    comeBack(`${ownSearch ? '&' : '?'}customer_ref=ref-j1&state=error&error=access_denied`);
    const error = {
      code: 'access_denied',
      category: 'denied',
      retryable: true,
      action: 'retry',
      reference: 'ref-j1',
    } as const;
    const failed = view({ status: 'failed', error, version: 3 });
    bff.on('POST /v1/journeys/j1/return', status(failed)).on('GET /v1/journeys/j1', status(failed));
    const { element, heard } = mount();
    await until(() => element.phase === 'failed');
    expect(bff.seen[0]?.body).to.deep.equal({ customerRef: 'ref-j1', state: 'error', error: 'access_denied' });
    expect(location.search).to.equal(ownSearch);
    expect(endings(heard)).to.deep.equal(['atto-error']);
    expect((heard.at(-1) as AttoErrorEvent).error).to.include({
      code: 'access_denied',
      retryable: true,
      reference: 'ref-j1',
    });
  });

  it("leaves another's parameters alone", async () => {
    comeBack(`${ownSearch ? '&' : '?'}customer_ref=ref-j9&state=success&consent_id=c`);
    const { element } = mount();
    await element.updateComplete;
    expect(location.search).to.contain('customer_ref=ref-j9');
    expect(element.phase).to.equal('ready');
    expect(bff.seen).to.have.length(0);
  });

  it("asks as this tab's journey first, then as the newest others", async () => {
    const now = Date.now();
    for (const [id, since] of [
      ['tab', now - 50],
      ['new', now],
      ['old', now - 90],
    ] as const)
      remember(id, { since });
    sessionStorage.removeItem('atto-connect:journey:new');
    sessionStorage.removeItem('atto-connect:journey:old');
    comeBack('#atto_return=h1');
    bff.on('POST /v1/journeys/tab/return', problem(409, 'claim_rejected'));
    bff.on('POST /v1/journeys/new/return', problem(404, 'not_found'));
    bff.on('POST /v1/journeys/old/return', status(view({ ...connected, journeyId: 'old' })));
    const { element } = mount();
    await until(() => element.phase === 'done');
    expect(bff.seen.slice(0, 3).map(({ path }) => path)).to.deep.equal(
      ['tab', 'new', 'old'].map((id) => `/v1/journeys/${id}/return`),
    );
    expect(pendingJourneys().map(({ journeyId }) => journeyId)).not.to.include('new');
  });

  it('keeps its own journey when a return is refused', async () => {
    remember('j1');
    comeBack('#atto_return=forged');
    bff.on('POST /v1/journeys/j1/return', problem(409, 'claim_rejected')).on('GET /v1/journeys/j1', status(view()));
    const { element, heard } = mount();
    await until(() => element.phase === 'away');
    expect(endings(heard)).to.deep.equal([]);
    expect(pendingJourneys()).to.have.length(1);
  });

  it('goes on asking while the bff cannot be reached', async () => {
    remember('j1');
    comeBack('#atto_return=h1');
    bff.on('POST /v1/journeys/j1/return', 'break', status(view(connected)));
    const { element, heard } = mount();
    await until(() => bff.seen.length === 1);
    expect(element.phase).to.equal('checking');
    window.dispatchEvent(new Event('online'));
    await until(() => element.phase === 'done');
    expect(endings(heard)).to.deep.equal(['atto-complete']);
  });

  for (const [what, answer] of NOT_THE_BFF) {
    it(`goes on asking where ${what} answers in the place of the bff`, async () => {
      remember('j1');
      comeBack('#atto_return=h1');
      bff.on('POST /v1/journeys/j1/return', answer, status(view(connected)));
      const { element, heard } = mount();
      await until(() => bff.seen.length === 1);
      expect(element.phase).to.equal('checking');
      window.dispatchEvent(new Event('online'));
      await until(() => element.phase === 'done');
      expect(endings(heard)).to.deep.equal(['atto-complete']);
    });
  }

  it('goes on asking where an answer is cut off in the middle, as in a window that is being closed', async () => {
    remember('j1');
    comeBack('#atto_return=h1');
    const cutOff = new ReadableStream({
      start(body) {
        body.enqueue(new TextEncoder().encode('{"journeyId":"j1"'));
        body.error(new TypeError('network error'));
      },
    });
    bff.on('POST /v1/journeys/j1/return', new Response(cutOff), status(view(connected)));
    const { element, heard } = mount();
    await until(() => bff.seen.length === 1);
    await until(() => element.phase === 'checking');
    window.dispatchEvent(new Event('online'));
    await until(() => element.phase === 'done');
    expect(endings(heard)).to.deep.equal(['atto-complete']);
  });

  it('is dealt with by exactly one of several widgets: the one whose journey it is', async () => {
    remember('j1', { partner: 'other' });
    comeBack('#atto_return=h1');
    bff.on('POST /v1/journeys/j1/return', status(view(connected))).on('GET /v1/journeys/j1', 'hold');
    const first = mount();
    const second = mount({ partner: 'other' });
    const third = mount({ partner: 'other' });
    await until(() => second.element.phase === 'done');
    expect([first.element.phase, third.element.phase]).to.deep.equal(['ready', 'ready']);
    expect(bff.requests('POST /v1/journeys/j1/return')).to.have.length(1);
    expect([first.heard, third.heard]).to.deep.equal([[], []]);
  });

  for (const name of ['configId', 'consentId'] as const) {
    it(`is that of the widget with the same ${name}, where several have one`, async () => {
      remember('j1', { purpose: purposeOf({ partner: 'acme', [name]: 'two' }) });
      comeBack('#atto_return=h1');
      bff.on('POST /v1/journeys/j1/return', status(view(connected))).on('GET /v1/journeys/j1', 'hold');
      const first = mount({ [name]: 'one' });
      const second = mount({ [name]: 'two' });
      await until(() => [first, second].some(({ element }) => element.phase === 'done'));
      // It may still be asking about the consent that it names.
      await until(() => first.element.phase !== 'checking');
      expect([first.element.phase, second.element.phase]).to.deep.equal(['ready', 'done']);
    });
  }

  for (const isAddFirst of [true, false]) {
    for (const consentId of ['c1', undefined]) {
      const whose = consentId ? 'a bank that is there' : 'one that is added';
      it(`is that of the widget of ${whose}, in a list ${isAddFirst ? 'below' : 'above'} a widget that adds one`, async () => {
        const customerToken = tokenOf('anna');
        remember('j1', { purpose: purposeOf({ partner: 'acme', consentId }), customer: 'anna' });
        comeBack('#atto_return=h1');
        bff.on('GET /v1/consents/c1', { status: 'Active', providerName: 'B', end: null, daysLeft: 9, renew: 'soon' });
        bff.on('POST /v1/journeys/j1/return', status(view(connected))).on('GET /v1/journeys/j1', 'hold');
        const all = (isAddFirst ? ['', 'c1'] : ['c1', '']).map((id) => mount({ customerToken, consentId: id }).element);
        await until(() => all.some(({ journey }) => journey));
        expect(all.find(({ journey }) => journey)?.consentId).to.equal(consentId ?? '');
      });
    }
  }

  it('is not held up by a widget whose page never says who the customer is', async () => {
    remember('j1', { customer: 'anna' });
    comeBack('#atto_return=h1');
    bff.on('POST /v1/journeys/j1/return', status(view(connected))).on('GET /v1/journeys/j1', 'hold');
    const { element } = mount({ customerToken: () => new Promise<string>(() => {}) });
    await element.updateComplete;
    element.customerToken = tokenOf('anna');
    await until(() => element.phase === 'done');
  });

  it('is that of a widget which says less than the one that left', async () => {
    remember('j1', { purpose: purposeOf({ partner: 'acme', configId: 'one' }) });
    comeBack('#atto_return=h1');
    bff.on('POST /v1/journeys/j1/return', status(view(connected))).on('GET /v1/journeys/j1', 'hold');
    const { element } = mount();
    await until(() => element.phase === 'done');
  });

  it('survives a page that takes the element out and puts it in again', async () => {
    remember('j1');
    comeBack('#atto_return=h1');
    bff.on('POST /v1/journeys/j1/return', 'hold', status(view(connected))).on('GET /v1/journeys/j1', 'hold');
    const { element, heard } = mount();
    await until(() => bff.seen.length === 1);
    const parent = element.parentElement;
    element.remove();
    await Promise.resolve();
    parent?.append(element);
    await until(() => element.phase === 'done');
    expect(endings(heard)).to.deep.equal(['atto-complete']);
  });

  it('says so when nothing in this browser knows of it, and lets the customer say that it was not them', async () => {
    comeBack('#atto_return=h1');
    bff.on('POST /v1/returns/h1/disown', new Response(null, { status: 204 }));
    const { element, heard } = mount();
    await until(() => element.phase === 'elsewhere');
    await element.updateComplete;
    expect(buttons(element).map(({ textContent }) => textContent)).to.deep.equal(['I didn’t start this']);
    button(element, 'I didn’t start this').click();
    await until(() => element.phase === 'disowned');
    expect(bff.seen[0]?.headers.has('authorization')).to.equal(false);
    expect(heard).to.deep.equal([]);
  });

  it('is not lost where the page says later who the customer is, whenever that is', async () => {
    for (let ticks = 0; ticks < 8; ticks++) {
      comeBack('#atto_return=h1');
      const { element } = mount();
      for (let tick = 0; tick < ticks; tick++) await null;
      element.customerToken = tokenOf('anna');
      await element.updateComplete;
      await until(() => buttons(element)[0]?.textContent === 'Continue here', `after ${ticks} ticks`);
      element.reset();
      element.remove();
    }
  });

  it('is not lost to a journey that this customer began as a guest', async () => {
    remember('guest', { customer: '' });
    remember('j1', { customer: 'anna' });
    comeBack('#atto_return=h1');
    bff.on('POST /v1/journeys/guest/return', problem(409, 'claim_rejected'));
    bff.on('GET /v1/journeys/guest', status(view({ journeyId: 'guest' })), 'hold');
    bff.on('POST /v1/journeys/j1/return', status(view(connected)));
    const { element, heard } = mount();
    await until(() => element.phase === 'away');
    element.customerToken = tokenOf('anna');
    await until(() => element.phase === 'done');
    expect(endings(heard)).to.deep.equal(['atto-complete']);
  });

  it('continues here for a customer whom the page knows', async () => {
    comeBack('#atto_return=h1');
    bff.on('POST /v1/returns/h1/resume', json({ journeyId: 'j1', journeyToken: 't2' }));
    bff.on('POST /v1/journeys/j1/return', status(view(connected))).on('GET /v1/journeys/j1', 'hold');
    const { element, heard } = mount({ customerToken: 'tok' });
    await until(() => element.phase === 'elsewhere');
    await element.updateComplete;
    button(element, 'Continue here').click();
    await until(() => element.phase === 'done');
    expect(bff.seen.map(({ headers }) => headers.get('authorization')).slice(0, 2)).to.deep.equal([
      'Bearer tok',
      'Bearer t2',
    ]);
    expect(endings(heard)).to.deep.equal(['atto-complete']);
  });

  it('stays elsewhere when it may not continue here', async () => {
    comeBack('#atto_return=h1');
    bff.on('POST /v1/returns/h1/resume', problem(404, 'not_found'));
    const { element, heard } = mount({ customerToken: 'tok' });
    await until(() => element.phase === 'elsewhere');
    await element.updateComplete;
    button(element, 'Continue here').click();
    await until(() => /could not be matched to you/.test(shownText(element)));
    expect(element.phase).to.equal('elsewhere');
    expect(heard).to.deep.equal([]);
  });
});

describe('a reload', () => {
  let bff: FakeBff;
  beforeEach(() => {
    bff = new FakeBff().on('POST /v1/journeys', json(started(), 201));
  });
  afterEach(() => leaveNothing(bff));

  it('shows the journey again, and does not tell its end twice', async () => {
    remember('j1');
    bff.on('GET /v1/journeys/j1', status(view({ ...connected, dataAvailability: 'Processed' })));
    const first = mount();
    await until(() => first.element.phase === 'done');
    first.element.remove();
    const second = mount();
    await until(() => second.element.phase === 'done');
    expect(endings(first.heard)).to.deep.equal(['atto-complete']);
    expect(second.heard.map(({ type }) => type)).to.deep.equal(['atto-status']);
  });

  it('forgets a journey that has ended for good', async () => {
    remember('j1');
    bff.on('GET /v1/journeys/j1', status(view({ status: 'expired', version: 9 })));
    const { element, heard } = mount();
    await until(() => element.phase === 'expired');
    expect(endings(heard)).to.deep.equal(['atto-error']);
    expect(pendingJourneys()).to.deep.equal([]);
  });

  for (const lost of [401, 404]) {
    it(`begins anew, and says why, when the bff answers ${lost}`, async () => {
      remember('j1');
      bff.on('GET /v1/journeys/j1', problem(lost, 'gone'));
      const { element } = mount();
      await until(() => element.phase === 'ready' && /earlier attempt/.test(shownText(element)));
      expect(pendingJourneys()).to.deep.equal([]);
      element.reset();
      await element.updateComplete;
      expect(shownText(element), 'as if nothing had happened').not.to.match(/earlier attempt/);
    });
  }

  it('makes way for a journey that the page hands over meanwhile, whenever that is', async () => {
    bff.on('GET /v1/journeys/j7', status(view({ ...connected, journeyId: 'j7', dataAvailability: 'Processed' })));
    for (let ticks = 0; ticks < 25; ticks++) {
      const { element } = mount();
      for (let tick = 0; tick < ticks; tick++) await null;
      void element.resume({ journeyId: 'j7', journeyToken: 'seven' });
      await until(() => element.phase === 'done', `${ticks} ticks`);
      element.reset();
      element.remove();
    }
  });

  it('in the middle of nothing leaves nothing behind when the element goes', async () => {
    remember('j1');
    bff.on('GET /v1/journeys/j1', status(view()), 'hold');
    const { element } = mount();
    await until(() => bff.seen.length === 2);
    element.remove();
    for (const type of ['online', 'pageshow']) window.dispatchEvent(new Event(type));
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(bff.seen).to.have.length(2);
  });

  it('offers to go on at the bank, as the same journey and another launch', async () => {
    remember('j1');
    bff.on('GET /v1/journeys/j1', status(view()));
    bff.on('POST /v1/journeys/j1/launch', { launchUrl: `${BFF}/v1/go/again`, expiresAt: '' });
    const { element } = mount();
    await until(() => element.phase === 'away');
    await element.updateComplete;
    button(element, 'Start again').click();
    await until(() => element.left.length);
    expect(element.left).to.deep.equal([`${BFF}/v1/go/again`]);
    expect(pendingJourneys()[0]).to.include({ launches: 2 });
    expect(bff.requests('POST /v1/journeys')).to.have.length(0);
  });

  it('starts a new journey where the old one can no longer be launched', async () => {
    remember('j0');
    bff.on('GET /v1/journeys/j0', status(view({ journeyId: 'j0' })));
    bff.on('POST /v1/journeys/j0/launch', status(view({ journeyId: 'j0', status: 'expired' })));
    const { element } = mount();
    await until(() => element.phase === 'away');
    await element.leave();
    expect(element.left).to.deep.equal([`${BFF}/v1/go/j1`]);
    expect(pendingJourneys().map(({ journeyId }) => journeyId)).to.deep.equal(['j1']);
  });

  it('starts a new journey where the page asks for another bank meanwhile', async () => {
    remember('j0', { request: '{"partner":"acme","providerId":"a"}' });
    bff.on('GET /v1/journeys/j0', status(view({ journeyId: 'j0' })));
    const { element } = mount({ providerId: 'b' });
    await until(() => element.phase === 'away');
    await element.leave();
    expect(bff.requests('POST /v1/journeys')[0]?.body).to.deep.equal({ partner: 'acme', providerId: 'b' });
  });
});
