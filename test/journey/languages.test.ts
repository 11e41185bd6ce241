import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { german } from '../../widget/src/languages/de.ts';
import { english } from '../../widget/src/strings.ts';
import { withoutChromium } from '../support/chromium.ts';
import { ThreeSites } from '../support/three-sites.ts';

/** On a page with `default-src 'none'` that allows scripts and connections of the bff and nothing else. */
describe('the languages of the script-tag file', withoutChromium, () => {
  let sites: ThreeSites;
  before(async () => {
    sites = await ThreeSites.open();
  });
  after(() => sites?.close());

  it('cost a page in English nothing: one request for everything', async () => {
    await sites.visit({}, async ({ page, widget }) => {
      const files = widgetFiles(page);
      await page.reload();
      await widget.getByText(english['ready.text']).waitFor();
      await page.waitForLoadState('networkidle');
      assert.equal(files.length, 1);
      assert.match(files[0] ?? '', /^script .*\/atto-connect-[\d.]+\.js$/);
    });
  });

  it('cost another page one more, from beside the script', async () => {
    await sites.visit({ attributes: { locale: 'de' } }, async ({ page, widget }) => {
      const files = widgetFiles(page);
      await page.reload();
      await widget.getByText(german['ready.text']).waitFor();
      const [script = '', language = '', ...more] = files;
      assert.equal(language.split(' ')[1], script.split(' ')[1]?.replace(/js$/, 'de.json'));
      assert.deepEqual(more, []);
    });
  });

  it('are what they were when the script was made, or are not spoken', async () => {
    await sites.visit({ attributes: { locale: 'de' } }, async (customer) => {
      const { page, widget } = customer;
      customer.forgive(/integrity/i);
      const headers = { 'access-control-allow-origin': '*', 'content-type': 'application/json' };
      const texts = { ...german, 'ready.text': 'Ihre Bank ist in Gefahr' };
      const body = JSON.stringify(Object.values(texts));
      await page.route('**/*.de.json', (route) => route.fulfill({ headers, body }));
      await page.reload();
      await widget.getByText(english['ready.text']).waitFor();
    });
  });
});

/** What is asked for below `/widget/` from now on, each with what the browser wants it for. */
function widgetFiles(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/widget/'))
      asked.push(`${request.resourceType()} ${request.url()}`);
  });
  return asked;
}
