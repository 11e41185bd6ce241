import { expect } from '@open-wc/testing';
import type { ConsentStanding, JourneyView } from '../../widget/src/contract.ts';
import { AttoConnectError } from '../../widget/src/errors.ts';
import { type Facts, panelOf, valuesOf } from '../../widget/src/panel.ts';
import { english, speaker, type Texts } from '../../widget/src/strings.ts';
import { connected, view } from './fake-bff.ts';

const facts = (change: Partial<Facts>): Facts => ({
  phase: 'ready',
  view: null,
  error: null,
  note: null,
  standing: null,
  ...change,
});
const panel = (change: Partial<Facts>, texts: Texts = {}, isKnown = true) => {
  const now = facts(change);
  return panelOf(now, isKnown, speaker(valuesOf(now, new Intl.Locale('en-GB')), texts));
};
const failed = (code: string, action: 'retry' | 'choose-another-bank' | 'contact', change: Partial<JourneyView> = {}) =>
  panel({ phase: 'failed', view: view(change), error: new AttoConnectError(code, { action }) });

describe('the sentence that says why', () => {
  const codes = [
    'access_denied',
    'provider_permanent_error',
    'provider_unsupported_feature',
    'unexpected_error',
    'consent_failed',
    'consent_abandoned',
    'consent_revoked',
    'consent_expired',
    'too_many_claims',
    'data_unavailable',
    'storage',
    'network',
  ];
  it('is another one for each code', () => {
    const sentences = codes.map((code) => failed(code, 'retry').texts[0]);
    expect(new Set(sentences).size).to.equal(codes.length);
  });

  for (const unknown of ['brand_new_code', 'constructor', '__proto__', '<img src=x onerror=alert(1)>']) {
    it(`is a plain one for "${unknown}"`, () => {
      expect(failed(unknown, 'contact').texts[0]).to.equal(english['error.unexpected_error']);
    });
  }
});

describe('the next step', () => {
  it('is to try again, to choose another bank, or to ask for help', () => {
    expect(failed('access_denied', 'retry').primary).to.equal('retry');
    expect(failed('provider_permanent_error', 'choose-another-bank').primary).to.equal('another');
    const contact = failed('unexpected_error', 'contact');
    expect([contact.primary, contact.quiet]).to.deep.equal(['', ['retry']]);
    expect(contact.texts).to.include(english['note.contact']);
  });

  it('is said once where another thing failed meanwhile, with the cause of that', () => {
    const note = new AttoConnectError('unavailable', { status: 503 });
    const { texts } = panel({ phase: 'failed', error: new AttoConnectError('network'), note });
    expect(texts).to.deep.equal([english['error.5'], english['note.retry']]);
  });

  it('is said with the cause where something could not be done', () => {
    const { texts } = panel({ phase: 'done', view: view(connected), note: new AttoConnectError('network') });
    expect(texts.slice(-2)).to.deep.equal([english['error.network'], english['note.retry']]);
  });

  it('is not to connect a bank that is connected, though it may be disconnected', () => {
    const { primary, quiet } = failed('data_unavailable', 'contact', connected);
    expect([primary, quiet]).to.deep.equal(['', ['leave']]);
  });
});

describe('waiting for Atto to decide', () => {
  it('can be given up once there is a journey to cancel', () => {
    const { primary, quiet } = panel({ phase: 'checking', view: view({ status: 'returned' }) });
    expect([primary, quiet]).to.deep.equal(['', ['cancel']]);
    expect(panel({ phase: 'checking' }).quiet).to.deep.equal([]);
  });
});

describe('the progress of the data', () => {
  const steps: [string | null, waiting: number, done: number][] = [
    [null, 1, 0],
    ['Partial', 2, 2],
    ['Complete', 3, 3],
    ['Processed', 4, 4],
    ['Sparkling', 1, 0],
  ];
  for (const [dataAvailability, waiting, done] of steps) {
    it(`is ${waiting} of 4 while it is waited for, and ${done || 'not shown'} once done, at ${dataAvailability}`, () => {
      const now = view({ ...connected, dataAvailability });
      expect(panel({ phase: 'waiting', view: now }).stepsDone).to.equal(waiting);
      expect(panel({ phase: 'done', view: now }).stepsDone).to.equal(done);
    });
  }
});

describe('a consent that exists already', () => {
  const standing = (change: Partial<ConsentStanding>): ConsentStanding => ({
    status: 'Active',
    providerName: 'Stand-in Bank',
    end: '2027-02-01T00:00:00Z',
    daysLeft: 12,
    renew: 'soon',
    ...change,
  });

  const soon = (daysLeft: number, texts: Texts = {}) =>
    panel({ phase: 'renew-soon', standing: standing({ daysLeft }) }, texts);

  it('says when it ends, in so many days', () => {
    expect(soon(12).texts).to.deep.equal(['It ends in 12 days, on 1 February 2027.']);
    expect(soon(12).primary).to.equal('renew');
  });

  // Not "tomorrow", which would be wrong of an end this evening: the date is said beside it.
  it('says so as people do, whatever the number', () => {
    const forms = [0, 1, 2].map((days) => soon(days, { 'renew-soon.text': '{when}' }).texts[0]);
    expect(forms).to.deep.equal(['in 0 days', 'in 1 day', 'in 2 days']);
  });

  it('is not said to end where nobody knows when', () => {
    const { texts } = panel({ phase: 'renew-soon', standing: standing({ end: null, daysLeft: null }) });
    expect(texts).to.deep.equal([]);
  });

  it('says that it has ended', () => {
    const { title, primary } = panel({ phase: 'expired', standing: standing({ renew: 'now' }) });
    expect(title).to.equal(english['ended.title']);
    expect(primary).to.equal('renew');
  });

  it('is connected as long as it lasts', () => {
    const { texts } = panel({ phase: 'done', standing: standing({ renew: 'none' }) });
    expect(texts).to.deep.equal(['Stand-in Bank is connected.', 'You share your data until 1 February 2027.']);
  });

  it('is ended only after a second question', () => {
    const now = { phase: 'done', standing: standing({ renew: 'none' }) } as const;
    expect(panel({ ...now, note: 'leaving' }).title).to.equal(english['leaving.title']);
    expect(panel(now).title).to.equal(english['done.title']);
  });
});

describe('texts', () => {
  it('are replaced one by one', () => {
    const { title, texts } = panel({}, { 'ready.title': 'Verbind uw bank' });
    expect(title).to.equal('Verbind uw bank');
    expect(texts).to.deep.equal([english['ready.text']]);
  });

  it('are those of the language where the page says nothing, and English where that says nothing either', () => {
    const said = { 'ready.title': undefined, 'ready.text': '' } as object as Texts;
    const say = speaker({}, said, { 'ready.title': 'Verbind uw bank' });
    expect(['ready.title', 'ready.text', 'required'].map(say)).to.deep.equal(['Verbind uw bank', '', english.required]);
  });

  it('take a value as it is, whatever it looks like', () => {
    const bank = '<b>{date}</b> & $& Sons';
    const consent = { ...connected.consent, providerName: bank } as NonNullable<JourneyView['consent']>;
    expect(panel({ phase: 'done', view: view({ ...connected, consent }) }).texts[0]).to.contain(bank);
  });
});
