import { expect } from '@open-wc/testing';
import type { ConsentStanding, JourneyView } from '../../widget/src/contract.ts';
import { keepJourney, newPending } from '../../widget/src/journey/pending-journey.ts';
import type { Phase } from '../../widget/src/journey/phase.ts';
import { BFF, connected, FakeBff, json, status, view } from './fake-bff.ts';
import { button, buttons, leaveNothing, mount, type StayingConnect, shownText, until } from './mount.ts';

const hostile = '<img src=x onerror="window.__pwned=1">';

/** Every phase, and how a page comes to see it. */
const scenes: [name: string, phase: Phase, scene: (bff: FakeBff) => Partial<StayingConnect>][] = [
  ['ready', 'ready', () => ({})],
  ['away', 'away', (bff) => pending(bff, {})],
  ['checking', 'checking', (bff) => pending(bff, { status: 'returned' })],
  [
    'waiting',
    'waiting',
    (bff) => ({ ...pending(bff, { ...connected, dataAvailability: 'Partial' }), waitFor: 'data' }),
  ],
  ['done', 'done', (bff) => pending(bff, { ...connected, dataAvailability: 'Processed' })],
  ['failed', 'failed', (bff) => pending(bff, { status: 'failed', error: error('access_denied', 'retry') })],
  ['failed, contact', 'failed', (bff) => pending(bff, { status: 'failed', error: error(hostile, 'contact') })],
  ['cancelled', 'cancelled', (bff) => pending(bff, { status: 'cancelled' })],
  ['expired', 'expired', (bff) => pending(bff, { status: 'expired' })],
  ['disowned', 'disowned', (bff) => pending(bff, { status: 'disowned' })],
  ['disconnected', 'disconnected', (bff) => pending(bff, { status: 'disconnected' })],
  ['elsewhere', 'elsewhere', () => elsewhere()],
  ['renew-soon', 'renew-soon', (bff) => consent(bff, { renew: 'soon', daysLeft: 9 })],
  ['a consent that ended', 'expired', (bff) => consent(bff, { renew: 'now', status: 'Expired', daysLeft: 0 })],
  ['a consent that lasts', 'done', (bff) => consent(bff, { renew: 'none', daysLeft: 80 })],
];

describe('the look of each phase', () => {
  let bff: FakeBff;
  beforeEach(() => {
    bff = new FakeBff();
  });
  afterEach(() => leaveNothing(bff));

  for (const [name, phase, scene] of scenes) {
    for (const scheme of ['light', 'dark']) {
      it(`is accessible: ${name}, ${scheme}`, async () => {
        const { element } = mount(scene(bff));
        element.style.colorScheme = scheme;
        await until(() => element.phase === phase);
        await element.updateComplete;
        await expect(element).to.be.accessible();
        expect(element.matches(`:state(${phase})`), 'custom state').to.equal(true);
        expect(element.shadowRoot?.querySelectorAll('[role=status]')).to.have.length(1);
        expect(shownText(element)).not.to.equal('');
        for (const one of buttons(element)) expect(one.offsetHeight).to.be.at.least(24);
      });
    }
  }

  it('fits into 320 px, also with words that are too long', async () => {
    const { element } = mount({ ...pending(bff, { status: 'failed', error: error('x'.repeat(9), 'contact') }) });
    element.style.inlineSize = '320px';
    element.strings = { 'failed.title': 'Donaudampfschifffahrtsgesellschaft'.repeat(3) };
    await until(() => element.phase === 'failed');
    await element.updateComplete;
    expect(element.scrollWidth).to.be.at.most(320);
  });

  it('mirrors itself for scripts that run from right to left', async () => {
    const { element } = mount();
    await element.updateComplete;
    const sign = () => element.shadowRoot?.querySelector('svg')?.getBoundingClientRect().left ?? 0;
    const left = sign();
    element.dir = 'rtl';
    await element.updateComplete;
    expect(sign()).to.be.above(left);
  });

  it('never takes text for HTML', async () => {
    const consentOf = { ...connected.consent, providerName: hostile } as NonNullable<JourneyView['consent']>;
    const { element } = mount(pending(bff, { ...connected, consent: consentOf, dataAvailability: 'Processed' }));
    element.strings = { 'done.title': hostile };
    await until(() => element.phase === 'done');
    await element.updateComplete;
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
    expect(shownText(element)).to.contain(hostile);
    expect(Reflect.has(window, '__pwned')).to.equal(false);
  });

  it('never shows what came back as an error description, and shows the reference for support', async () => {
    const { element } = mount(pending(bff, { status: 'failed', error: error('secret_reason', 'contact') }));
    await until(() => element.phase === 'failed');
    await element.updateComplete;
    expect(element.shadowRoot?.textContent).not.to.contain('secret_reason');
    expect(element.shadowRoot?.querySelector('code')?.textContent).to.equal('ref-1');
  });

  it('has no inline style, which a strict policy would refuse', async () => {
    const { element } = mount();
    await element.updateComplete;
    expect(element.shadowRoot?.querySelector('[style], style')).to.equal(null);
  });

  it('keeps the focus when the button that was pressed goes', async () => {
    bff.on('POST /v1/journeys/j1/cancel', status(view({ status: 'cancelled', version: 8 })));
    const { element } = mount(pending(bff, {}));
    await until(() => element.phase === 'away');
    await element.updateComplete;
    button(element, 'Cancel').focus();
    button(element, 'Cancel').click();
    await until(() => element.phase === 'cancelled');
    await element.updateComplete;
    expect(element.shadowRoot?.activeElement).not.to.equal(null);
  });

  it('starts from whatever the page puts in the place of the button', async () => {
    bff.on('POST /v1/journeys', 'hold');
    const { element } = mount();
    element.innerHTML = '<button type="button">Let us begin</button><p slot="starting">Our own words</p>';
    await element.updateComplete;
    element.querySelector('button')?.click();
    expect(element.phase).to.equal('starting');
    await element.updateComplete;
    expect(element.querySelector('p')?.assignedSlot?.name).to.equal('starting');
  });

  it('gives the receipt to the form that it is in', async () => {
    const form = document.createElement('form');
    const { element } = mount({ ...pending(bff, { ...connected, dataAvailability: 'Processed' }), name: 'bank' });
    form.append(element);
    document.body.append(form);
    await until(() => element.phase === 'done');
    await element.updateComplete;
    expect(new FormData(form).get('bank')).to.equal('a.b.c');
    element.remove();
    form.remove();
  });
});

function pending(bff: FakeBff, change: Partial<JourneyView>): Partial<StayingConnect> {
  keepJourney(newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme'));
  bff.on('GET /v1/journeys/j1', status(view({ version: 2, ...change })), 'hold');
  return {};
}

function elsewhere(): Partial<StayingConnect> {
  history.replaceState(null, '', '#atto_return=h1');
  return { customerToken: 'tok' };
}

function consent(bff: FakeBff, change: Partial<ConsentStanding>): Partial<StayingConnect> {
  const lasting = { status: 'Active', providerName: 'Stand-in Bank', end: '2027-02-01T00:00:00Z' };
  bff.on('GET /v1/consents/c1', json({ ...lasting, ...change }));
  return { consentId: 'c1', customerToken: 'tok' };
}

function error(code: string, action: 'retry' | 'contact') {
  return { code, category: 'unexpected', retryable: action === 'retry', action, reference: 'ref-1' } as const;
}
