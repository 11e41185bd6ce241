import { AttoConnect } from '../../widget/src/atto-connect.ts';
import { BFF, type FakeBff } from './fake-bff.ts';

/** The element, but for leaving: tests stay where they are, and look where it would have gone. */
export class StayingConnect extends AttoConnect {
  readonly left: string[] = [];

  /** Starts, and comes back as soon as the browser would have gone. */
  async leave(): Promise<void> {
    const before = this.left.length;
    void this.start();
    await until(() => this.left.length > before);
  }

  protected override navigate(url: string): void {
    this.left.push(url);
  }
}

if (!customElements.get('staying-connect')) customElements.define('staying-connect', StayingConnect);

const EVENTS = ['atto-launch', 'atto-status', 'atto-complete', 'atto-error', 'atto-cancel'];

/** A widget in the page, and what it says. */
export function mount(change: Partial<StayingConnect> = {}): { element: StayingConnect; heard: Event[] } {
  const element = document.createElement('staying-connect') as StayingConnect;
  Object.assign(element, { bff: BFF, partner: 'acme' }, change);
  const heard: Event[] = [];
  for (const type of EVENTS) element.addEventListener(type, (event) => heard.push(event));
  document.body.append(element);
  return { element, heard };
}

/** A token of the partner's server, as far as a browser looks at it. */
export function tokenOf(sub: string, more: object = {}): string {
  return `e30.${btoa(JSON.stringify({ sub, ...more })).replace(/=/g, '')}.sig`;
}

/** The events by name, without the many `atto-status`. */
export function endings(heard: Event[]): string[] {
  return heard.map(({ type }) => type).filter((type) => /complete|error|cancel/.test(type));
}

export function button(element: Element, name: string): HTMLButtonElement {
  const found = buttons(element).find(({ textContent }) => textContent?.trim() === name);
  if (!found) throw new Error(`no button "${name}", but ${buttons(element).map(({ textContent }) => textContent)}`);
  return found;
}

export function buttons(element: Element): HTMLButtonElement[] {
  return [...(element.shadowRoot?.querySelectorAll('button') ?? [])];
}

export function shownText(element: Element): string {
  return element.shadowRoot?.querySelector('[role=status]')?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
}

/** Waits until something is so, for at most two seconds. */
export async function until(isSo: () => unknown, what = `${isSo}`): Promise<void> {
  for (const end = Date.now() + 2000; !isSo(); ) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What one test did must not be met by the next. */
export function leaveNothing(bff: FakeBff): void {
  for (const element of document.querySelectorAll<StayingConnect>('staying-connect')) {
    element.reset();
    element.remove();
  }
  bff.restore();
  localStorage.clear();
  sessionStorage.clear();
  // Not more often than needed: WebKit allows a hundred in ten seconds.
  if (location.search + location.hash !== baseSearch) history.replaceState(null, '', location.pathname + baseSearch);
}

/** The test runner keeps its own parameters in the address. */
const baseSearch = location.search;
