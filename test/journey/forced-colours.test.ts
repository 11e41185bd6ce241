import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, withoutChromium } from '../support/chromium.ts';
import { ScenePage } from '../support/scene-page.ts';

/** The system's few colours take the place of all that a page sets. */
describe('in forced colours', withoutChromium, () => {
  let browser: Browser;

  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  it('the main button is told from the one beside it', async () => {
    const scenes = await ScenePage.open(await browser.newContext({ forcedColors: 'active' }));
    await scenes.show('away');
    const buttons = scenes.page.locator('staying-connect button');
    // Their words tell them apart too, which is not enough for who looks for the main one.
    await buttons.evaluateAll((all) => {
      for (const button of all) button.replaceChildren();
    });
    const [main, beside] = [await buttons.nth(0).screenshot(), await buttons.nth(1).screenshot()];
    assert.ok(!main.equals(beside));
  });
});
