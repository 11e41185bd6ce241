import { expect, waitUntil } from '@open-wc/testing';
import { backOffMs, rest } from '../../widget/src/journey/pacing.ts';
import { newPending } from '../../widget/src/journey/pending-journey.ts';
import { followStatus } from '../../widget/src/journey/status.ts';
import { BFF, connected, FakeBff, json, NOT_THE_BFF, problem, status, view } from './fake-bff.ts';
import { until } from './mount.ts';

const pending = newPending({ journeyId: 'j1', journeyToken: 'tok' }, BFF, 'acme');
const unchanged = (headers: Record<string, string> = {}) => new Response(null, { status: 304, headers });

/** Takes the place of time: every rest is written down, and over at once. */
class FastTime {
  readonly rests: number[] = [];
  readonly #original = window.setTimeout;

  constructor() {
    window.setTimeout = ((task: () => void, ms = 0) => {
      if (ms < 30_000) this.rests.push(ms);
      return this.#original.call(window, task, ms < 30_000 ? 0 : ms);
    }) as typeof window.setTimeout;
  }

  restore(): void {
    window.setTimeout = this.#original;
  }
}

const original = Object.getOwnPropertyDescriptor(Document.prototype, 'visibilityState') as PropertyDescriptor;

function hidePage(isHidden: boolean): void {
  const get = () => (isHidden ? 'hidden' : 'visible');
  Object.defineProperty(Document.prototype, 'visibilityState', { configurable: true, get });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}

describe('asking how a journey stands', () => {
  let bff: FakeBff;
  let work: AbortController;
  let told: number[];
  let end: Promise<void>;
  const follow = () => {
    end = followStatus(pending, ({ version }) => told.push(version), work.signal);
    return end;
  };

  beforeEach(() => {
    bff = new FakeBff();
    work = new AbortController();
    told = [];
  });
  afterEach(async () => {
    work.abort();
    await Promise.allSettled([end]);
    bff.restore();
    Object.defineProperty(Document.prototype, 'visibilityState', original);
  });

  it('waits for news with the entity tag of the latest, as its bearer', async () => {
    bff.on('GET /v1/journeys/j1', status(view({ version: 3 })), 'hold');
    void follow();
    await until(() => bff.seen.length === 2);
    const [first, second] = bff.seen;
    expect(first?.headers.has('if-none-match')).to.equal(false);
    expect(second?.headers.get('if-none-match')).to.equal('"3"');
    expect(second?.headers.get('prefer')).to.equal('wait=25');
    expect(second?.headers.get('authorization')).to.equal('Bearer tok');
  });

  for (const name of ['hidden', 'visibilityState']) {
    it(`does not pause because of an image that is called ${name}`, async () => {
      const image = Object.assign(document.createElement('img'), { name });
      document.body.append(image);
      bff.on('GET /v1/journeys/j1', status(view()), 'hold');
      void follow();
      await until(() => told.length === 1).finally(() => image.remove());
    });
  }

  for (const [what, answer] of NOT_THE_BFF) {
    it(`goes on where ${what} answers in the place of the bff`, async () => {
      const time = new FastTime();
      bff.on('GET /v1/journeys/j1', status(view()), answer, status(view(connected)), 'hold');
      void follow();
      await until(() => told.length === 2).finally(() => time.restore());
    });
  }

  it('stops when nothing more can come', async () => {
    const processed = status(view({ ...connected, dataAvailability: 'Processed' }));
    bff.on('GET /v1/journeys/j1', status(view()), processed);
    await follow();
    expect(told).to.deep.equal([1, 5]);
  });

  it('drops a view that is older than the one it has', async () => {
    bff.on('GET /v1/journeys/j1', status(view({ version: 4 })), status(view({ version: 2 })), 'hold');
    const time = new FastTime();
    void follow();
    await until(() => bff.seen.length === 3).finally(() => time.restore());
    expect(told).to.deep.equal([4]);
  });

  it('asks again at once after a wait that was honoured, and slower each time after one that was not', async () => {
    bff.on('GET /v1/journeys/j1', status(view()), unchanged());
    const time = new FastTime();
    void follow();
    await until(() => bff.seen.length > 7).finally(() => time.restore());
    const backOffs = time.rests.filter((ms) => ms >= 500).slice(0, 6);
    for (const [index, most] of [1000, 2000, 3000, 3000, 3000, 3000].entries()) {
      expect(backOffs[index]).to.be.within(most / 2, most);
    }
  });

  it('takes no answer for a wait that came at once, whatever it says', async () => {
    bff.on('GET /v1/journeys/j1', status(view()), unchanged({ 'Preference-Applied': 'wait=25' }));
    void follow();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(bff.seen).to.have.length(2);
  });

  for (const [what, value] of [
    ['seconds', '7'],
    ['a date', new Date(Date.now() + 8000).toUTCString()],
  ] as const) {
    it(`stays away for as long as it is asked to, in ${what}`, async () => {
      bff.on('GET /v1/journeys/j1', problem(429, 'slow_down', { 'Retry-After': value }), 'hold');
      const time = new FastTime();
      void follow();
      await until(() => bff.seen.length === 2).finally(() => time.restore());
      expect(Math.max(...time.rests)).to.be.within(5000, 8000);
    });
  }

  it('is not hurried when it was asked to stay away', async () => {
    bff.on('GET /v1/journeys/j1', json({}, 503, { 'Retry-After': '20' }));
    void follow();
    await until(() => bff.seen.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    window.dispatchEvent(new Event('online'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(bff.seen).to.have.length(1);
  });

  it('pauses while nobody looks, and asks at once when somebody does', async () => {
    bff.on('GET /v1/journeys/j1', status(view()), 'hold');
    void follow();
    await until(() => bff.seen.length === 2);
    hidePage(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(bff.seen).to.have.length(2);
    hidePage(false);
    await until(() => bff.seen.length === 3);
  });

  it('asks at once when the network is back', async () => {
    bff.on('GET /v1/journeys/j1', 'break', status(view()), 'hold');
    void follow();
    await until(() => bff.seen.length === 1);
    window.dispatchEvent(new Event('online'));
    await until(() => told.length === 1);
  });

  it('asks at once when the page comes out of the back/forward cache', async () => {
    bff.on('GET /v1/journeys/j1', status(view()), 'hold');
    void follow();
    await until(() => bff.seen.length === 2);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(bff.seen).to.have.length(2);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await until(() => bff.seen.length === 3);
  });

  it('asks at once when the machine slept, in which no timer goes on but the clock', async function () {
    this.timeout(10_000);
    bff.on('GET /v1/journeys/j1', status(view()), 'hold');
    void follow();
    await until(() => bff.seen.length === 2);
    const { now } = Date;
    Date.now = () => now() + 60_000;
    try {
      await waitUntil(() => bff.seen.length === 3, 'asks anew', { timeout: 5000 });
    } finally {
      Date.now = now;
    }
  });

  for (const final of [400, 401, 403, 404]) {
    it(`gives up on ${final}`, async () => {
      bff.on('GET /v1/journeys/j1', problem(final, 'no'));
      const thrown = await follow().then(
        () => null,
        (error: unknown) => error,
      );
      expect(thrown).to.include({ code: 'no', status: final });
    });
  }

  it('ends with its signal', async () => {
    bff.on('GET /v1/journeys/j1', 'hold');
    void follow();
    await until(() => bff.seen.length === 1);
    work.abort();
    const thrown = await end.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(thrown).to.equal(work.signal.reason);
    expect(told).to.deep.equal([]);
  });
});

describe('the rest after so many fruitless turns', () => {
  it('has jitter, and never goes beyond 3 s, so that a bff that is back is shown within 5', () => {
    const rests = Array.from({ length: 200 }, () => backOffMs(30));
    expect(Math.max(...rests)).to.be.at.most(3000);
    expect(Math.min(...rests)).to.be.at.least(1500);
    expect(new Set(rests).size).to.be.above(1);
  });
});

describe('a rest', () => {
  it('that is longer than browsers can wait is not over at once', async () => {
    const over = new AbortController();
    let isOver = false;
    void rest(2 ** 40, over.signal).then(() => {
      isOver = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isOver).to.equal(false);
    over.abort();
    await until(() => isOver);
  });
});
