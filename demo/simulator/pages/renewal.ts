import type { Bank } from '../banks.ts';
import type { Journey } from '../connect/journey.ts';
import { type Html, html } from './html.ts';
import type { Page } from './layout.ts';
import { bankLogo } from './logos.ts';

/** Confirms that the customer wants to log in again to renew access. @see documentation, "Re-authentication" */
export function reauthenticatePage(journey: Journey, bank: Bank): Page {
  return {
    title: 'Renew your connection',
    cancel: journey.id,
    progress: 2,
    body: html`
${intro(journey, bank, 'would like to go on seeing your account information. Your bank asks you to log in again.')}
${facts(journey)}
<form method="post" action="/journey/${journey.id}/reauthenticate">
  <p class="actions"><button class="primary">Continue to ${bank.name}</button></p>
</form>`,
  };
}

/** Keeps sharing without a visit to the bank, or ends it. @see documentation, "Reconfirmation", "Disconnect flow" */
export function reconfirmPage(journey: Journey, bank: Bank): Page {
  return {
    title: 'Keep sharing your information?',
    cancel: journey.id,
    progress: 2,
    body: html`
${intro(journey, bank, 'would like to go on seeing your account information.')}
${facts(journey)}
<form method="post" action="/journey/${journey.id}/reconfirm">
  <p class="actions"><button class="primary">Keep sharing</button> <a href="/journey/${journey.id}/disconnect">Stop sharing</a></p>
</form>`,
  };
}

/** Asks once more before access is revoked. */
export function disconnectPage({ id, configuration }: Journey, bank: Bank): Page {
  return {
    title: 'Stop sharing?',
    cancel: id,
    progress: 2,
    body: html`
<p class="lead">${configuration.clientName} will no longer see new information from ${bank.name}. What was shared before is not deleted by this.</p>
<form method="post" action="/journey/${id}/disconnect">
  <p class="actions"><button class="danger">Stop sharing</button> <a href="/journey/${id}/reconfirm">Go back</a></p>
</form>`,
  };
}

function intro({ configuration }: Journey, bank: Bank, sentence: string): Html {
  return html`<p class="lead with-logo">${bankLogo(bank)}<span><strong>${configuration.clientName}</strong> ${sentence}</span></p>`;
}

function facts({ record, bank }: Journey): Html | false {
  if (!record || !bank) return false;
  const { consentEnd, consentStatus } = record.consent;
  return html`<dl class="facts">
  <div><dt>Bank</dt><dd>${bank.name}</dd></div>
  <div><dt>Access</dt><dd>${consentStatus}</dd></div>
  ${consentEnd && html`<div><dt>${consentStatus === 'Active' ? 'Ends' : 'Ended'}</dt><dd>${day(consentEnd)}</dd></div>`}
</dl>`;
}

function day(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
}
