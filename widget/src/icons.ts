import type { Tone } from './panel.ts';

/** A house of columns for a bank, a tick, a clock and a mark of exclamation; drawn with a line of 2 on 24 by 24. */
const PATHS: Record<Tone, string> = {
  neutral: 'M4 10 12 5l8 5zM6 10v7m4-7v7m4-7v7m4-7v7M4 19h16',
  busy: 'M12 4a8 8 0 1 1-8 8',
  good: 'm6 12.5 4 4 8-9',
  attention: 'M12 4a8 8 0 1 1 0 16 8 8 0 1 1 0-16m0 4v4l3 2',
  bad: 'M12 6v7m0 4v.5',
};

/** The outline of the sign that goes with a tone. */
export function iconPath(tone: Tone): string {
  return PATHS[tone];
}
