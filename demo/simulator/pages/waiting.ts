import type { Bank } from '../banks.ts';
import type { Journey } from '../connect/journey.ts';
import { html } from './html.ts';
import type { Page } from './layout.ts';

/** Shown while a slow bank thinks; asks again every second. */
export function waitingPage({ id }: Journey, bank: Bank): Page {
  return {
    title: 'Waiting for your bank',
    cancel: id,
    progress: 3,
    refresh: { seconds: 1 },
    body: html`
<p class="lead" role="status">${bank.name} is taking a little longer. Please keep this page open.</p>
<div class="bar" aria-hidden="true"><i></i></div>
<p><a href="/journey/${id}/waiting">Check now</a></p>`,
  };
}
