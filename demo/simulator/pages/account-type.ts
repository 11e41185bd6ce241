import type { Bank } from '../banks.ts';
import type { Journey } from '../connect/journey.ts';
import { html } from './html.ts';
import type { Page } from './layout.ts';

/** Asked only where the bank is reached by credential sharing. @see documentation, "Flow" */
export function accountTypePage({ id, accountType }: Journey, bank: Bank): Page {
  const option = (value: string, note: string) => html`
<label class="choice"><input type="radio" name="account_type" value="${value}" required ${value === (accountType ?? 'Personal') && 'checked'}>
<span><strong>${value}</strong><small>${note}</small></span></label>`;
  return {
    title: 'What kind of account is it?',
    cancel: id,
    progress: 1,
    body: html`
<p class="lead">${bank.name} has separate logins for people and for businesses.</p>
<form method="post" action="/journey/${id}/account-type">
  <fieldset><legend>Account type</legend>
  ${option('Personal', 'For your own or your household’s money')}
  ${option('Business', 'For a company, a club or self-employed work')}
  </fieldset>
  <p class="actions"><button class="primary">Continue</button> <a href="/journey/${id}/bank">Choose another bank</a></p>
</form>`,
  };
}
