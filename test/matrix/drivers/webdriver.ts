import { PATIENCE_MS } from './driver.ts';

/** How WebDriver writes an element. @see https://www.w3.org/TR/webdriver2/#elements */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A script is answered within milliseconds; on a machine that is busy it is asked for again, more patiently. */
const LOST_AFTER_MS = 1500;

/** One session of the W3C's protocol, spoken plainly. A command that is not answered in time has failed. */
export class WebDriverSession {
  readonly #base: string;
  readonly #url: string;
  /** The commands belong to whichever window was switched to last: those of two windows must not mix. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(base: string, id: string) {
    this.#base = base;
    this.#url = `${base}/session/${id}`;
  }

  static async start(base: string, capabilities: object): Promise<{ session: WebDriverSession; version: string }> {
    type Started = { sessionId: string; capabilities: { browserVersion?: string } };
    const wanted = { capabilities: { alwaysMatch: capabilities } };
    const { sessionId, capabilities: got } = await call<Started>('POST', `${base}/session`, wanted);
    return { session: new WebDriverSession(base, sessionId), version: got.browserVersion ?? '' };
  }

  /** A command that belongs to no window. */
  command<Value>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Value> {
    return this.#inTurn(() => call<Value>(method, `${this.#url}/${path}`, body));
  }

  /** A command for one window. */
  commandIn<Value>(handle: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Value> {
    return this.#inTurn(async () => {
      await call('POST', `${this.#url}/window`, { handle });
      return call<Value>(method, `${this.#url}/${path}`, body);
    });
  }

  /** Runs a function in a window. It may run twice, so it must change nothing. */
  evaluateIn<Result>(handle: string, script: string, args: unknown[]): Promise<Result> {
    return this.#inTurn(() => this.#evaluate<Result>(handle, script, args));
  }

  /** Runs a function in a window and clicks on the element that it finds; false if it finds none. */
  clickIn(handle: string, script: string, args: unknown[]): Promise<boolean> {
    return this.#inTurn(async () => {
      const found = await this.#evaluate<Record<string, string> | null>(handle, script, args);
      const element = found?.[ELEMENT];
      if (element === undefined) return false;
      await call('POST', `${this.#url}/element/${element}/click`, {});
      return true;
    });
  }

  async end(): Promise<void> {
    await this.#inTurn(() => call('DELETE', this.#url));
  }

  async isReady(): Promise<boolean> {
    return (await call<{ ready: boolean }>('GET', `${this.#base}/status`)).ready;
  }

  async #evaluate<Result>(handle: string, script: string, args: unknown[]): Promise<Result> {
    await call('POST', `${this.#url}/window`, { handle });
    for (let patienceMs = LOST_AFTER_MS; ; patienceMs *= 2) {
      try {
        return await call<Result>('POST', `${this.#url}/execute/sync`, { script, args }, patienceMs);
      } catch (error) {
        // What is asked of a document that is just giving way to the next is never answered.
        if ((error as Error).name !== 'TimeoutError' || patienceMs > PATIENCE_MS) throw error;
      }
    }
  }

  #inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const mine = this.#turn.then(act);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

/** One command. @see https://www.w3.org/TR/webdriver2/#protocol */
export async function call<Value>(
  method: string,
  url: string,
  body?: object,
  patienceMs = PATIENCE_MS,
): Promise<Value> {
  const signal = AbortSignal.timeout(patienceMs);
  const response = await fetch(url, { method, body: body ? JSON.stringify(body) : null, signal });
  const { value } = (await response.json()) as { value: Value & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`${method} ${url}: ${value?.error} ${value?.message}`);
  return value;
}
