/** Everything that may happen between leaving our page and coming back to it, with each set-up of popups. */

export const presentations = ['redirect', 'popup'] as const;
export const pageCoops = ['none', 'same-origin', 'same-origin-allow-popups'] as const;
export const bankCoops = ['none', 'same-origin'] as const;

/**
 * What the customer does. Whoever returns in another browser then finishes there, disowns it, or does nothing. First
 * those in which a time has to run out, so that the others are played meanwhile.
 */
export const turns = [
  'never returns',
  'another browser: does nothing',
  'offline 10 s',
  'finishes',
  'closes the window',
  'Back',
  'reload',
  'second tab',
  'another browser: continues there',
  'another browser: disowns',
] as const;

export type Presentation = (typeof presentations)[number];
export type PageCoop = (typeof pageCoops)[number];
export type BankCoop = (typeof bankCoops)[number];
export type Turn = (typeof turns)[number];

export interface Scenario {
  presentation: Presentation;
  pageCoop: PageCoop;
  bankCoop: BankCoop;
  turn: Turn;
}

export const everyScenario: readonly Scenario[] = turns.flatMap((turn) =>
  presentations.flatMap((presentation) =>
    pageCoops.flatMap((pageCoop) => bankCoops.map((bankCoop) => ({ presentation, pageCoop, bankCoop, turn }))),
  ),
);

/**
 * One of each kind: every turn in both presentations, going round the headers so that each pair of them is met in both
 * presentations too.
 */
export const oneOfEachKind: readonly Scenario[] = turns.flatMap((turn, number) =>
  presentations.map((presentation, other) => {
    const pair = number + other;
    return {
      presentation,
      pageCoop: pageCoops[pair % pageCoops.length] as PageCoop,
      bankCoop: bankCoops[Math.floor(pair / pageCoops.length) % bankCoops.length] as BankCoop,
      turn,
    };
  }),
);

export function nameOf({ presentation, pageCoop, bankCoop, turn }: Scenario): string {
  return `${turn} (${presentation}; COOP of the page: ${pageCoop}, of the bank: ${bankCoop})`;
}
