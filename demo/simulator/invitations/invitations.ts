import { randomBytes, randomUUID } from 'node:crypto';
import type { ConsentNews } from '../consents/consent.ts';
import type { Settings } from '../settings.ts';
import type { Timers } from '../timers.ts';
import type { Activity, ConnectionStatus, EmailEvent, EmailState, InvitationRecord } from './invitation.ts';
import { isDelivered } from './invitation.ts';

/** What the client asks for, checked. */
export interface InvitationRequest {
  recipientName: string;
  recipientEmail: string;
  customerReference: string;
  configId: string;
}

/** What a mail server answers for a mailbox that is not there; as they do, it repeats the address. */
const noMailbox = (address: string) => ({ smtpErrorCode: '550', smtpErrorMessage: `5.1.1 <${address}>: no such user` });
/** Mail to these reaches nobody. @see RFC 2606 section 2 */
const undeliverable = /\.invalid$/i;

/**
 * Every invitation of the application, and what becomes of each: the e-mail is sent, arrives or fails, is opened and
 * clicked; the person then connects, cancels or gives up. No e-mail leaves this process.
 */
export class Invitations {
  readonly #records = new Map<string, InvitationRecord>();
  readonly #settings: Settings;
  readonly #timers: Timers;
  readonly #now: () => number;
  readonly #announce: (record: InvitationRecord) => void;

  constructor(deps: {
    settings: Settings;
    timers: Timers;
    now: () => number;
    announce: (record: InvitationRecord) => void;
  }) {
    this.#settings = deps.settings;
    this.#timers = deps.timers;
    this.#now = deps.now;
    this.#announce = deps.announce;
  }

  /** Writes the e-mail and sends it; it arrives, or comes back, a little later. */
  send({ configId, ...request }: InvitationRequest): InvitationRecord {
    const record: InvitationRecord = {
      invitation: {
        invitationId: randomUUID(),
        ...request,
        invitationCreated: new Date(this.#now()).toISOString(),
        activities: [],
      },
      configId,
      linkToken: randomBytes(18).toString('base64url'),
      emailState: 'Sent',
      connectionStatus: 'Pending',
    };
    this.#records.set(record.invitation.invitationId, record);
    this.#email(record, 'Sent');
    this.#timers.after(this.#settings.emailDelayMs, () => {
      if (record.emailState !== 'Sent') return;
      if (undeliverable.test(request.recipientEmail)) this.bounce(record);
      else this.#email(record, 'Received');
    });
    return record;
  }

  /** The mail server of the recipient would not have it. */
  bounce(record: InvitationRecord): void {
    const problem = noMailbox(record.invitation.recipientEmail);
    this.#note(record, 'Bounce', problem);
    this.#email(record, 'Failed', problem);
  }

  open(record: InvitationRecord): void {
    if (!isDelivered(record)) this.#email(record, 'Received');
    this.#email(record, 'Opened');
  }

  click(record: InvitationRecord): void {
    this.#email(record, 'Clicked');
  }

  /** The invited person gave up in Connect, on whichever page. */
  cancel(invitationId: string): void {
    this.#connect(invitationId, 'Cancelled');
  }

  /** A consent has changed; perhaps an invitation led to it. */
  hear({ consent: { invitationId }, status, error }: ConsentNews): void {
    if (invitationId === null || error !== null) return;
    if (status === 'Active' || status === 'Abandoned') this.#connect(invitationId, status);
  }

  find(invitationId: string): InvitationRecord | undefined {
    return this.#records.get(invitationId.toLowerCase());
  }

  /** The record, for callers who know it exists. */
  get(invitationId: string): InvitationRecord {
    const record = this.find(invitationId);
    if (!record) throw new Error(`there is no invitation ${invitationId}`);
    return record;
  }

  findByLink(linkToken: string): InvitationRecord | undefined {
    return this.all().find((record) => record.linkToken === linkToken);
  }

  all(): InvitationRecord[] {
    return [...this.#records.values()];
  }

  clear(): void {
    this.#records.clear();
  }

  #connect(invitationId: string, status: ConnectionStatus): void {
    const record = this.find(invitationId);
    // Once connected, it is the consent that is told of.
    if (!record || record.connectionStatus === status || record.connectionStatus === 'Active') return;
    record.connectionStatus = status;
    this.#announce(record);
  }

  #email(record: InvitationRecord, state: EmailState, problem?: ReturnType<typeof noMailbox>): void {
    record.emailState = state;
    this.#note(record, state, problem);
    this.#announce(record);
  }

  #note({ invitation }: InvitationRecord, event: EmailEvent, problem: Partial<Activity> = {}): void {
    const eventDate = new Date(this.#now()).toISOString();
    invitation.activities.push({ event, eventDate, smtpErrorCode: null, smtpErrorMessage: null, ...problem });
  }
}
