import type { BrowserContext } from 'playwright-core';
import type { JourneyView } from '../../widget/src/contract.ts';
import type { AttoConnectError } from '../../widget/src/errors.ts';
import type { Evaluating } from './evaluating.ts';

/** What a page was told, in few words. */
export interface ToldEvent {
  type: string;
  status: string | null;
  data: string | null;
  /** Of the error that came with it. */
  code: string | null;
}

export type EndingEvent = Omit<ToldEvent, 'data'>;

export interface JourneyEvents {
  all: ToldEvent[];
  /** Without `atto-launch` and `atto-status`. */
  endings: EndingEvent[];
  /** Whether the window came back from the back/forward cache, once for each time that it was shown. */
  restored: boolean[];
}

/** Writes down what the widgets of an origin tell their pages, window by window; a redirect does not erase it. */
export async function recordEvents(context: BrowserContext, origin: string): Promise<void> {
  await context.addInitScript(record, origin);
}

export async function readEvents(page: Evaluating): Promise<JourneyEvents> {
  const [all, restored] = await page.evaluate(
    () => ['test:events', 'test:shown'].map((key) => JSON.parse(sessionStorage.getItem(key) ?? '[]')),
    null,
  );
  const told = all as ToldEvent[];
  const endings = told
    .filter(({ type }) => type !== 'atto-launch' && type !== 'atto-status')
    .map(({ data: _, ...ending }) => ending);
  return { all: told, endings, restored: restored as boolean[] };
}

/** Runs in the page, before anything of the page does. */
export function record(origin: string): void {
  if (location.origin !== origin) return;
  const note = (key: string, what: unknown) => {
    const noted = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    sessionStorage.setItem(key, JSON.stringify([...noted, what]));
  };
  for (const type of ['atto-launch', 'atto-status', 'atto-complete', 'atto-error', 'atto-cancel']) {
    addEventListener(type, (event) => {
      const { journey, error } = event as Event & { journey: JourneyView | null; error?: AttoConnectError };
      const { status = null, dataAvailability: data = null } = journey ?? {};
      note('test:events', { type, status, data, code: error?.code ?? journey?.error?.code ?? null });
    });
  }
  addEventListener('pageshow', ({ persisted }) => note('test:shown', persisted));
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    console.error(`refused by the content security policy: ${violatedDirective} ${blockedURI}`),
  );
}

/** What the browser had to say of the pages of this origin, if they note it. */
export function readComplaints(page: Evaluating): Promise<string[]> {
  return page.evaluate(() => JSON.parse(localStorage.getItem('test:complaints') ?? '[]') as string[], null);
}

/** Runs in the page: what a browser would say in its console, of all windows of this origin together. */
export function noteComplaints(): void {
  const note = (complaint: unknown) => {
    const noted = JSON.parse(localStorage.getItem('test:complaints') ?? '[]');
    localStorage.setItem('test:complaints', JSON.stringify([...noted, `${complaint}`]));
  };
  addEventListener('error', ({ message }) => note(message));
  addEventListener('unhandledrejection', ({ reason }) => note(reason));
  Object.assign(console, { error: note, warn: note });
}
