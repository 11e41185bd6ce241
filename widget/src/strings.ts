import type { AttoConnectError } from './errors.ts';

/**
 * Every text that the widget shows, in English. A partner replaces any of them through the property `strings`; a
 * language is one more object of this shape. `{name}` marks where a value goes; `.one`, `.other` and their like are
 * plural forms (CLDR categories). An error's cause is found by its code, else by the kind of answer, else by whose
 * fault it is; nothing that came over the network is ever shown as text, but for the bank's name and the reference.
 */
export const english = {
  'ready.title': 'Connect your bank',
  'ready.text': 'Choose your bank and agree to share your data on a secure page. It takes a few minutes.',
  'starting.title': 'Opening the secure page…',
  'starting.text': 'One moment, please.',
  'away.title': 'Continue at your bank',
  'away.text': 'If your bank’s page is still open, finish there. If you closed it, start again here.',
  'checking.title': 'Checking with your bank…',
  'checking.text': 'This usually takes a few seconds. You may leave this page and come back to it.',
  'waiting.title': 'Your bank is connected',
  'waiting.text': 'Your data is being collected, which can take a few minutes. You may leave this page: it goes on.',
  'waiting.Partial': 'Your accounts are here, your transactions are on their way. You may leave this page: it goes on.',
  'done.title': 'Your bank is connected',
  'done.text': 'You’re all set.',
  'done.bank': '{bank} is connected. You’re all set.',
  'done.until': '{bank} is connected until {date}.',
  'failed.title': 'Your bank could not be connected',
  'failed.data': 'Your data could not be read',
  'cancelled.title': 'You stopped before the end',
  'cancelled.text': 'No bank was connected. You can try again whenever you like.',
  'renew-soon.title': 'Your bank connection ends soon',
  'renew-soon.one': 'It ends within a day. Renew it now and nothing is interrupted.',
  'renew-soon.other': 'It ends in {count} days. Renew it now and nothing is interrupted.',
  'expired.title': 'The time is up',
  'expired.text': 'For your safety, connecting a bank has to be finished within an hour. Please start again.',
  'expired.consent.title': 'Your bank connection has ended',
  'expired.consent.text': 'Renew it to go on sharing your data.',
  'elsewhere.title': 'You started this in another browser',
  'elsewhere.text': 'Go back to the browser or device where you started, and finish there.',
  'elsewhere.here': 'Go back to the browser or device where you started, or continue here.',
  'disowned.title': 'Thank you for telling us',
  'disowned.text': 'Nothing of it is used here. You can close this page.',
  'disowned.journey.title': 'This was stopped',
  'disowned.journey.text': 'Whoever came back from the bank said that they hadn’t started it. You can start again.',
  'disconnected.title': 'Your bank is disconnected',
  'disconnected.text': 'No more of your data is collected from it.',

  'note.lost': 'Your earlier attempt is no longer open. Please start again.',
  'note.rejected': 'What came back does not belong to your connection, so nothing was changed.',
  'note.retry': 'That did not work. Please try again.',

  'button.start': 'Connect your bank',
  'button.again': 'Start again',
  'button.retry': 'Try again',
  'button.another': 'Choose another bank',
  'button.cancel': 'Cancel',
  'button.renew': 'Renew now',
  'button.here': 'Continue here',
  'button.disown': 'I didn’t start this',
  'button.copy': 'Copy reference',
  'button.copied': 'Copied',
  'reference.label': 'Reference for support:',

  'step.connected': 'Bank connected',
  'step.accounts': 'Accounts',
  'step.transactions': 'Transactions',
  'step.ready': 'Everything ready',
  'step.is-done': 'done',

  'action.retry': 'You can try again.',
  'action.choose-another-bank': 'Please choose another bank.',
  'action.contact': 'Please contact us.',

  'error.access_denied': 'Your bank did not give access, or you did not agree to it.',
  'error.provider_permanent_error': 'Your bank cannot be reached in this way at the moment.',
  'error.provider_unsupported_feature': 'Your bank does not offer what is needed here.',
  'error.unexpected_error': 'Something went wrong on the way to your bank.',
  'error.consent_failed': 'Your bank did not complete the connection.',
  'error.consent_abandoned': 'The steps at your bank were not finished.',
  'error.consent_revoked': 'The permission was withdrawn at your bank.',
  'error.consent_expired': 'The permission at your bank ran out.',
  'error.too_many_claims': 'What came back from your bank could not be matched to you.',
  'error.data_unavailable': 'Your bank is connected, but it does not hand over the data.',
  'error.customer_token': 'This page could not confirm who you are. Reloading it may help.',
  'error.configuration': 'This page is not set up for bank connections.',
  'error.unsafe_launch_url': 'This page is not set up for bank connections.',
  'error.storage': 'Your browser keeps nothing for this page. Allow it to store site data, or leave private browsing.',
  'error.network': 'There is no connection at the moment.',
  'error.401': 'Your session on this page has ended. Reload the page.',
  'error.429': 'There were too many attempts. Wait a minute.',
  'error.5xx': 'The service is not available at the moment.',
  'error.4xx': 'This page is not set up for bank connections.',
  'error.customer': 'You stopped before the end.',
  'error.denied': 'Your bank did not give access.',
  'error.provider': 'Your bank cannot be reached in this way.',
  'error.unexpected': 'Something went wrong.',
  'error.expired': 'The time was up.',
};

export type StringKey = keyof typeof english;
export type Strings = Record<StringKey, string>;

/** Finds a text and puts the values in; the key itself never shows, whatever a partner left out. */
export function textOf(
  strings: Partial<Strings>,
  key: StringKey,
  values: Record<string, string | number> = {},
): string {
  return (strings[key] ?? english[key]).replace(/\{(\w+)\}/g, (mark, name: string) => `${values[name] ?? mark}`);
}

/** The key of the plural form that a language wants for a number. */
export function pluralKey(stem: 'renew-soon', count: number, language: string | undefined): StringKey {
  const key = `${stem}.${new Intl.PluralRules(language).select(count)}`;
  return isKey(key) ? key : `${stem}.other`;
}

/** The key of the sentence that says why. */
export function causeKey({ code, status, category }: AttoConnectError): StringKey {
  const candidates = [code, `${status}`, `${Math.floor(status / 100)}xx`, category].map((name) => `error.${name}`);
  return candidates.find(isKey) ?? 'error.unexpected';
}

function isKey(key: string): key is StringKey {
  return Object.hasOwn(english, key);
}
