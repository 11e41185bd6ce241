import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { customerToken } from '../../demo/partner/customer-token.ts';
import { widgetScript } from '../../demo/partner/widget-script.ts';
import { startWorld, type World } from '../../demo/world.ts';
import type { Phase } from '../../widget/src/journey/phase.ts';
import { Gate } from '../support/gate.ts';
import { leavesOnly, NOTHING } from '../support/ledger.ts';
import { asModule, type LivingPartner, NONCE, startLivingPartner, WATCHED } from '../support/living-page.ts';
import { readComplaints, readEvents } from '../support/recorder.ts';
import { until } from '../support/until.ts';
import { type DrivenWindow, type Engine, PATIENCE_MS } from './drivers/driver.ts';
import { Person } from './person.ts';
import type { Places } from './places.ts';

const COMPLETE = { type: 'atto-complete', status: 'connected', code: null };
const START = /^\/v1\/journeys$/;
const PRESENTATION = { presentation: 'popup' } as const;

const fromNpm = asModule(`import '/npm/@atto-connect/widget/dist/define.js';`);
const replacing = asModule(`
  document.body.addEventListener('replace', async () => {
    await import('/again/define.js');
    document.body.classList.add('replaced');
  });
`);

/** A page of somebody else's that loads, moves and takes out the widget as it likes; one visit after the other. */
export function leftOverSuite(engine: () => Engine, places: Places): void {
  describe('leave nothing over in a page', { concurrency: 1 }, () => {
    let partner: LivingPartner;
    let bffGate: Gate;
    let world: World;
    /** The two lines of the README. */
    let script: string;
    let element: string;

    before(async () => {
      [partner, bffGate] = await Promise.all([startLivingPartner('partner.localhost'), Gate.open('bff.localhost')]);
      world = await startWorld({
        hostnames: { bank: 'bank.localhost' },
        bff: { PUBLIC_URL: bffGate.url, PARTNER_ORIGINS: partner.url, PARTNER_RETURN_URLS: `main=${partner.url}/` },
        simulator: { dataStepMs: 100 },
      });
      const { partnerId, directUrls, secrets, simulator } = world;
      simulator.configure({ redirectUrl: `${bffGate.url}/v1/return/${partnerId}` });
      bffGate.leadTo(directUrls.bff);
      const bff = { url: bffGate.url, partnerId, signingSecret: secrets.partnerSigningSecret };
      partner.meet({ ...bff, directUrl: directUrls.bff });
      const { src, integrity } = await widgetScript(bff.url, directUrls.bff);
      script = `<script nonce="${NONCE}" src="${src}" integrity="${integrity}" crossorigin="anonymous"></script>`;
      const token = await customerToken('cust-1042', { ...bff, audience: bff.url });
      element = `<atto-connect bff="${bff.url}" partner="${partnerId}" provider-id="1003" customer-token="${token}"></atto-connect>`;
    });
    after(async () => {
      await world?.close();
      await Promise.all([bffGate?.close(), partner?.close()]);
    });

    it('that loads the widget by the script tag, from npm, and by the script tag again', () =>
      visit(script + fromNpm + element + script, async (person, page) => {
        const bank = await person.leave(page);
        await finish(person, bank);
        await isConnectedOnce(person, page);
        await takenOut(page);
      }));

    it('that loads it again in the middle of a journey, as a tool that replaces modules does', () =>
      visit(fromNpm + replacing + element, async (person, page) => {
        const bank = await person.leave(page);
        const isReplaced = () => document.body.classList.contains('replaced');
        await page.evaluate(() => void document.body.dispatchEvent(new Event('replace')), null);
        await until('the modules are replaced', () => page.evaluate(isReplaced, null));
        await finish(person, bank);
        await isConnectedOnce(person, page);
        await takenOut(page);
      }));

    it('that takes it out while the bff is asked to start: the window that was opened goes too', () =>
      visit(script + element, async (person, page) => {
        const hold = bffGate.hold('POST', START, 'question');
        await person.press(page, 'start');
        await hold.reached;
        assert.equal((await person.windows()).length, 2);
        await takenOut(page);
        await until('the window is closed', async () => (await person.windows()).length === 1);
        hold.release();
      }));

    it('that takes it out while the customer is at the bank, who then finishes in that window', () =>
      visit(script + element, async (person, page) => {
        const bank = await person.leave(page);
        await person.connect(bank);
        await takeOut(page);
        await leavesOnly(page, { ...NOTHING, windows: 1 });
        await person.comeBack(bank);
        await shows(person, bank, 'done');
        assert.deepEqual((await readEvents(bank)).endings, [COMPLETE]);
        await takenOut(bank);
      }));

    it('that puts it in elsewhere at once, as if nothing had been', () =>
      visit(script + element, async (person, page) => {
        const hold = bffGate.hold('POST', START, 'question');
        await person.press(page, 'start');
        await hold.reached;
        await moveAbout(page);
        hold.release();
        const bank = await person.arriveAtBank();
        await moveAbout(page);
        await finish(person, bank);
        await isConnectedOnce(person, page);
        await takenOut(page);
      }));

    /** Somebody opens the page; nobody that they meet may have complained, least of all its content security policy. */
    function visit(body: string, story: (person: Person, page: DrivenWindow) => Promise<void>): Promise<void> {
      return places.take(async () => {
        partner.show({ body: WATCHED + body, trustedTypes: 'lit-html' });
        bffGate.passages.length = 0;
        const person = await Person.arrive(engine(), { partner, bankGate: { url: world.urls.bank } }, PRESENTATION);
        try {
          const page = await person.open();
          await story(person, page);
          assert.deepEqual(await readComplaints(page), []);
          assert.deepEqual(bffGate.requests('POST', /csp-reports/), []);
        } finally {
          await person.close();
        }
      });
    }

    async function isConnectedOnce(person: Person, page: DrivenWindow): Promise<void> {
      await shows(person, page, 'done');
      assert.deepEqual((await readEvents(page)).endings, [COMPLETE]);
      assert.equal(bffGate.requests('POST', START).length, 1);
    }
  });
}

async function finish(person: Person, bank: DrivenWindow): Promise<void> {
  await person.connect(bank);
  await person.comeBack(bank);
}

async function shows(person: Person, page: DrivenWindow, phase: Phase): Promise<void> {
  await until(`the page shows ${phase}`, async () => (await person.phase(page)) === phase, PATIENCE_MS);
}

/** As frameworks do to put a list in order. */
async function moveAbout(page: DrivenWindow): Promise<void> {
  await page.evaluate(() => {
    const widget = document.querySelector('atto-connect');
    for (let times = 0; times < 5; times++) if (widget) document.body.prepend(widget);
  }, null);
}

/** Nothing is left of an element that is taken out. */
async function takenOut(page: DrivenWindow): Promise<void> {
  await takeOut(page);
  await leavesOnly(page, NOTHING);
}

async function takeOut(page: DrivenWindow): Promise<void> {
  await page.evaluate(() => document.querySelector('atto-connect')?.remove(), null);
}
