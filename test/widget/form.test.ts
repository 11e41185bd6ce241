import { expect } from '@open-wc/testing';
import { keepJourney, newPending } from '../../widget/src/journey/pending-journey.ts';
import type { Phase } from '../../widget/src/journey/phase.ts';
import { english } from '../../widget/src/strings.ts';
import { BFF, connected, FakeBff, json, started, status, view } from './fake-bff.ts';
import { button, buttons, leaveNothing, mount, type StayingConnect, until } from './mount.ts';

/** How a consent stands that is good, and may be renewed. */
const standing = { status: 'Active', providerName: 'Stand-in Bank', end: null, daysLeft: 9, renew: 'soon' };

describe('the field of a form', () => {
  let bff: FakeBff;
  let form: HTMLFormElement;
  let fieldset: HTMLFieldSetElement;
  beforeEach(() => {
    bff = new FakeBff();
    form = document.createElement('form');
    fieldset = document.createElement('fieldset');
    form.append(fieldset);
    document.body.append(form);
  });
  afterEach(() => {
    leaveNothing(bff);
    form.remove();
  });

  it('knows its form, and is empty and valid where no bank is required', async () => {
    const element = await inForm();
    expect(element.form).to.equal(form);
    expect(element.value).to.equal(null);
    expect(new FormData(form).has('bank')).to.equal(false);
    expect(element.checkValidity()).to.equal(true);
  });

  it('is of the form that a framework names by the property, as React 19 does', async () => {
    const elsewhere = document.createElement('form');
    elsewhere.id = 'loan';
    document.body.append(elsewhere);
    const element = await inForm();
    element.form = 'loan';
    expect(element.form).to.equal(elsewhere);
    elsewhere.remove();
  });

  it('is missing as long as a bank is required and none is connected', async () => {
    const element = await inForm({ required: true });
    expect(form.checkValidity()).to.equal(false);
    expect(element.validity.valueMissing).to.equal(true);
    expect(element.validationMessage).to.equal(english.required);
    expect(element.reportValidity()).to.equal(false);
  });

  it('says what is missing in the words of the page', async () => {
    const element = await inForm({ required: true, strings: { required: 'No bank, no loan.' } });
    expect(element.validationMessage).to.equal('No bank, no loan.');
  });

  it('carries the receipt once connected', async () => {
    const element = await inForm({ required: true }, 'done');
    expect(new FormData(form).get('bank')).to.equal('a.b.c');
    expect(element.value).to.equal('a.b.c');
    expect(form.checkValidity()).to.equal(true);
  });

  it('carries it already when the page is told', async () => {
    const element = await inForm({ required: true });
    const carried: unknown[] = [];
    element.addEventListener('atto-complete', () => carried.push(form.checkValidity(), new FormData(form).get('bank')));
    bff.on('GET /v1/journeys/j1', status(view(connected)), 'hold');
    void element.resume({ journeyId: 'j1', journeyToken: 't' });
    await until(() => carried.length);
    expect(carried).to.deep.equal([true, 'a.b.c']);
  });

  for (const what of ['attribute', 'property', 'fieldset'] as const) {
    it(`takes no part while disabled: by ${what}`, async () => {
      const element = await inForm({ required: true }, 'done');
      const disable = (isDisabled: boolean) => {
        if (what === 'attribute') element.toggleAttribute('disabled', isDisabled);
        else (what === 'property' ? element : fieldset).disabled = isDisabled;
        return element.updateComplete;
      };
      await disable(true);
      expect(new FormData(form).has('bank')).to.equal(false);
      expect(form.checkValidity()).to.equal(true);
      expect(button(element, english['button.leave']).disabled).to.equal(true);
      await disable(false);
      expect(new FormData(form).get('bank')).to.equal('a.b.c');
    });
  }

  it('stays disabled by itself, whatever a fieldset around does', async () => {
    bff.on('POST /v1/journeys', 'hold');
    const element = await inForm({ disabled: true });
    for (fieldset.disabled of [true, false]) await element.updateComplete;
    expect(element.disabled).to.equal(true);
    expect(button(element, english['button.start']).disabled).to.equal(true);
  });

  it('is enabled by its property where its attribute disabled it', async () => {
    bff.on('POST /v1/journeys', 'hold');
    const element = await inForm();
    element.setAttribute('disabled', '');
    expect(element.disabled).to.equal(true);
    element.disabled = false;
    expect(element.hasAttribute('disabled')).to.equal(false);
    await element.updateComplete;
    button(element, english['button.start']).click();
    expect(element.phase).to.equal('starting');
  });

  it('starts nothing within a fieldset that is disabled, not even by what the page has put into it', async () => {
    const element = await inForm();
    element.innerHTML = '<a>Connect</a>';
    fieldset.disabled = true;
    element.querySelector('a')?.click();
    await element.start();
    expect(element.phase).to.equal('ready');
  });

  it('is not missing where the consent that the page names is good', async () => {
    bff.on('GET /v1/consents/c1', standing);
    const element = await inForm({ required: true, consentId: 'c1', customerToken: 'tok' }, 'renew-soon');
    expect(form.checkValidity()).to.equal(true);
    bff.on('GET /v1/consents/c1', { ...standing, status: 'Expired', renew: 'now' });
    form.reset();
    await until(() => element.phase === 'expired');
    await element.updateComplete;
    expect(form.checkValidity()).to.equal(false);
  });

  for (const [when, isReloaded] of [
    ['in the page that tried it', false],
    ['in a page that comes to know of it later', true],
  ] as const) {
    it(`is not missing where a renewal of a good consent came to nothing, ${when}`, async () => {
      const page = { required: true, consentId: 'c1', customerToken: 'tok' };
      bff.on('GET /v1/consents/c1', standing).on('POST /v1/journeys', json(started(), 201));
      bff.on('GET /v1/journeys/j1', status(view({ kind: 'renew', status: 'cancelled', version: 9 })), 'hold');
      const element = await inForm(page, 'renew-soon');
      await element.leave();
      dispatchEvent(new Event('online'));
      await until(() => element.phase === 'cancelled');
      bff.on('GET /v1/journeys/j1', status(view({ kind: 'renew', status: 'cancelled', version: 9 })), 'hold');
      if (isReloaded) element.remove();
      const shown = isReloaded ? await inForm(page, 'cancelled') : element;
      await until(() => form.checkValidity());
      expect(shown.phase).to.equal('cancelled');
    });
  }

  it('is missing again once the consent that the page names is ended, by its renewal too', async () => {
    bff.on('GET /v1/consents/c1', standing).on('POST /v1/journeys', json(started(), 201));
    bff.on('GET /v1/journeys/j1', status(view({ kind: 'renew', status: 'disconnected', version: 9 })), 'hold');
    const element = await inForm({ required: true, consentId: 'c1', customerToken: 'tok' }, 'renew-soon');
    await element.leave();
    dispatchEvent(new Event('online'));
    await until(() => element.phase === 'disconnected');
    await element.updateComplete;
    expect(form.checkValidity()).to.equal(false);
    expect(element.validity.valueMissing).to.equal(true);
  });

  it('says that it is missing also where the page has no words for it', async () => {
    const element = await inForm({ required: true, strings: { required: '' } });
    expect(element.validity.valueMissing).to.equal(true);
  });

  it('forgets with the form that is reset', async () => {
    const element = await inForm({ required: true }, 'done');
    form.reset();
    await element.updateComplete;
    expect(element.phase).to.equal('ready');
    expect(new FormData(form).has('bank')).to.equal(false);
    expect(form.checkValidity()).to.equal(false);
  });

  it('is not sent by its own buttons', async () => {
    bff.on('POST /v1/journeys', 'hold');
    const sendings = countSendings();
    const element = await inForm();
    button(element, english['button.start']).click();
    expect([element.phase, sendings()]).to.deep.equal(['starting', 0]);
  });

  it('takes the focus to what it says, before its first button: a press of the space bar there starts nothing', async () => {
    const element = await inForm();
    element.focus();
    expect(element.shadowRoot?.activeElement?.role).to.equal('status');
  });

  for (const [what, html] of [
    ['the button is ours', ''],
    ['the button is the page’s', '<button type="button">Connect</button>'],
  ] as const) {
    it(`leads to what is missing where ${what}`, async () => {
      const element = await inForm({ required: true });
      element.innerHTML = html;
      await until(() => buttons(element).length === (html ? 0 : 1));
      expect(form.reportValidity()).to.equal(false);
      expect(document.activeElement).to.equal(element);
    });
  }

  it('leads to what is missing while it is being checked', async () => {
    keepJourney(newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme'));
    bff.on('GET /v1/journeys/j1', 'hold');
    const element = await inForm({ required: true }, 'checking');
    expect(form.reportValidity()).to.equal(false);
    expect(document.activeElement).to.equal(element);
  });

  it('is not sent by a button that the page has put into it', async () => {
    bff.on('POST /v1/journeys', 'hold');
    const sendings = countSendings();
    const element = await inForm();
    element.innerHTML = '<button>Connect</button>';
    element.querySelector('button')?.click();
    expect([element.phase, sendings()]).to.deep.equal(['starting', 0]);
  });

  /** Counts how often the form would be sent from now on. */
  function countSendings(): () => number {
    let sent = 0;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      sent++;
    });
    return () => sent;
  }

  async function inForm(change: Partial<StayingConnect> = {}, phase: Phase = 'ready'): Promise<StayingConnect> {
    if (phase === 'done') {
      keepJourney(newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme'));
      bff.on('GET /v1/journeys/j1', status(view({ ...connected, dataAvailability: 'Processed' })), 'hold');
    }
    const { element } = mount({ name: 'bank', ...change });
    fieldset.append(element);
    await until(() => element.phase === phase);
    await element.updateComplete;
    return element;
  }
});
