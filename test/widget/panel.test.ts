import { expect } from '@open-wc/testing';
import type { ConsentStanding, JourneyView } from '../../widget/src/contract.ts';
import { AttoConnectError } from '../../widget/src/errors.ts';
import { type Facts, panelOf } from '../../widget/src/panel.ts';
import { english, speaker } from '../../widget/src/strings.ts';
import { connected, view } from './fake-bff.ts';

const say = speaker({});
const facts = (change: Partial<Facts>): Facts => ({
  phase: 'ready',
  view: null,
  error: null,
  note: null,
  standing: null,
  ...change,
});
const failed = (code: string, action: 'retry' | 'choose-another-bank' | 'contact', change: Partial<JourneyView> = {}) =>
  panelOf(facts({ phase: 'failed', view: view(change), error: new AttoConnectError(code, { action }) }), false, say);

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

  it('is not to connect a bank that is connected', () => {
    const panel = failed('data_unavailable', 'contact', connected);
    expect([panel.primary, panel.quiet]).to.deep.equal([undefined, []]);
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
      expect(panelOf(facts({ phase: 'waiting', view: now }), false, say).stepsDone).to.equal(waiting);
      expect(panelOf(facts({ phase: 'done', view: now }), false, say).stepsDone).to.equal(done);
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

  it('says how many days are left', () => {
    const panel = panelOf(facts({ phase: 'renew-soon', standing: standing({}) }), true, say);
    expect(panel.texts.join()).to.contain('12');
    expect(panel.primary).to.equal('renew');
  });

  it('says that it has ended', () => {
    const panel = panelOf(facts({ phase: 'expired', standing: standing({ renew: 'now' }) }), true, say);
    expect(panel.title).to.equal(english['ended.title']);
    expect(panel.primary).to.equal('renew');
  });

  it('is connected as long as it lasts', () => {
    const panel = panelOf(facts({ phase: 'done', standing: standing({ renew: 'none' }) }), true, say);
    expect(panel.texts).to.deep.equal(['Stand-in Bank is connected.']);
  });
});

describe('texts', () => {
  it('are replaced one by one', () => {
    const panel = panelOf(facts({}), false, speaker({ 'ready.title': 'Verbind uw bank' }));
    expect(panel.title).to.equal('Verbind uw bank');
    expect(panel.texts).to.deep.equal([english['ready.text']]);
  });

  it('take a value as it is, whatever it looks like', () => {
    const bank = '<b>{days}</b> & $& Sons';
    const consent = { ...connected.consent, providerName: bank } as JourneyView['consent'];
    const panel = panelOf(
      facts({ phase: 'done', view: view({ ...connected, ...(consent && { consent }) }) }),
      false,
      say,
    );
    expect(panel.texts[0]).to.contain(bank);
  });
});
