import type { Bank } from '../banks.ts';
import type { Journey } from '../connect/journey.ts';
import { html } from './html.ts';
import type { Page } from './layout.ts';

/** Invented accounts; every customer has the same ones. */
const accounts = [
  { id: 'current', name: 'Current account', number: '•••• 4821' },
  { id: 'bills', name: 'Joint bills account', number: '•••• 9077' },
  { id: 'savings', name: 'Easy-access savings', number: '•••• 1350' },
];

/** Which accounts to share: where the configuration asks, or again after a revocation by API. */
export function accountsPage({ id, configuration }: Journey, bank: Bank, missing: boolean): Page {
  return {
    title: 'Choose accounts to share',
    cancel: id,
    progress: 3,
    body: html`
<p class="lead">${configuration.clientName} will see the accounts you tick.</p>
<form method="post" action="/journey/${id}/accounts">
  ${missing && html`<p class="problem" role="alert">Please choose at least one account.</p>`}
  <fieldset><legend>Your accounts at ${bank.name}</legend>
  ${accounts.map(
    (account) =>
      html`<label class="choice"><input type="checkbox" name="account" value="${account.id}" checked><span><strong>${account.name}</strong><small>${account.number}</small></span></label>`,
  )}
  </fieldset>
  <p class="actions"><button class="primary">Share these accounts</button></p>
</form>`,
  };
}

/** Keeps the ids that exist. */
export function knownAccounts(ids: readonly string[]): string[] {
  return accounts.map(({ id }) => id).filter((id) => ids.includes(id));
}
