import type { Bank, Mark } from '../banks.ts';
import { type Html, html } from './html.ts';

/** White drawings on a 48-unit square. */
const marks: Record<Mark, Html> = {
  wave: html`<path d="M8 27c5-8 10-8 16 0s11 8 16 0M8 36c5-8 10-8 16 0s11 8 16 0" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round"/><circle cx="33" cy="14" r="5" fill="#fff"/>`,
  leaf: html`<path d="M12 36C10 20 20 10 38 10c0 18-10 27-24 25m-4 5c6-12 12-16 18-19" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/>`,
  arch: html`<path d="M10 38V24a14 14 0 0 1 28 0v14M18 38V25a6 6 0 0 1 12 0v13M7 38h34" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round"/>`,
  star: html`<path d="M24 8l4 12 12 4-12 4-4 12-4-12-12-4 12-4z" fill="#fff"/>`,
  ring: html`<circle cx="20" cy="24" r="11" fill="none" stroke="#fff" stroke-width="3.5"/><circle cx="29" cy="24" r="11" fill="none" stroke="#fff" stroke-width="3.5"/>`,
  hill: html`<path d="M6 37l12-19 8 12 5-7 11 14z" fill="#fff"/><circle cx="34" cy="13" r="4" fill="#fff"/>`,
  key: html`<circle cx="17" cy="19" r="8" fill="none" stroke="#fff" stroke-width="3.5"/><path d="M23 25l15 14m-5-5l4-4m-9-1l3-3" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round"/>`,
  bird: html`<path d="M6 20c8-4 13-1 18 7 5-8 10-11 18-7-9 1-14 6-18 15-4-9-9-14-18-15z" fill="#fff"/>`,
  lantern: html`<path d="M17 17h14l3 20H14zM20 17v-4a4 4 0 0 1 8 0v4" fill="none" stroke="#fff" stroke-width="3.5" stroke-linejoin="round"/><circle cx="24" cy="28" r="4" fill="#fff"/>`,
  grain: html`<path d="M24 41V14" stroke="#fff" stroke-width="3.5" stroke-linecap="round"/><path d="M24 8c4 4 4 7 0 11-4-4-4-7 0-11zM25 29c0-6 4-9 10-9 0 6-4 9-10 9zm-2 0c0-6-4-9-10-9 0 6 4 9 10 9zm2 10c0-6 4-9 10-9 0 6-4 9-10 9zm-2 0c0-6-4-9-10-9 0 6 4 9 10 9z" fill="#fff"/>`,
};

/** An invented bank's logo. Decorative: the bank's name always stands beside it. */
export function bankLogo(bank: Bank): Html {
  return html`<svg class="logo" viewBox="0 0 48 48" aria-hidden="true" focusable="false"><rect width="48" height="48" rx="12" fill="${bank.colour}"/>${marks[bank.mark]}</svg>`;
}
