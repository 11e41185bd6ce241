import { type Browser, chromium } from 'playwright-core';
import { chromiumPath } from './browsers.ts';

const executablePath = chromiumPath();

/** For `describe`: why nothing can be shown here, if so. */
export const withoutChromium = { skip: executablePath ? false : 'Chromium is not installed' };

/** Off, in the place of Playwright's own list, which would also let third parties keep what they keep nowhere else. */
const FEATURES_OFF = [
  // The address bar of each page is two pages more, which nobody sees here; and the next page has its process beforehand.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'SpareRendererForSitePerProcess',
  // What asks the browser's maker, now and then.
  'HttpsUpgrades',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'Translate',
  // What Playwright cannot work with.
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'PaintHolding',
];

/** Without what costs more than the pages do: with it, and on a machine without a GPU, tests take twice as long. */
export const CHROMIUM_ARGUMENTS = ['--no-sandbox', '--disable-gpu', `--disable-features=${FEATURES_OFF}`];

/** Popups are blocked and pages kept for Back as they are for everybody; Playwright would have it otherwise. */
export function launchChromium(args: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath ?? '',
    args: [...CHROMIUM_ARGUMENTS, ...args],
    ignoreDefaultArgs: ['--disable-popup-blocking', '--disable-back-forward-cache'],
  });
}
