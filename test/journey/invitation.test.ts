import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { startWorld, type World } from '../../demo/world.ts';
import { launchChromium, withoutChromium } from '../support/chromium.ts';
import { connectBank, goBackToPartner } from '../support/hosted-pages.ts';
import { until } from '../support/until.ts';

describe('a customer who is invited by e-mail', withoutChromium, () => {
  let world: World;
  let browser: Browser;

  before(async () => {
    const hostnames = { partner: 'partner.localhost', bff: 'bff.localhost', bank: 'bank.localhost' };
    world = await startWorld({ hostnames, simulator: { dataStepMs: 100, emailDelayMs: 100 } });
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    await world?.close();
  });

  it('opens it, connects a bank, and ends on a page that is nobody’s; the presenter sees each step', async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(8000);
    const lender = await context.newPage();
    await lender.goto(world.urls.partner);
    await lender.getByText('Presenter’s controls').click();
    await lender.getByRole('button', { name: 'Invite Amara Holt by e-mail' }).click();
    /** The page looks once a second, the bff asks once in two. */
    const isTold = async (expected: string) => {
      let told: string | null = null;
      const isSo = async () => {
        told = await lender.locator('#invited').textContent();
        return told === expected;
      };
      await until(expected, isSo, 20_000).catch((error: Error) => assert.fail(`${error.message}, but: ${told}`));
    };
    await isTold('E-mail: Received. Connection: Pending.');

    const customer = await (await browser.newContext()).newPage();
    await customer.goto(`${world.urls.bank}/simulator`);
    await customer.getByText('amara.holt@example.com').waitFor();
    await customer.getByRole('button', { name: 'Open the e-mail' }).click();
    await customer.getByRole('heading', { name: 'Larkfield invites you to connect your bank' }).waitFor();
    await isTold('E-mail: Opened. Connection: Pending.');
    await customer.getByRole('link', { name: 'Connect your bank' }).click();
    await connectBank(customer);
    await goBackToPartner(customer);
    await customer.getByRole('heading', { name: 'You can close this page' }).waitFor();
    assert.equal(new URL(customer.url()).origin, world.urls.bff);
    await isTold('E-mail: Clicked. Connection: Active.');

    const told = await events();
    const invitation = told.filter(({ type }) => type === 'invitation.updated');
    const emails = [...new Set(invitation.map(({ emailState }) => emailState).filter((state) => state !== null))];
    assert.deepEqual(emails, ['Sent', 'Received', 'Opened', 'Clicked']);
    const { consentId } = invitation.at(-1) ?? {};
    await until('the data is ready', async () => (await consent(consentId)).dataAvailability === 'Processed');
    const { binding, customer: whose } = await consent(consentId);
    assert.deepEqual([binding, whose], ['unbound', 'cust-1042']);
    await context.close();
    await customer.context().close();
  });

  async function events(): Promise<Record<string, unknown>[]> {
    return ((await ask('/events')) as { events: Record<string, unknown>[] }).events;
  }

  async function consent(consentId: unknown): Promise<Record<string, unknown>> {
    return (await ask(`/consents/${consentId}`)) as Record<string, unknown>;
  }

  async function ask(path: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${world.secrets.partnerApiKey}` };
    return (await fetch(`${world.directUrls.bff}/v1/partner${path}`, { headers })).json();
  }
});
