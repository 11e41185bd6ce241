import { type Bank, countryNames, findBank } from '../banks.ts';
import type { Journey } from '../connect/journey.ts';
import { type Html, html } from './html.ts';
import type { Page } from './layout.ts';
import { bankLogo } from './logos.ts';

/** What was searched for, and what was found; null before the first search. */
export interface Search {
  country: string;
  words: string;
  found: Bank[] | null;
}

/** Favourites as tiles, and a search by country and name. @see documentation, "Flow" */
export function chooseBankPage(journey: Journey, search: Search): Page {
  const { configuration, id } = journey;
  const favourites = configuration.favourites
    .map(findBank)
    .filter((bank) => bank !== undefined)
    .filter(({ country }) => configuration.availableCountries.includes(country));
  return {
    title: 'Choose your bank',
    cancel: id,
    progress: 1,
    body: html`
<p class="lead">${configuration.clientName} would like to see your account information. Where is your account?</p>
${search.found === null && favourites.length > 0 && html`<h2 class="quiet-heading">Often chosen</h2>${bankButtons(id, favourites, 'tiles')}`}
<h2 class="quiet-heading">${search.found === null ? 'Not listed?' : 'Search'}</h2>
${searchForm(journey, search)}
${search.found !== null && results(id, search.found)}`,
  };
}

function searchForm({ id, configuration }: Journey, search: Search): Html {
  return html`
<form method="get" action="/journey/${id}/bank" class="search" role="search">
  <p><label for="country">Country</label>
  <select id="country" name="country">${configuration.availableCountries.map(
    (code) =>
      html`<option value="${code}" ${code === search.country && 'selected'}>${countryNames[code] ?? code}</option>`,
  )}</select></p>
  <p><label for="words">Name of your bank</label>
  <input id="words" name="search" value="${search.words}" autocomplete="off" maxlength="100"></p>
  <p><button>Search</button></p>
</form>`;
}

function results(id: string, found: Bank[]): Html {
  const many = `${found.length} ${found.length === 1 ? 'bank' : 'banks'} found`;
  return html`
<p role="status" class="count">${found.length === 0 ? 'No bank found. Please try part of its name, or another country.' : many}</p>
${found.length > 0 && bankButtons(id, found, 'list')}
<p><a href="/journey/${id}/bank">Show the banks often chosen</a></p>`;
}

function bankButtons(id: string, some: readonly Bank[], look: 'tiles' | 'list'): Html {
  return html`
<form method="post" action="/journey/${id}/bank">
  <ul class="${look}">${some.map(
    (bank) =>
      html`<li><button name="provider_id" value="${bank.providerId}">${bankLogo(bank)}<span>${bank.name}</span></button></li>`,
  )}</ul>
</form>`;
}
