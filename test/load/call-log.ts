import type { Simulator } from '../../demo/simulator/simulator.ts';

interface Call {
  readonly at: number;
  readonly path: string;
  readonly status: () => number;
}

const LOOK_EVERY_MS = 500;
const MINUTE_MS = 60_000;

/** What the stand-in was asked, counted by the stand-in itself; token calls apart, which have a quota of their own. */
export class CallLog {
  readonly #simulator: Simulator;
  readonly #calls: Call[] = [];
  readonly #timer: NodeJS.Timeout;
  #last: unknown = null;

  /** Counts from here on. */
  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    this.#last = simulator.requests.at(-1);
    // The stand-in remembers a few thousand only.
    this.#timer = setInterval(() => this.#collect(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#collect();
  }

  /** The most that came in any sixty seconds. */
  mostInAMinute(): number {
    let from = 0;
    return this.#calls.reduce((most, { at }, index) => {
      while ((this.#calls[from]?.at ?? 0) <= at - MINUTE_MS) from += 1;
      return Math.max(most, index - from + 1);
    }, 0);
  }

  count(kind: 'all' | 'lists' | 'one by one' | 'refused'): number {
    const isList = ({ path }: Call) => path === '/consents/v1';
    if (kind === 'all') return this.#calls.length;
    if (kind === 'refused') return this.#calls.filter(({ status }) => status() === 429).length;
    return this.#calls.filter((call) => isList(call) === (kind === 'lists')).length;
  }

  #collect(): void {
    const { requests } = this.#simulator;
    const fresh = requests.slice(requests.indexOf(this.#last as (typeof requests)[number]) + 1);
    this.#last = requests.at(-1) ?? this.#last;
    for (const request of fresh) {
      if (request.path.endsWith('/token')) continue;
      this.#calls.push({ at: Date.parse(request.at), path: request.path, status: () => request.status });
    }
  }
}
