import type { Bank } from '../banks.ts';
import type { DataGroup } from '../configuration.ts';
import type { Journey } from '../connect/journey.ts';
import { type Html, html } from './html.ts';
import type { Page } from './layout.ts';
import { bankLogo } from './logos.ts';

const groups: Record<DataGroup, { name: string; items: string[] }> = {
  Accounts: { name: 'Account details', items: ['Account name and type', 'Account number and sort code, or IBAN'] },
  Balances: { name: 'Balances', items: ['Current and available balance', 'Overdraft or credit limit'] },
  Transactions: {
    name: 'Transactions',
    items: ['Money in and out over the last 12 months', 'Who was paid, and by whom'],
  },
  RegularPayments: { name: 'Regular payments', items: ['Direct debits', 'Standing orders'] },
  Party: { name: 'Your details', items: ['Your full name', 'Address, e-mail and telephone number your bank holds'] },
};

/** The client's terms in the language of the browser. */
export interface Terms {
  language: string;
  sentences: readonly string[];
}

/** What will be shared, group by group, with the client's own terms beneath. @see documentation, "Flow" */
export function consentPage({ id, configuration }: Journey, bank: Bank, terms: Terms): Page {
  return {
    title: 'Share your information',
    cancel: id,
    progress: 2,
    body: html`
<p class="lead with-logo">${bankLogo(bank)}<span>You allow <strong>${configuration.clientName}</strong> to see the following from your account at <strong>${bank.name}</strong>.</span></p>
<div class="groups">${configuration.dataGroups.map(dataGroup)}</div>
<p>${howLong(configuration.consentDurationType, configuration.consentDays)} Nobody can move money with this, and your login stays between you and ${bank.connection === 'direct' ? 'your bank' : 'the secure page that follows'}.</p>
${
  terms.sentences.length > 0 &&
  html`<section class="terms"><h2>Terms of ${configuration.clientName}</h2><div lang="${terms.language}">${terms.sentences.map((sentence) => html`<p>${sentence}</p>`)}</div></section>`
}
<form method="post" action="/journey/${id}/consent">
  <p class="actions"><button class="primary">Allow and continue</button> <a href="/journey/${id}/bank">Choose another bank</a></p>
</form>`,
  };
}

function dataGroup(group: DataGroup): Html {
  const { name, items } = groups[group];
  return html`<details><summary>${name}</summary><ul>${items.map((item) => html`<li>${item}</li>`)}</ul></details>`;
}

function howLong(type: 'Single' | 'Limited' | 'Infinite', days: number): string {
  if (type === 'Single') return 'This is for one time only.';
  if (type === 'Infinite') return 'This lasts until you end it.';
  return `This lasts for ${days} days; you can end it earlier at any time.`;
}
