import { html } from './html.ts';
import type { Page } from './layout.ts';

/**
 * The first page of a launch whose secret is in the fragment, which only a script can read. The script fills the
 * form, clears the address and submits; without scripts a launch goes on without a token.
 */
export function landingPage(parameters: Readonly<Record<string, string>>, renewal: boolean): Page {
  return {
    title: 'Opening a secure page',
    script: 'launch',
    body: html`
<p class="lead">One moment, please.</p>
<form method="post" action="/launch" id="launch">
  ${Object.entries(parameters).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
  <input type="hidden" name="${renewal ? 'access_token' : 'validation_token'}" id="token">
  <noscript><p>${renewal ? 'Please switch on JavaScript to renew your connection.' : 'Your browser does not run scripts.'}</p></noscript>
  <p><button class="primary">Continue</button></p>
</form>`,
  };
}
