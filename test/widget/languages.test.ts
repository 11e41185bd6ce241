import { expect } from '@open-wc/testing';
import { AttoConnect } from '../../widget/src/atto-connect.ts';
import type { Language } from '../../widget/src/language.ts';
import { arabic } from '../../widget/src/languages/ar.ts';
import { german } from '../../widget/src/languages/de.ts';
import { polish } from '../../widget/src/languages/pl.ts';
import { english } from '../../widget/src/strings.ts';
import { FakeBff, json } from './fake-bff.ts';
import { leaveNothing, mount, type StayingConnect, shownText, until } from './mount.ts';

describe('the language', () => {
  const { languages } = AttoConnect;
  const { lang } = document.documentElement;
  let bff: FakeBff;
  beforeEach(() => {
    bff = new FakeBff();
    languages.set('de', german).set('pl', polish).set('ar', arabic);
    browserPrefers('en-GB');
  });
  afterEach(() => {
    leaveNothing(bff);
    for (const name of ['de', 'pl', 'ar']) languages.delete(name);
    document.documentElement.lang = lang;
    Reflect.deleteProperty(navigator, 'languages');
  });

  const titles: Record<string, string> = {
    en: english['ready.title'],
    de: german['ready.title'],
    pl: polish['ready.title'],
    ar: arabic['ready.title'],
  };
  const cases: [says: string, page: { locale?: string; document: string; browser: string }, spoken: string][] = [
    ['what the page wants', { locale: 'de', document: 'pl', browser: 'ar' }, 'de'],
    ['as it is there, whatever the region', { locale: 'de-AT', document: 'pl', browser: 'ar' }, 'de-AT'],
    ['else what the document is in', { document: 'pl', browser: 'ar' }, 'pl'],
    ['as it is there too, whatever the region', { document: 'de-CH', browser: 'ar' }, 'de-CH'],
    ['else what the browser prefers', { document: '', browser: 'ar' }, 'ar'],
    ['else English', { document: '', browser: 'fi' }, 'en'],
    ['the next one for a language that is not there', { locale: 'fi', document: 'pl', browser: 'ar' }, 'pl'],
    ['the next one for what is no language', { locale: 'de_DE', document: 'pl', browser: 'ar' }, 'pl'],
    ['the next one for a name of the engine', { locale: 'constructor', document: 'pl', browser: 'ar' }, 'pl'],
  ];
  for (const [says, { locale, document: of, browser }, spoken] of cases) {
    it(`is ${says}`, async () => {
      document.documentElement.lang = of;
      browserPrefers(browser);
      const { element } = mount(locale ? { locale } : {});
      await element.updateComplete;
      expect(shownText(element)).to.contain(titles[spoken.slice(0, 2)]);
      expect(panelOf(element).lang).to.equal(spoken);
    });
  }

  it('is that of the nearest element that has one, through shadow roots too', async () => {
    document.documentElement.lang = 'pl';
    const host = document.createElement('div');
    host.lang = 'de-CH';
    document.body.append(host);
    const { element } = mount();
    host.attachShadow({ mode: 'open' }).append(element);
    element.requestUpdate();
    await element.updateComplete;
    expect(shownText(element)).to.contain(german['ready.title']);
    host.remove();
  });

  it('cannot be taken from us by the names of form fields around', async () => {
    document.documentElement.lang = 'de';
    const form = document.createElement('form');
    form.innerHTML = '<input name="lang"><input name="parentNode"><input name="matches"><input name="getRootNode">';
    document.body.append(form);
    const { element } = mount();
    form.append(element);
    element.requestUpdate();
    await element.updateComplete;
    expect(shownText(element)).to.contain(german['ready.title']);
    form.remove();
  });

  it('changes when the page says so', async () => {
    const { element } = mount();
    await element.updateComplete;
    element.locale = 'pl';
    await element.updateComplete;
    expect(shownText(element)).to.contain(polish['ready.title']);
  });

  it('changes with the document’s, once the page has it drawn again', async () => {
    document.documentElement.lang = 'pl';
    const { element } = mount();
    await element.updateComplete;
    document.documentElement.lang = 'de';
    element.requestUpdate();
    await element.updateComplete;
    expect(shownText(element)).to.contain(german['ready.title']);
  });

  it('has its own direction, unless the element has one', async () => {
    const { element } = mount({ locale: 'ar' });
    await element.updateComplete;
    expect(getComputedStyle(panelOf(element)).direction).to.equal('rtl');
    element.dir = 'ltr';
    await element.updateComplete;
    expect(getComputedStyle(panelOf(element)).direction).to.equal('ltr');
  });

  it('gives way to what the page says better', async () => {
    const { element } = mount({ locale: 'de', strings: { 'ready.title': 'Konto verknüpfen' } });
    await element.updateComplete;
    expect(shownText(element)).to.equal(`Konto verknüpfen ${german['ready.text']}`);
  });

  it('counts and dates as its people do', async () => {
    const said = await Promise.all([1, 5].map((daysLeft) => ending(bff, daysLeft, 'pl')));
    expect(said[0]).to.contain('Wygaśnie za 1 dzień, 1 lutego 2027.');
    expect(said[1]).to.contain('Wygaśnie za 5 dni, 1 lutego 2027.');
  });

  it('dates as they do where the document is from', async () => {
    document.documentElement.lang = 'en-GB';
    expect(await ending(bff, 5)).to.contain('in 5 days, on 1 February 2027.');
    document.documentElement.lang = 'en-US';
    expect(await ending(bff, 5)).to.contain('in 5 days, on February 1, 2027.');
  });

  describe('that has to be fetched', () => {
    it('is fetched once for all, and nothing is said before', async () => {
      let asked = 0;
      let arrive: (texts: typeof german) => void = () => {};
      const texts = new Promise<typeof german>((resolve) => {
        arrive = resolve;
      });
      languages.set('de', () => {
        asked++;
        return texts;
      });
      const elements = [mount({ locale: 'de' }).element, mount({ locale: 'de' }).element];
      await Promise.all(elements.map(({ updateComplete }) => updateComplete));
      expect(elements.map(shownText)).to.deep.equal(['', '']);
      arrive(german);
      await until(() => elements.every((element) => shownText(element).startsWith(german['ready.title'])));
      expect(asked).to.equal(1);
    });

    it('leaves what is shown until it has come', async () => {
      let arrive: (texts: typeof german) => void = () => {};
      languages.set('de', () => new Promise((resolve) => (arrive = resolve)));
      const { element } = mount({ locale: 'en' });
      await element.updateComplete;
      element.shadowRoot?.querySelector('button')?.focus();
      element.locale = 'de';
      await element.updateComplete;
      expect(shownText(element)).to.contain(english['ready.title']);
      arrive(german);
      await until(() => shownText(element).includes(german['ready.title']));
      expect(element.shadowRoot?.activeElement).not.to.equal(null);
    });

    it('is not waited for by what the widget does', async () => {
      languages.set('de', () => new Promise(() => {}));
      bff.on('POST /v1/journeys', 'hold');
      const { element } = mount({ locale: 'de' });
      void element.start();
      expect(element.phase).to.equal('starting');
    });

    const failures: [string, Language][] = [
      ['cannot be had', () => Promise.reject(new TypeError('Failed to fetch'))],
      ['was tampered with', async () => JSON.parse('<html>')],
    ];
    for (const [what, language] of failures) {
      it(`is the next one where it ${what}`, async () => {
        languages.set('de', language);
        document.documentElement.lang = 'pl';
        const { element } = mount({ locale: 'de' });
        await until(() => shownText(element).startsWith(polish['ready.title']));
        expect(panelOf(element).lang).to.equal('pl');
      });
    }
  });
});

function browserPrefers(...tags: string[]): void {
  Object.defineProperty(navigator, 'languages', { value: tags, configurable: true });
}

function panelOf(element: StayingConnect): HTMLElement {
  return element.shadowRoot?.querySelector('[part=panel]') as HTMLElement;
}

async function ending(bff: FakeBff, daysLeft: number, locale = ''): Promise<string> {
  const consentId = `c${daysLeft}`;
  const standing = { status: 'Active', providerName: null, end: '2027-02-01T12:00:00Z', daysLeft, renew: 'soon' };
  bff.on(`GET /v1/consents/${consentId}`, json(standing));
  const { element } = mount({ locale, consentId, customerToken: 'tok' });
  await until(() => element.phase === 'renew-soon');
  await element.updateComplete;
  return shownText(element);
}
