import type { DrivenWindow } from './drivers/driver.ts';
import type { Person } from './person.ts';
import type { Play } from './play.ts';
import type { Turn } from './scenario.ts';
import { UNBOUND_SECONDS } from './scene.ts';

const OFFLINE_MS = 10_000;
const UNBOUND_MS = UNBOUND_SECONDS * 1000;
const HAND_OVER = /^\/v1\/journeys\/[^/]+\/return$/;
const COMPLETE = ['atto-complete'];
const ERROR = ['atto-error'];

/** What happens in each turn, once for all engines and set-ups. */
export const acts: Record<Turn, (play: Play) => Promise<void>> = {
  async finishes(play) {
    const { person } = play;
    const page = await person.open();
    await finish(play, page, await person.leave(page));
    if (person.presentation === 'popup') await play.hasFocus(page);
    await play.ends(COMPLETE);
  },

  async 'closes the window'(play) {
    const { person } = play;
    const page = await person.open();
    const bank = await person.leave(page);
    const home = await homeOf(person, page);
    await bank.close();
    play.happens('the bank’s window was closed');
    await play.shows(home, 'away');
    await play.missesTheWindow(home);
    await play.isKnown('launched');
    await finish(play, home, await person.leave(home, 'again'));
    await play.ends(COMPLETE);
  },

  async Back(play) {
    const { person } = play;
    const page = await person.open();
    const bank = await person.leave(page);
    await person.goBack(bank);
    play.happens('went back from the bank');
    await play.shows(page, 'away');
    await play.isKnown('launched');
    await finish(play, page, await person.leave(page, 'again'));
    await play.ends(COMPLETE);
  },

  async reload(play) {
    const { person } = play;
    const page = await person.open();
    const bank = await person.leave(page);
    await page.reload();
    play.happens('reloaded while the bank is open');
    if (page !== bank) await play.shows(page, 'away');
    await person.connect(bank);
    await person.comeBack(bank);
    if (await person.isBackAtPartner(bank)) await bank.reload().catch(() => {});
    play.happens('came back and reloaded');
    await play.shows(page, 'done');
    await play.isKnown('connected');
    await play.ends(COMPLETE);
  },

  async 'second tab'(play) {
    const { person, scene } = play;
    const pages = [await person.open(), await person.open()] as const;
    play.happens('opened the page twice');
    // A page that comes later shows the journey which another has left open.
    for (const page of pages) await play.shows(page, 'ready');
    const banks = [await person.leave(pages[0]), await person.leave(pages[1])] as const;
    await person.connect(banks[1]);
    await person.connect(banks[0]);
    play.happens('the first came back');
    await person.comeBack(banks[0]);
    await play.shows(pages[0], 'done');
    await play.isKnown('connected', scene.journeyIds[0]);
    await play.isKnown('launched', scene.journeyIds[1]);
    play.happens('the second came back');
    await person.comeBack(banks[1]);
    await play.shows(pages[1], 'done');
    await play.isKnown('connected', scene.journeyIds[1]);
    await play.ends(['atto-complete', 'atto-complete']);
  },

  async 'offline 10 s'(play) {
    const { person, scene } = play;
    const page = await person.open();
    const bank = await person.leave(page);
    await person.connect(bank);
    const handOver = scene.bffGate.hold('POST', HAND_OVER, 'question');
    await person.comeBack(bank);
    await handOver.reached;
    await scene.goOffline();
    handOver.release();
    await play.waits(OFFLINE_MS);
    scene.goOnline();
    play.happens('bff and bank answer again');
    await play.shows(page, 'done');
    await play.isKnown('connected');
    await play.ends(COMPLETE);
  },

  async 'another browser: continues there'(play) {
    const { home, other, there } = await returnsElsewhere(play);
    await other.press(there, 'here');
    play.happens('continued in the other browser');
    await play.shows(there, 'done');
    await play.shows(home, 'done');
    await play.isKnown('connected');
    // Each browser's page has its own to tell; in none of them twice.
    await play.ends(COMPLETE, COMPLETE);
  },

  async 'another browser: disowns'(play) {
    const { home, other, there } = await returnsElsewhere(play);
    await other.press(there, 'disown');
    play.happens('disowned in the other browser');
    await play.shows(there, 'disowned');
    await play.shows(home, 'disowned');
    await play.isKnown('disowned');
    await play.ends(ERROR);
  },

  async 'another browser: does nothing'(play) {
    const { home, there } = await returnsElsewhere(play);
    await expires(play, home);
    await play.shows(there, 'elsewhere');
    await play.ends(ERROR);
  },

  async 'never returns'(play) {
    const { person } = play;
    const page = await person.open();
    const bank = await person.leave(page);
    await person.connect(bank);
    const home = await homeOf(person, page);
    await expires(play, home);
    await play.ends(ERROR);
  },
};

/** From the bank to the good end. */
async function finish(play: Play, page: DrivenWindow, bank: DrivenWindow): Promise<void> {
  await play.person.connect(bank);
  play.happens('came back');
  await play.person.comeBack(bank);
  await play.shows(page, 'done');
  await play.isKnown('connected');
}

/** The partner's page in this browser: still open behind the popup, else opened again. */
async function homeOf(person: Person, page: DrivenWindow): Promise<DrivenWindow> {
  return person.presentation === 'popup' ? page : person.open();
}

async function returnsElsewhere(play: Play): Promise<{ home: DrivenWindow; other: Person; there: DrivenWindow }> {
  const { person } = play;
  const page = await person.open();
  const bank = await person.leave(page);
  await person.connect(bank);
  const other = await play.anotherBrowser();
  const there = await other.open(await person.wayBack(bank));
  play.happens('returned in another browser');
  await play.shows(there, 'elsewhere');
  const home = await homeOf(person, page);
  play.happens('looked at the first browser');
  await play.shows(home, 'away');
  await play.isKnown('launched');
  return { home, other, there };
}

/** A bank that nobody has bound is told to the partner's server only, and the journey ends with its time. */
async function expires(play: Play, home: DrivenWindow): Promise<void> {
  const [journeyId = ''] = play.scene.journeyIds;
  const { expiresAt } = await play.scene.atServer(journeyId);
  const isUnbound = ({ status, binding }: { status: string; binding: string }) =>
    binding === 'unbound' && status === 'launched';
  play.happens('nobody has claimed it in time', Date.now() + UNBOUND_MS);
  await play.knows('unbound', isUnbound);
  await play.waits(Math.max(Date.parse(expiresAt) - Date.now(), 0));
  play.happens('the time was up', Date.parse(expiresAt));
  await play.shows(home, 'expired');
  await play.isKnown('expired');
}
