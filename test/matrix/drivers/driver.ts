/** What the matrix needs of a browser engine, in words that WebDriver and Playwright both have. */
import type { Evaluating } from '../../support/evaluating.ts';

/** A function that runs in the page; it knows nothing but its argument and the page. */
export type PageFunction<Argument, Result> = (argument: Argument) => Result;

/** A window or tab. Its document may change, its site too. What is evaluated may run twice, so it must change nothing. */
export interface DrivenWindow extends Evaluating {
  url(): Promise<string>;
  goto(url: string): Promise<void>;
  /** A real click, with all that a browser allows to whoever is clicked, on what is found; waits until it is there. */
  click(find: PageFunction<string, Element | null>, argument: string): Promise<void>;
  back(): Promise<void>;
  /** Does not wait for the page. */
  reload(): Promise<void>;
  /** Puts it in front of the others, as whoever looks at it does. */
  show(): Promise<void>;
  close(): Promise<void>;
}

/** A browser profile of somebody's: nothing in it is known to another. */
export interface Profile {
  /** Opens an address in a window of its own. */
  open(url: string): Promise<DrivenWindow>;
  /** Every window that is open now; the same object each time. */
  windows(): Promise<DrivenWindow[]>;
  close(): Promise<void>;
}

/** An engine that is running. */
export interface Engine {
  readonly version: string;
  /** How often it has ended without being asked to: 1, or more if somebody starts it again. */
  readonly deaths: number;
  profile(): Promise<Profile>;
  close(): Promise<void>;
}

/** Longer than anything takes on a machine that is busy; what is measured has limits of its own. */
export const PATIENCE_MS = 45_000;
