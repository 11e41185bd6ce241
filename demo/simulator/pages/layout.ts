import type { Bank } from '../banks.ts';
import { type Html, html } from './html.ts';

/** One hosted page. */
export interface Page {
  /** Heading and, with the product's name, the window's title. */
  title: string;
  body: Html;
  /** The journey's id, for the cancel button; absent where there is nothing to cancel. */
  cancel?: string;
  /** 1 choose, 2 agree, 3 log in, 4 done; absent on pages outside the journey. */
  progress?: 1 | 2 | 3 | 4;
  /** A bank's own page: its colours and name instead of Connect's. */
  bank?: Bank;
  /** Name of a script under /assets. */
  script?: 'launch';
  /** Reload or go on after some seconds, without a script. */
  refresh?: { seconds: number; url?: string };
}

const progressNames = ['Choose your bank', 'Agree to share', 'Log in', 'Done'];

/** The whole document around a page. */
export function layout(page: Page): Html {
  const { bank } = page;
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title} – ${bank ? bank.name : 'Atto Connect (simulator)'}</title>
${page.refresh && html`<meta http-equiv="refresh" content="${page.refresh.seconds}${page.refresh.url ? `;url=${page.refresh.url}` : ''}">`}
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/connect.css">
${bank && html`<link rel="stylesheet" href="/assets/bank-${bank.providerId}.css">`}
</head>
<body class="${bank ? 'bank-page' : 'connect-page'}">
<header class="top">
  <div class="top-in">
    ${bank ? html`<span class="brand">${bank.name}</span>` : brand}
    ${page.cancel && cancelButton(page.cancel)}
  </div>
</header>
<main>
  ${page.progress && progress(page.progress)}
  <h1>${page.title}</h1>
  ${page.body}
</main>
<footer>
  <p>${bank ? `${bank.name} is an invented bank. ` : ''}This is a simulator: no bank is contacted and no data is shared.</p>
</footer>
${page.script && html`<script src="/assets/${page.script}.js"></script>`}
</body>
</html>`;
}

const brand = html`<span class="brand"><svg viewBox="0 0 28 28" aria-hidden="true" focusable="false"><circle cx="10" cy="14" r="7.5" fill="none" stroke="currentColor" stroke-width="3"/><circle cx="18" cy="14" r="7.5" fill="none" stroke="currentColor" stroke-width="3" opacity=".55"/></svg>Atto Connect <small>simulator</small></span>`;

function cancelButton(journeyId: string): Html {
  return html`<form method="post" action="/journey/${journeyId}/cancel"><button class="quiet">Cancel</button></form>`;
}

function progress(current: number): Html {
  return html`<ol class="progress" aria-label="Progress">${progressNames.map(
    (name, index) =>
      html`<li class="${index + 1 < current ? 'past' : ''}" ${index + 1 === current && html`aria-current="step"`}><span>${name}</span></li>`,
  )}</ol>`;
}
