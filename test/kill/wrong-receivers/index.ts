/** Receivers that the harness must catch before it is believed that the right one passes. */
export const ACKNOWLEDGES_FIRST = new URL('./acknowledges-first.ts', import.meta.url).pathname;
export const KNOWS_NO_DUPLICATES = new URL('./knows-no-duplicates.ts', import.meta.url).pathname;
