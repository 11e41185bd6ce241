import type { Simulator } from '../../../demo/simulator/simulator.ts';

/** A browser without scripts: follows redirects within the simulator, submits forms, stops when sent elsewhere. */
export class Visitor {
  readonly #simulator: Simulator;
  readonly #headers: Record<string, string>;
  /** The page as last received. */
  html = '';
  status = 0;
  headers = new Headers();
  /** Address of the page. */
  url = '';
  /** Where Connect sent us away to, once it did. */
  sentTo: URL | null = null;

  constructor(simulator: Simulator, headers: Record<string, string> = {}) {
    this.#simulator = simulator;
    this.#headers = headers;
  }

  /** Opens a launch link and presses the Continue button that stands there for browsers without scripts. */
  async launch(parameters: Record<string, string> = {}): Promise<this> {
    const query = { client_id: this.#simulator.settings.applicationId, customer_ref: 'visitor', ...parameters };
    await this.open(`/?${new URLSearchParams(query)}`);
    if (this.html.includes('id="launch"')) await this.submit('/launch', this.hiddenFields());
    return this;
  }

  async open(path: string): Promise<this> {
    return this.#go(new URL(path, this.#simulator.url), { method: 'GET' });
  }

  /** Submits the form with this action, or the one that ends so. */
  async submit(actionEnd: string, fields: Record<string, string> | [string, string][] = {}): Promise<this> {
    const actions = [...this.html.matchAll(/<form method="post" action="([^"]+)"/g)].map(([, action]) => action ?? '');
    const action = actions.find((each) => each.endsWith(actionEnd));
    if (!action) throw new Error(`no form for ${actionEnd} at ${this.url}, only ${actions.join(', ')}`);
    return this.post(action, fields);
  }

  /** Posts to an address whether or not the page has such a form. */
  async post(path: string, fields: Record<string, string> | [string, string][] = {}): Promise<this> {
    return this.#go(new URL(path, this.#simulator.url), { method: 'POST', body: new URLSearchParams(fields) });
  }

  get heading(): string {
    return /<h1>(.*?)<\/h1>/s.exec(this.html)?.[1] ?? '';
  }

  /** Last part of the address: the step. */
  get step(): string {
    return new URL(this.url).pathname.split('/').at(-1) ?? '';
  }

  hiddenFields(): Record<string, string> {
    const fields = [...this.html.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)];
    return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
  }

  /** Parameters of the address we were sent to. */
  get returned(): Record<string, string> {
    return Object.fromEntries(this.sentTo?.searchParams ?? []);
  }

  /** Address of the link on the page that leaves for the client. */
  get continueLink(): URL {
    const link = /<a class="button primary" href="([^"]+)"/.exec(this.html)?.[1]?.replaceAll('&amp;', '&');
    if (!link) throw new Error(`no link onwards at ${this.url}`);
    return new URL(link);
  }

  async #go(address: URL, init: RequestInit): Promise<this> {
    this.sentTo = null;
    const answer = await fetch(address, { ...init, headers: this.#headers, redirect: 'manual' });
    const location = answer.headers.get('location');
    this.status = answer.status;
    this.headers = answer.headers;
    if (location === null) {
      this.url = address.href;
      this.html = await answer.text();
      return this;
    }
    const target = new URL(location, address);
    if (target.origin === new URL(this.#simulator.url).origin) return this.#go(target, { method: 'GET' });
    this.sentTo = target;
    return this;
  }
}
