/** What may happen to an e-mail, as the API tells it. @see atto-facts 3.5 */
export type EmailEvent =
  | 'Sent'
  | 'Received'
  | 'Opened'
  | 'Clicked'
  | 'Dropped'
  | 'Processed'
  | 'Deferred'
  | 'Bounce'
  | 'SpamReport'
  | 'Unsubscribe'
  | 'Failed';

/** The five of them that notifications know. @see documentation, "Webhooks", Invitation */
export type EmailState = 'Sent' | 'Received' | 'Opened' | 'Clicked' | 'Failed';

/** Whether the invited person has done anything about it. */
export type ConnectionStatus = 'Pending' | 'Cancelled' | 'Active' | 'Abandoned';

export interface Activity {
  event: EmailEvent;
  /** ISO 8601, UTC */
  eventDate: string;
  smtpErrorCode: string | null;
  smtpErrorMessage: string | null;
}

/** An invitation as the API shows it. @see docs.atto.co "Connect invitation" */
export interface Invitation {
  /** uuid */
  invitationId: string;
  recipientName: string;
  recipientEmail: string;
  customerReference: string;
  /** ISO 8601, UTC */
  invitationCreated: string;
  activities: Activity[];
}

/** An invitation with what the simulator remembers about it and the API does not show. */
export interface InvitationRecord {
  invitation: Invitation;
  /** The configuration whose Connect the e-mail leads to. */
  configId: string;
  /** Part of the address in the e-mail; nobody else knows it. */
  linkToken: string;
  emailState: EmailState;
  connectionStatus: ConnectionStatus;
}

/** Whether the message lies in the mailbox, to be opened or opened again. */
export function isDelivered({ emailState }: InvitationRecord): boolean {
  return emailState !== 'Sent' && emailState !== 'Failed';
}
