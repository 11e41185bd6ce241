/** The presenter's controls: ways to start a journey that a customer of Larkfield would never see. */
import { type PresenterBank, presenterChoices } from './larkfield.ts';

const KEY = 'larkfield.presenter';

/** Shows what was chosen before, and passes every choice on to the widget as attributes. */
export async function usePresenterControls(controls: HTMLElement, widget: Element): Promise<void> {
  const selects = [...controls.querySelectorAll('select')];
  const kept: Record<string, string> = JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
  // What the widget waits for matters on the way back too, so it is set before anything is fetched.
  setAttribute(widget, 'wait-for', kept['waitFor'] ?? 'data');
  setAttribute(widget, 'locale', kept['locale']);

  const { banks, attoUrl } = await presenterChoices();
  selects
    .find(({ name }) => name === 'bank')
    ?.append(...banks.map(({ name, countryCode, providerId }) => new Option(`${name} (${countryCode})`, providerId)));
  const link = controls.querySelector('a');
  if (link && attoUrl) {
    link.href = attoUrl;
    link.hidden = false;
  }
  for (const select of selects) {
    select.value = kept[select.name] ?? select.value;
  }
  const apply = () => {
    const choices = Object.fromEntries(selects.map(({ name, value }) => [name, value]));
    sessionStorage.setItem(KEY, JSON.stringify(choices));
    applyTo(widget, choices, banks);
  };
  controls.addEventListener('change', apply);
  apply();
}

export function forgetPresenter(): void {
  sessionStorage.removeItem(KEY);
}

function applyTo(widget: Element, choices: Record<string, string>, banks: PresenterBank[]): void {
  const bank = banks.find(({ providerId }) => providerId === choices['bank']);
  const byCode = choices['by'] === 'code' && bank?.bankCode !== undefined;
  setAttribute(widget, 'provider-id', byCode ? undefined : bank?.providerId);
  setAttribute(widget, 'bank-code', byCode ? bank.bankCode : undefined);
  setAttribute(widget, 'country-code', byCode ? bank.countryCode : undefined);
  setAttribute(widget, 'wait-for', choices['waitFor']);
  setAttribute(widget, 'locale', choices['locale']);
}

function setAttribute(widget: Element, name: string, value: string | undefined): void {
  if (value) {
    widget.setAttribute(name, value);
  } else {
    widget.removeAttribute(name);
  }
}
