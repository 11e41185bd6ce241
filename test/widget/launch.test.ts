import { expect } from '@open-wc/testing';
import type { AttoErrorEvent } from '../../widget/src/events.ts';
import { pendingJourneys } from '../../widget/src/journey/pending-journey.ts';
import { BFF, connected, FakeBff, json, problem, started, status, view } from './fake-bff.ts';
import { button, buttons, endings, leaveNothing, mount, StayingConnect, shownText, until } from './mount.ts';

describe('starting', () => {
  let bff: FakeBff;
  beforeEach(() => {
    bff = new FakeBff().on('POST /v1/journeys', json(started(), 201)).on('GET /v1/journeys/j1', status(view()));
  });
  afterEach(() => leaveNothing(bff));

  it('asks for a journey, remembers it and leaves', async () => {
    const { element, heard } = mount({ configId: 'cfg', bankCode: '09', countryCode: 'GB', locale: 'en-GB' });
    await element.updateComplete;
    button(element, 'Connect your bank').click();
    await until(() => element.left.length);
    expect(element.left).to.deep.equal([`${BFF}/v1/go/j1`]);
    expect(element.phase).to.equal('starting');
    expect(heard.map(({ type }) => type)).to.deep.equal(['atto-launch']);
    const [request] = bff.requests('POST /v1/journeys');
    expect(request?.body).to.deep.equal({
      partner: 'acme',
      configId: 'cfg',
      bankCode: '09',
      countryCode: 'GB',
      locale: 'en-GB',
    });
    expect(request?.headers.get('content-type')).to.equal('application/json');
    expect(request?.headers.has('authorization')).to.equal(false);
    const [pending] = pendingJourneys();
    expect(pending).to.include({
      journeyId: 'j1',
      journeyToken: 'token-j1',
      reference: 'ref-j1',
      launches: 1,
      told: 0,
    });
  });

  for (const customerToken of ['tok', () => 'tok', async () => 'tok']) {
    it(`sends the customer token of a ${typeof customerToken === 'string' ? 'text' : `function ${customerToken}`}`, async () => {
      const { element } = mount({ customerToken });
      await element.leave();
      expect(bff.requests('POST /v1/journeys')[0]?.headers.get('authorization')).to.equal('Bearer tok');
    });
  }

  for (const what of ['start', 'resume'] as const) {
    it(`can be told to ${what} in the moment in which it is defined`, async () => {
      bff.on('GET /v1/journeys/j1', status(view(connected)), 'hold');
      const name = `late-to-${what}`;
      const element = document.createElement(name) as StayingConnect;
      Object.assign(element, { bff: BFF, partner: 'acme' });
      document.body.append(element);
      customElements.define(name, class extends StayingConnect {});
      if (what === 'start') void element.start();
      else void element.resume({ journeyId: 'j1', journeyToken: 't' });
      await until(() => (what === 'start' ? element.left.length : element.phase === 'done'));
      element.reset();
      element.remove();
    });
  }

  it('is not followed by where a link leads that the page has put into it', async () => {
    const { element } = mount();
    element.innerHTML = '<a href="#elsewhere">Connect</a>';
    await element.updateComplete;
    element.querySelector('a')?.click();
    await until(() => element.left.length);
    expect(location.hash).to.equal('');
  });

  it('starts once, however often the button is pressed', async () => {
    const { element, heard } = mount();
    await element.updateComplete;
    const pressed = button(element, 'Connect your bank');
    for (let press = 0; press < 20; press++) pressed.click();
    await until(() => element.left.length);
    expect(bff.requests('POST /v1/journeys')).to.have.length(1);
    expect(heard).to.have.length(1);
  });

  it('stays when the page prevents the launch, and leaves when the page says so later', async () => {
    const { element, heard } = mount();
    element.addEventListener('atto-launch', (event) => event.preventDefault(), { once: true });
    await element.start();
    expect(element.phase).to.equal('ready');
    expect(bff.seen).to.have.length(0);
    await element.leave();
    expect(endings(heard)).to.deep.equal([]);
  });

  it('is stopped by a listener that cancels it', async () => {
    const { element, heard } = mount();
    element.addEventListener('atto-launch', () => void element.cancel());
    await element.start();
    expect([element.phase, element.left]).to.deep.equal(['cancelled', []]);
    expect(heard.map(({ type }) => type)).to.deep.equal(['atto-launch', 'atto-cancel']);
    expect(bff.seen).to.deep.equal([]);
  });

  it('does not follow a listener that starts again', async () => {
    const { element } = mount();
    element.addEventListener('atto-launch', () => void element.start());
    await element.leave();
    expect(bff.requests('POST /v1/journeys')).to.have.length(1);
  });

  it('does nothing while it is disabled', async () => {
    const { element, heard } = mount({ disabled: true });
    await element.start();
    expect(heard).to.have.length(0);
    expect(buttons(element).every(({ disabled }) => disabled)).to.equal(true);
  });

  it('puts up with a page that sets the attributes after it inserted the element', async () => {
    const { element } = mount({ bff: '', partner: '' });
    await element.updateComplete;
    element.setAttribute('bff', `${BFF}/`);
    element.setAttribute('partner', 'acme');
    await element.updateComplete;
    await element.leave();
    expect(element.left).to.have.length(1);
  });

  const refusals: [what: string, reply: Response | 'break', code: string, text: RegExp][] = [
    ['a token that is no good', problem(401, 'invalid_token'), 'invalid_token', /session has ended/],
    ['a foreign origin', problem(403, 'origin_not_allowed'), 'origin_not_allowed', /not set up.*contact us/],
    ['a field that is wrong', problem(400, 'invalid_request'), 'invalid_request', /not set up/],
    ['too many attempts', problem(429, 'too_many_requests'), 'too_many_requests', /too many attempts/],
    ['a bff in trouble', problem(503, 'unavailable'), 'unavailable', /not available/],
    ['no network', 'break', 'network', /cannot be reached/],
    ['a proxy with words of its own', json({ message: 'bad gateway' }, 502), 'invalid_answer', /not available/],
    ['something that is no bff', new Response('<h1>Hotel Wi-Fi</h1>'), 'invalid_answer', /went wrong/],
    [
      'an address that is none',
      json({ ...started(), launchUrl: 'javascript:alert(1)' }, 201),
      'unsafe_launch_url',
      /wrong/,
    ],
  ];
  for (const [what, reply, code, text] of refusals) {
    it(`tells of ${what}, once, and lets the customer try again`, async () => {
      bff.on('POST /v1/journeys', reply, json(started(), 201));
      const { element, heard } = mount();
      await element.start();
      await element.updateComplete;
      expect(element.phase).to.equal('failed');
      expect(endings(heard)).to.deep.equal(['atto-error']);
      const { error, journey } = heard.at(-1) as AttoErrorEvent;
      expect(error.code).to.equal(code);
      expect(error.reference).to.be.a('string');
      expect(journey).to.equal(null);
      expect(shownText(element)).to.match(text);
      button(element, 'Try again').click();
      await until(() => element.left.length);
    });
  }

  it('tells of attributes that are missing', async () => {
    const { element, heard } = mount({ partner: '' });
    await element.start();
    expect((heard.at(-1) as AttoErrorEvent).error.code).to.equal('configuration');
  });

  it('tells of a token function that throws', async () => {
    const { element, heard } = mount({ customerToken: () => Promise.reject(new Error('signed out')) });
    await element.start();
    expect((heard.at(-1) as AttoErrorEvent).error.code).to.equal('customer_token');
    expect(bff.requests('POST /v1/journeys'), 'never falls back to guest').to.have.length(0);
  });

  it('tells of a token that is a page: its server knows no such address', async () => {
    const { element, heard } = mount({ customerToken: async () => '<!doctype html>\n<html>\n</html>' });
    await element.start();
    expect((heard.at(-1) as AttoErrorEvent).error.code).to.equal('customer_token');
    expect(bff.requests('POST /v1/journeys'), 'never falls back to guest').to.have.length(0);
  });

  it('tells of a browser that keeps nothing, and stays', async () => {
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = () => {
      throw new DOMException('no', 'SecurityError');
    };
    try {
      const { element, heard } = mount();
      await element.start();
      expect((heard.at(-1) as AttoErrorEvent).error.code).to.equal('storage');
      expect(element.left).to.have.length(0);
    } finally {
      Storage.prototype.setItem = setItem;
    }
  });

  it('can be cancelled before there is a journey', async () => {
    bff.on('POST /v1/journeys', 'hold');
    const { element, heard } = mount();
    void element.start();
    await until(() => bff.seen.length);
    await element.cancel();
    expect(element.phase).to.equal('cancelled');
    expect(endings(heard)).to.deep.equal(['atto-cancel']);
  });
});
