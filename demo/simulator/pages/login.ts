import type { Bank } from '../banks.ts';
import type { Journey } from '../connect/journey.ts';
import { type Html, html } from './html.ts';
import type { Page } from './layout.ts';
import { bankLogo } from './logos.ts';

/** The bank's own login page, or Atto's for a bank reached by credential sharing. Takes anything. */
export function loginPage({ id, configuration, accountType }: Journey, bank: Bank): Page {
  const direct = bank.connection === 'direct';
  const kind = accountType === 'Business' ? 'business ' : '';
  return {
    title: direct ? 'Log in to online banking' : `Log in to ${bank.name}`,
    cancel: id,
    ...(direct ? { bank } : { progress: 3 }),
    body: html`
<p class="lead with-logo">${bankLogo(bank)}<span>${
      direct
        ? html`<strong>${configuration.clientName}</strong> is asking, through Atto Connect, to see your account information.`
        : html`Enter what you use for ${kind}online banking at <strong>${bank.name}</strong>. It is used once, on this secure page, and not kept.`
    }</span></p>
<form method="post" action="/journey/${id}/login" class="login">
  <p><label for="user">Customer number</label>
  <input id="user" name="user" value="20481516" autocomplete="off" inputmode="numeric" aria-describedby="hint"></p>
  <p><label for="passcode">Passcode</label>
  <input id="passcode" name="passcode" type="password" value="any-will-do" autocomplete="off" aria-describedby="hint"></p>
  <p id="hint" class="hint">Anything will do. Please do not enter a real login.</p>
  <p class="actions"><button class="primary">${direct ? 'Log in and allow' : 'Log in'}</button></p>
  ${controls}
</form>`,
  };
}

const endings: readonly (readonly [value: string, label: string])[] = [
  ['', 'As planned (success, unless something else was set up)'],
  ['success', 'Success: all data arrives'],
  ['success:Partial', 'Success: data stays partial'],
  ['success:Error', 'Success, then fetching the data fails'],
  ['access_denied', 'The bank or the customer refuses (access_denied)'],
  ['provider_permanent_error', 'The bank is broken (provider_permanent_error)'],
  ['provider_unsupported_feature', 'The bank lacks the feature (provider_unsupported_feature)'],
  ['customer_cancelled', 'The customer cancels at the bank (customer_cancelled)'],
  ['unexpected_error', 'Something unexpected (unexpected_error)'],
  ['abandoned', 'The window is closed and nobody comes back'],
];

const controls: Html = html`
<details class="controls">
  <summary>Simulator: choose how this ends</summary>
  <fieldset><legend>After logging in</legend>
  ${endings.map(([value, label]) => html`<label><input type="radio" name="ending" value="${value}" ${value === '' && 'checked'}> ${label}</label>`)}
  </fieldset>
  <fieldset><legend>Details</legend>
  <label><input type="checkbox" name="slow" value="yes"> The bank takes five seconds</label>
  <label><input type="checkbox" name="with_description" value="yes"> An error comes with error_description</label>
  <label><input type="checkbox" name="without_consent_id" value="yes"> An error comes without consent_id</label>
  </fieldset>
  <p><a href="/simulator" target="_blank" rel="noopener">Open the control page</a></p>
</details>`;
