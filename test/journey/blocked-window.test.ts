import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { withoutChromium } from '../support/chromium.ts';
import { connectBank, goBackToPartner } from '../support/hosted-pages.ts';
import { ThreeSites } from '../support/three-sites.ts';

const BLOCKED = /Blocked opening .*allow-popups/;

describe('a page that may open no windows', withoutChromium, () => {
  let sites: ThreeSites;
  before(async () => {
    sites = await ThreeSites.open();
  });
  after(() => sites?.close());

  it('goes to the bank itself, by the same press of the button, and comes back', () => {
    const sandbox = 'allow-scripts allow-same-origin';
    return sites.visit({ attributes: { presentation: 'popup' }, sandbox }, async (customer) => {
      customer.forgive(BLOCKED);
      customer.forgive(/can escape its sandboxing/);
      await customer.leaveBy();
      assert.match(customer.complaints.join(), BLOCKED, 'the browser says so too');
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('done');
      assert.deepEqual(customer.context.pages(), [customer.page]);
      const endings = await customer.endings();
      assert.deepEqual(endings, [{ type: 'atto-complete', status: 'connected', code: null }]);
    });
  });
});
