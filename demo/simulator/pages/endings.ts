import type { Bank } from '../banks.ts';
import type { Ending, Journey } from '../connect/journey.ts';
import type { ConnectError } from '../consents/consent.ts';
import { type Html, html } from './html.ts';
import type { Page } from './layout.ts';

/** Back in Connect after the bank; the last page where no redirect URL is configured. @see documentation, "Flow" */
export function successPage({ configuration, renewal }: Journey, bank: Bank, ending: Ending, seconds: number): Page {
  const { redirectUrl } = ending;
  return {
    title: renewal ? 'Your connection is renewed' : 'Your bank is connected',
    progress: 4,
    ...(redirectUrl && seconds > 0 ? { refresh: { seconds, url: redirectUrl } } : {}),
    body: html`
${tick}
<p class="lead">${configuration.clientName} can now see the information you agreed to share from <strong>${bank.name}</strong>.</p>
${onwards(ending, configuration.clientName)}`,
  };
}

const reasons: Record<ConnectError, { title: string; text: string }> = {
  access_denied: { title: 'Access was refused', text: 'You or your bank did not agree to share the information.' },
  provider_permanent_error: { title: 'Your bank has a problem', text: 'Your bank could not complete the request.' },
  provider_unsupported_feature: { title: 'Your bank cannot do this', text: 'Your bank does not offer what is needed.' },
  customer_cancelled: { title: 'You have cancelled', text: 'Nothing was shared.' },
  unexpected_error: { title: 'Something went wrong', text: 'The connection could not be made. Please start again.' },
};

/** The end of a journey that did not connect. Seen when there is no redirect URL, or after the Back button. */
export function endedPage({ configuration }: Journey, ending: Ending): Page {
  const stopped = { title: 'You have stopped sharing', text: 'Access has ended.' };
  const reason = ending.result === 'disconnected' || ending.error === null ? stopped : reasons[ending.error];
  return {
    title: reason.title,
    body: html`<p class="lead">${reason.text}</p>${onwards(ending, configuration.clientName)}`,
  };
}

/** Stands for a closed window when a person chose to abandon the journey. */
export function abandonedPage(): Page {
  return {
    title: 'You have left the journey',
    body: html`
<p class="lead">This is as if you had closed the window at your bank. Close it now.</p>
<p>The consent stays Pending and becomes Abandoned after the time-out, or at once on the <a href="/simulator">control page</a>.</p>`,
  };
}

/** A launch or an address that leads nowhere. */
export function errorPage(text: string, code: string): Page {
  return {
    title: 'This page cannot be opened',
    body: html`
<p class="lead">${text}</p>
<p>Please go back to where you came from and start again. If it keeps happening, tell them this code: <code>${code}</code></p>`,
  };
}

function onwards({ redirectUrl }: Ending, clientName: string): Html {
  return redirectUrl
    ? html`<p class="actions"><a class="button primary" href="${redirectUrl}">Continue to ${clientName}</a></p>`
    : html`<p>You can close this window now.</p>`;
}

const tick = html`<svg class="tick" viewBox="0 0 64 64" aria-hidden="true" focusable="false"><circle cx="32" cy="32" r="30" fill="#e3f4ec"/><path d="M19 33l9 9 18-20" fill="none" stroke="#0f7a4f" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
