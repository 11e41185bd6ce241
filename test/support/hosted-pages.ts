/** What a person does on Atto's hosted pages and at the bank: the simulator's, in whichever window they are open. */
import type { Page } from 'playwright-core';

/** How the visit ends, as chosen under "Simulator: choose how this ends". */
export interface Ending {
  /** An error code, or `abandoned` for the radio that closes the window. */
  code: string;
  withDescription?: boolean;
  withoutConsentId?: boolean;
}

export const DIRECT_BANK = 'Northmoor Bank';
export const CREDENTIAL_SHARING_BANK = 'Pennywell Savings';

export async function chooseBank(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click();
}

/** Asked only where the bank is reached by credential sharing. */
export async function chooseAccountType(page: Page): Promise<void> {
  await page.getByLabel('Personal').check();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
}

export async function agree(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Allow and continue' }).click();
}

export async function logIn(page: Page, ending?: Ending): Promise<void> {
  if (ending) {
    await page.getByText('Simulator: choose how this ends').click();
    await page.getByRole('radio', { name: ending.code === 'abandoned' ? /nobody comes back/ : ending.code }).check();
    if (ending.withDescription) await page.getByLabel('An error comes with error_description').check();
    if (ending.withoutConsentId) await page.getByLabel('An error comes without consent_id').check();
  }
  await page.getByRole('button', { name: /^Log in/ }).click();
}

/** From Atto's last page back to the partner's. */
export async function goBackToPartner(page: Page): Promise<void> {
  await page.getByRole('link', { name: /^Continue to/ }).click();
}

/** From the choice of the bank to Atto's last page. */
export async function connectBank(page: Page, bank = DIRECT_BANK): Promise<void> {
  await chooseBank(page, bank);
  if (bank === CREDENTIAL_SHARING_BANK) await chooseAccountType(page);
  await agree(page);
  await logIn(page);
  await page.getByRole('heading', { name: 'Your bank is connected' }).waitFor();
}

/** Presses a button that opens the bank in a window of its own. @returns that window, where the bank is to be chosen */
export async function openBankBeside(
  page: Page,
  button = page.getByRole('button', { name: 'Connect your bank' }),
): Promise<Page> {
  const opened = page.waitForEvent('popup');
  await button.click();
  return opened;
}

/** From the partner's page to the bank in a window of its own, and back. */
export async function connectBeside(page: Page): Promise<void> {
  const bank = await openBankBeside(page);
  await connectBank(bank);
  await goBackToPartner(bank);
}
