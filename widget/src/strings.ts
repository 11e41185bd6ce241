/**
 * Every text that the widget shows, in English. A partner replaces any of them through the property `strings`; a
 * language is one more object of this shape. `{name}` marks where a value goes. The cause of an error is found by its
 * code, else by the status of the answer or its first digit; nothing that came over the network is shown as text, but
 * for the bank's name and the reference.
 */
export const english = {
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
  'waiting.text': 'Your data is on its way. You may leave this page and come back.',
  'done.title': 'You’re all set',
  'done.text': 'Your bank is connected.',
  'done.bank': '{bank} is connected.',
  'leaving.title': 'Disconnect your bank?',
  'leaving.text': 'No more data will be shared. What was shared before is not deleted by this.',
  'failed.title': 'That did not work',
  'cancelled.title': 'You stopped before the end',
  'renew-soon.title': 'Your bank connection ends soon',
  'renew-soon.text': 'Days left: {days}',
  'expired.title': 'The time is up',
  'expired.text': 'Your bank has to be connected within an hour.',
  'ended.title': 'Your bank connection has ended',
  'elsewhere.title': 'You started this in another browser',
  'elsewhere.text': 'Please finish it there.',
  'disowned.title': 'Thank you for telling us',
  'disowned.text': 'You may leave this page.',
  'stopped.title': 'This was stopped',
  'stopped.text': 'Whoever came back did not start it.',
  'disconnected.title': 'Your bank is disconnected',

  'note.lost': 'Your earlier attempt has ended.',
  'note.rejected': 'What came back is not yours.',
  'note.undone': 'Please try again.',
  'note.contact': 'Please contact us.',

  'button.start': 'Connect your bank',
  'button.again': 'Start again',
  'button.there': 'Continue there',
  'button.retry': 'Try again',
  'button.another': 'Choose another bank',
  'button.cancel': 'Cancel',
  'button.renew': 'Renew now',
  'button.leave': 'Disconnect',
  'button.disconnect': 'Yes, disconnect',
  'button.keep': 'Keep it connected',
  'button.here': 'Continue here',
  'button.disown': 'I didn’t start this',
  reference: 'Reference for support:',

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
  'error.data_unavailable': 'Your bank does not share your data.',
  'error.storage': 'This page may not store data in your browser.',
  'error.network': 'You seem to be offline.',
  'error.401': 'Your session has ended. Reload this page.',
  'error.429': 'There were too many attempts.',
  'error.4': 'This page is not set up for your bank.',
  'error.5': 'This service is not available.',
};

export type Strings = Record<keyof typeof english, string>;

/** Finds a text and puts the values in. Empty if there is no such text, or nothing to put into it. */
export type Say = (key: string, values?: Record<string, string | number | null | undefined>) => string;

/** Speaks English wherever a partner has not said it better. */
export function speaker(strings: Partial<Strings>): Say {
  const texts: Record<string, string> = { ...english, ...strings };
  return (key, values) => (texts[key] ?? '').replace(/\{(\w+)\}/g, (_, name: string) => `${values?.[name] ?? ''}`);
}
