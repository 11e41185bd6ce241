/** What marks a window, in its own `sessionStorage`, as one that was opened for a bank. */
export const WINDOW_MARK = 'atto-connect:popup';

/** Stands in for a window, since a browser opens none without a hand on the mouse. */
export class FakeWindow {
  readonly went: string[] = [];
  readonly kept = new Map<string, string>();
  closed = false;
  focused = 0;
  readonly location = { replace: (url: string) => this.went.push(url) };
  readonly sessionStorage = { setItem: (key: string, value: string) => this.kept.set(key, value) };
  focus(): void {
    this.focused++;
  }
  close(): void {
    this.closed = true;
  }
}

/** What `window.open` gives, and whether somebody has just pressed something. */
export class Opening {
  readonly opened: FakeWindow[] = [];
  readonly asked: string[] = [];
  readonly #open = window.open;

  constructor(answer: () => FakeWindow | null = () => new FakeWindow(), isActive = true) {
    Object.defineProperty(navigator, 'userActivation', { configurable: true, value: { isActive } });
    window.open = ((_url, name, features) => {
      this.asked.push(`${name} ${features}`);
      const opened = answer();
      if (opened) this.opened.push(opened);
      return opened;
    }) as typeof window.open;
  }

  restore(): void {
    window.open = this.#open;
    Reflect.deleteProperty(navigator, 'userActivation');
  }
}
