/**
 * Every text that the widget shows, in English. A partner replaces any of them through the property `strings`; a
 * language is one more object of this shape, and `dir` the direction it is written in. `{bank}`, `{date}` and `{when}`
 * ("in 9 days") mark where a value goes; a text whose value is missing is left out. The cause of an error is found by
 * its code, else by the status of the answer or its first digit; nothing that came over the network is shown as text,
 * but for the bank's name and the reference.
 */
export const english = {
  dir: 'ltr',

  'ready.title': 'Connect your bank',
  'ready.text': 'Choose your bank and agree to share your data on a secure page.',
  'starting.title': 'Opening the secure page…',
  'away.title': 'Continue at your bank',
  'away.text': 'If you closed its page, start again.',
  'beside.text': 'Its page is open in another window.',
  'returned.title': 'You may close this window',
  'returned.text': 'Go on where you started.',
  'checking.title': 'Checking with your bank…',
  'checking.text': 'You may leave this page and come back.',
  'waiting.title': 'Your bank is connected',
  'waiting.text': 'Your data will be here in a few minutes. You may leave this page and come back.',
  'done.title': 'You’re all set',
  'done.text': 'Your bank is connected.',
  'done.bank': '{bank} is connected.',
  'done.until': 'You share your data until {date}.',
  'leaving.title': 'Disconnect your bank?',
  'leaving.text': 'No more data will be shared. What was shared before is not deleted by this.',
  'failed.title': 'That did not work',
  'cancelled.title': 'You stopped before the end',
  'cancelled.text': 'Nothing has changed.',
  'renew-soon.title': 'Your bank connection ends soon',
  'renew-soon.text': 'It ends {when}, on {date}.',
  'expired.title': 'The time is up',
  'expired.text': 'Your bank has to be connected within an hour.',
  'ended.title': 'Your bank connection has ended',
  'ended.text': 'Renew it to go on sharing your data.',
  'elsewhere.title': 'You started this in another browser',
  'elsewhere.text': 'Please finish it there.',
  'disowned.title': 'Thank you for telling us',
  'disowned.text': 'You may leave this page.',
  'stopped.title': 'This was stopped',
  'stopped.text': 'Somebody else came back from your bank, and did not know of it.',
  'disconnected.title': 'Your bank is disconnected',
  'disconnected.text': 'No more data will be shared.',

  'note.lost': 'Your earlier attempt has ended.',
  'note.rejected': 'What came back could not be matched to you.',
  'note.choose-another-bank': 'Please choose another bank.',
  'note.contact': 'Please contact us.',
  'note.retry': 'Please try again.',
  'note.copied': 'Copied.',

  'button.start': 'Connect your bank',
  'button.again': 'Start again',
  'button.there': 'Continue there',
  'button.retry': 'Try again',
  'button.another': 'Choose another bank',
  'button.cancel': 'Cancel',
  'button.renew': 'Renew now',
  'button.leave': 'Disconnect',
  'button.keep': 'Keep it connected',
  'button.disconnect': 'Yes, disconnect',
  'button.here': 'Continue here',
  'button.disown': 'I didn’t start this',
  'button.copy': 'Copy',
  reference: 'Reference for support:',
  required: 'Please connect your bank.',

  'step.1': 'Bank connected',
  'step.2': 'Accounts',
  'step.3': 'Transactions',
  'step.4': 'Everything ready',
  'step.done': 'done',

  'error.access_denied': 'Access to your bank was not given.',
  'error.provider_permanent_error': 'Your bank cannot be reached.',
  'error.provider_unsupported_feature': 'Your bank does not offer this.',
  'error.unexpected_error': 'Something went wrong.',
  'error.consent_failed': 'Your bank did not complete this.',
  'error.consent_abandoned': 'You did not finish at your bank.',
  'error.consent_revoked': 'Your permission was withdrawn.',
  'error.consent_expired': 'Your permission has ended.',
  'error.too_many_claims': 'What came back could not be matched to you.',
  'error.data_unavailable': 'Your bank is connected, but shares no data.',
  'error.storage': 'Your browser stores nothing for this page. Allow it, or use another one.',
  'error.network': 'This service cannot be reached. Are you online?',
  'error.401': 'Your session has ended. Reload this page first.',
  'error.429': 'There were too many attempts. Wait a few minutes.',
  'error.4': 'This page is not set up correctly.',
  'error.5': 'This service is not available.',
};

export type Strings = Record<keyof typeof english, string>;

/** Texts to use instead of the English ones. */
export type Texts = Partial<Strings>;

/** What goes into the texts, by name. */
export type Values = Record<string, string | null | undefined>;

/** Finds a text and puts the values in. Empty if there is no such text, or a value that belongs into it is missing. */
export type Say = (key: string) => string;

/** @param said the first that has a text is heard; English where none has */
export function speaker(values: Values, ...said: (Texts | null | undefined)[]): Say {
  return (key) => {
    const text = [...said, english].map((texts) => texts?.[key as keyof Texts]).find((found) => found != null);
    const parts = `${text ?? ''}`.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? values[part] : part));
    return parts.some((part) => part == null) ? '' : parts.join('');
  };
}
