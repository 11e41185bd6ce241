import { expect } from '@open-wc/testing';
import type { JourneyView } from '../../widget/src/contract.ts';
import { keepJourney, newPending } from '../../widget/src/journey/pending-journey.ts';
import { BFF, connected, FakeBff, status, view } from './fake-bff.ts';
import { button, buttons, leaveNothing, mount, type StayingConnect, shownText, until } from './mount.ts';
import { scenes } from './scene-list.ts';
import { enact } from './scenes.ts';

const hostile = '<img src=x onerror="window.__pwned=1">';

describe('the look of each phase', () => {
  let bff: FakeBff;
  beforeEach(() => {
    bff = new FakeBff();
  });
  afterEach(() => leaveNothing(bff));

  for (const scene of scenes) {
    it(`is accessible, light and dark, from left to right and from right to left: ${scene.name}`, async () => {
      const { element, leave } = await enact(scene, bff);
      for (const colorScheme of ['light', 'dark']) {
        for (const dir of ['ltr', 'rtl']) {
          Object.assign(element.style, { colorScheme, background: 'Canvas', color: 'CanvasText' });
          element.dir = dir;
          await element.updateComplete;
          await expect(element).to.be.accessible();
        }
      }
      expect(element.matches(`:state(${scene.phase})`), 'custom state').to.equal(true);
      for (const one of buttons(element)) {
        expect(Math.min(one.offsetHeight, one.offsetWidth), `${one.textContent}`).to.be.at.least(24);
      }
      leave();
    });
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

  it('keeps the focus when a button of the page goes that was pressed', async () => {
    bff.on('POST /v1/journeys', 'hold');
    const { element } = mount();
    element.innerHTML = '<b><button>Mine</button></b>';
    await element.updateComplete;
    element.querySelector('button')?.focus();
    element.querySelector('button')?.click();
    await element.updateComplete;
    expect(element.shadowRoot?.activeElement?.role).to.equal('status');
  });

  it('offers nothing to press while the bank is being opened, and keeps the focus', async () => {
    bff.on('POST /v1/journeys', 'hold');
    const { element } = mount();
    await element.updateComplete;
    button(element, 'Connect your bank').focus();
    button(element, 'Connect your bank').click();
    await element.updateComplete;
    expect(element.phase).to.equal('starting');
    expect(buttons(element)).to.have.length(0);
    expect(element.shadowRoot?.activeElement?.role).to.equal('status');
  });

  for (const [what, html] of [
    ['white space, and more to say', '\n  <!-- nothing -->\n  <p slot="ready">More to say</p>'],
    ['words for browsers without scripts', '<noscript>Please call us.</noscript>'],
    ['a script', '<script type="application/json"></script>'],
    ['a style', '<style type="application/json"></style>'],
    ['a template', '<template></template>'],
  ] as const) {
    it(`shows its own button where the page has put ${what} into it`, async () => {
      const { element } = mount();
      element.innerHTML = html;
      await element.updateComplete;
      expect(buttons(element)).to.have.length(1);
      expect(button(element, 'Connect your bank').offsetWidth).to.be.above(24);
    });
  }

  it('writes the name of a bank as that is written, whatever the language around', async () => {
    const { element } = mount({ dir: 'rtl', banks: [{ name: 'Banca Sella S.p.A.', providerId: 'p1' }] });
    await element.updateComplete;
    const name = element.shadowRoot?.querySelector('bdi');
    expect(name && getComputedStyle(name).direction).to.equal('ltr');
    expect(getComputedStyle(buttons(element)[0] as Element).direction).to.equal('rtl');
  });

  it('takes the colour of the page’s text where it is compact, since it takes its ground', async () => {
    const { element } = mount({ layout: 'compact' });
    element.style.color = 'rgb(1, 2, 3)';
    await element.updateComplete;
    expect(getComputedStyle(element.shadowRoot?.querySelector('[part=panel]') as Element).color).to.equal(
      'rgb(1, 2, 3)',
    );
  });

  it('offers to copy the reference only where that is possible', async () => {
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined });
    const { element } = mount(pending(bff, { status: 'failed', error: error('access_denied', 'retry') }));
    await until(() => element.phase === 'failed');
    await element.updateComplete;
    Reflect.deleteProperty(navigator, 'clipboard');
    expect(buttons(element).map(({ textContent }) => textContent)).to.deep.equal(['Try again']);
    expect(element.shadowRoot?.querySelector('code')?.textContent).to.equal('ref-1');
  });

  it('keeps texts beside their sign and above their buttons on a page that centres everything', async () => {
    const { element } = mount();
    await element.updateComplete;
    const title = element.shadowRoot?.querySelector('[part=title]') as Element;
    document.body.style.textAlign = 'center';
    const { textAlign } = getComputedStyle(title);
    document.body.style.textAlign = '';
    expect(textAlign).to.equal('start');
  });

  it('offers the banks that have a name, whatever else the page has put among them', async () => {
    const bank = { name: 'Stand-in Bank', providerId: 'p1' };
    const { element } = mount({ banks: [null, {}, bank] as (typeof bank)[] });
    await element.updateComplete;
    expect(buttons(element).map(({ textContent }) => textContent)).to.deep.equal([
      'SStand-in Bank',
      'Connect your bank',
    ]);
  });

  it('is compact also where a page sets the property, as React does', async () => {
    const { element } = mount({ layout: 'compact' });
    await element.updateComplete;
    expect(element.shadowRoot?.querySelector('svg')?.getClientRects()).to.have.length(0);
  });

  it('marks the steps that are done, and nothing else', async () => {
    const { element } = mount(pending(bff, { ...connected, dataAvailability: 'Processed' }));
    await until(() => element.phase === 'done');
    await element.updateComplete;
    const before = (selector: string) =>
      getComputedStyle(element.shadowRoot?.querySelector(selector) as Element, '::before').content;
    expect(before('[role=status]')).to.equal('none');
    expect(before('li')).to.contain('●');
  });

  it('tells of one launch for one click, also where the page prevents it', async () => {
    const { element, heard } = mount();
    element.addEventListener('atto-launch', (event) => event.preventDefault());
    await element.updateComplete;
    button(element, 'Connect your bank').click();
    expect(heard.map(({ type }) => type)).to.deep.equal(['atto-launch']);
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
});

function pending(bff: FakeBff, change: Partial<JourneyView>): Partial<StayingConnect> {
  keepJourney(newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme'));
  bff.on('GET /v1/journeys/j1', status(view({ version: 2, ...change })), 'hold');
  return {};
}

function error(code: string, action: 'retry' | 'contact') {
  return { code, category: 'unexpected', retryable: action === 'retry', action, reference: 'ref-1' } as const;
}
