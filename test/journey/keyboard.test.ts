import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, withoutChromium } from '../support/chromium.ts';
import { ScenePage } from '../support/scene-page.ts';
import { scenes } from '../widget/scene-list.ts';

/** With real keys, which no script in the page can press. */
describe('by keyboard alone', withoutChromium, () => {
  let browser: Browser;
  let shown: ScenePage;

  before(async () => {
    browser = await launchChromium();
    shown = await ScenePage.open(await browser.newContext());
  });
  after(() => browser?.close());

  for (const { name } of scenes) {
    it(`every button can be reached in the order that is seen, with a ring around it, and left again: ${name}`, async () => {
      const { page } = shown;
      await shown.show(name);
      const buttons = await page
        .locator('staying-connect button')
        .evaluateAll((all) => all.map(({ textContent }) => textContent));
      await page.evaluate(() => {
        for (const place of ['beforebegin', 'afterend'] as const) {
          document.querySelector('staying-connect')?.insertAdjacentHTML(place, '<input>');
        }
        document.querySelector('input')?.focus();
      });
      const reached: (string | null)[] = [];
      for (let at = await press(page, 'Tab'); at !== null; at = await press(page, 'Tab')) reached.push(at);
      assert.deepEqual(reached, buttons);
      const back: (string | null)[] = [];
      for (let at = await press(page, 'Shift+Tab'); at !== null; at = await press(page, 'Shift+Tab')) back.push(at);
      assert.deepEqual(back, buttons.toReversed());
    });
  }

  for (const key of ['Enter', 'Space']) {
    it(`${key} presses, and holding it down presses no second button`, async () => {
      const { page } = shown;
      await shown.show('consent lasts');
      await page.keyboard.press('Tab');
      await page.keyboard.down(key);
      await page.keyboard.down(key);
      await page.keyboard.up(key);
      await page.getByText('Disconnect your bank?').waitFor();
      const focused = await page.evaluate(
        () => document.querySelector('staying-connect')?.shadowRoot?.activeElement?.role,
      );
      assert.equal(focused, 'status');
    });
  }
});

/** What has the focus then: the text of a button, or null outside. It must be possible to see. */
async function press(page: Page, key: string): Promise<string | null> {
  await page.keyboard.press(key);
  const focused = await page.evaluate(() => {
    const active = document.querySelector('staying-connect')?.shadowRoot?.activeElement;
    return active ? { text: active.textContent, outline: getComputedStyle(active).outlineStyle } : null;
  });
  if (focused) assert.notEqual(focused.outline, 'none', `${focused.text} has no ring`);
  return focused?.text ?? null;
}
