import { expect } from '@open-wc/testing';
import { keepJourney, newPending, STORAGE_PREFIX } from '../../widget/src/journey/pending-journey.ts';
import { BFF, FakeBff, status, view } from './fake-bff.ts';
import { endings, leaveNothing, mount, until } from './mount.ts';

const KEY = `${STORAGE_PREFIX}j1`;
const HOSTILE = 1000;

const cyclic: Record<string, unknown> = { journeyId: 'j1', status: 'connected' };
cyclic['self'] = cyclic;

const thrower = Object.defineProperty({}, 'journeyId', {
  enumerable: true,
  get: () => {
    throw new Error('gotcha');
  },
});

/** What a script of somebody else's may send, as far as a browser lets it through. */
const messages: unknown[] = [
  null,
  undefined,
  0,
  Number.NaN,
  true,
  '',
  'connected',
  '{"journeyId":"j1","status":"connected"}',
  10n ** 40n,
  new Date(Number.NaN),
  [],
  [[['j1']]],
  cyclic,
  { journeyId: 'j1', status: 'connected', version: 1e9 },
  { type: 'atto-complete', journey: view({ status: 'connected', version: 99 }) },
  JSON.parse('{"__proto__": {"status": "connected"}, "constructor": {"prototype": {"phase": "done"}}}'),
  new Map([['journeyId', 'j1']]),
  new Error('no'),
  new Blob(['connected']),
  'x'.repeat(1_000_000),
];

/** Another page of the partner's, as far as storage is concerned. */
function otherPage(): Window {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  return frame.contentWindow as Window;
}

function sendMessages(channels: BroadcastChannel[]): void {
  for (let sent = 0; sent < HOSTILE; sent++) {
    const message = messages[sent % messages.length];
    if (sent % 3 === 0) postMessage(message, '*');
    else if (sent % 3 === 1) channels[sent % channels.length]?.postMessage(message);
    else dispatchEvent(new MessageEvent('message', { data: sent % 2 ? thrower : message, origin: location.origin }));
  }
}

async function writeToStorage(other: Window, record: object): Promise<void> {
  const keys = [KEY, `${KEY}x`, '__proto__', 'constructor', STORAGE_PREFIX, 'atto-connect:return'];
  for (let sent = 0; sent < HOSTILE; sent++) {
    const key = keys[Math.floor(sent / 2) % keys.length] ?? null;
    if (sent % 2) other.localStorage.setItem(`${key}`, JSON.stringify({ ...record, returnedAt: sent }));
    else dispatchEvent(new StorageEvent('storage', { key, newValue: `${messages[sent % messages.length]}` }));
    if (sent % 100 === 0) await soon(20);
  }
}

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('hints from elsewhere', () => {
  let bff: FakeBff;
  let channels: BroadcastChannel[];
  const thrown: unknown[] = [];
  const note = (event: ErrorEvent | PromiseRejectionEvent) => {
    thrown.push('reason' in event ? event.reason : event.error);
    event.preventDefault();
  };

  beforeEach(() => {
    bff = new FakeBff().on('GET /v1/journeys/j1', status(view()), 'hold');
    channels = ['atto-connect', 'atto-connect:j1', KEY].map((name) => new BroadcastChannel(name));
    thrown.length = 0;
    addEventListener('error', note);
    addEventListener('unhandledrejection', note);
  });
  afterEach(() => {
    removeEventListener('error', note);
    removeEventListener('unhandledrejection', note);
    for (const channel of channels) channel.close();
    for (const frame of document.querySelectorAll('iframe')) frame.remove();
    leaveNothing(bff);
  });

  const polls = () => bff.requests('GET /v1/journeys/j1').length;

  it('make the page ask once if they are genuine, and are nothing otherwise, however many come', async function () {
    this.timeout(20_000);
    const record = newPending({ journeyId: 'j1', journeyToken: 't' }, BFF, 'acme');
    keepJourney(record);
    const { element, heard } = mount();
    await until(() => polls() === 2);
    const other = otherPage();

    other.localStorage.setItem(KEY, JSON.stringify({ ...record, returnedAt: 1 }));
    await until(() => polls() === 3);
    await soon(1200);
    expect(polls(), 'one genuine hint, one poll').to.equal(3);

    const before = { phase: element.phase, journey: JSON.stringify(element.journey), heard: heard.length };
    sendMessages(channels);
    await soon(1200);
    expect(polls(), 'a message is nothing to us').to.equal(3);

    const start = Date.now();
    await writeToStorage(other, record);
    await soon(1200);
    expect(polls() - 3, 'a poll a second').to.be.at.most(Math.ceil((Date.now() - start) / 1000));
    expect(thrown).to.deep.equal([]);
    expect({ phase: element.phase, journey: JSON.stringify(element.journey), heard: heard.length }).to.deep.equal(
      before,
    );
    expect(endings(heard)).to.deep.equal([]);
  });
});
