import type { StartJourneyRequest } from '../contract.ts';
import { asAttoConnectError } from '../errors.ts';
import type { Presentation } from './popup.ts';

/** A JWT from the partner's server, or a function that fetches one when it is needed. */
export type CustomerToken = string | (() => string | null | undefined | Promise<string | null | undefined>);

/** What a launch may be told. Spelt as the element's properties; what is empty is not said. */
export type LaunchSettings = { partner: string } & {
  [Key in Exclude<keyof StartJourneyRequest, 'partner'>]?: string | undefined;
};

/** What the page says; read whenever it is needed, so that it may change at any time. */
export interface JourneySettings extends LaunchSettings {
  /** The bff's address, absolute or relative to the page. */
  bff: string;
  /** Without it the customer is a guest. */
  customerToken?: CustomerToken | null | undefined;
  /** Default: `auto`. */
  presentation?: Presentation | undefined;
  /** What an outcome waits for: `connected` (default), or `data`. */
  waitFor?: 'connected' | 'data' | undefined;
  /** How long data is waited for once connected, in seconds. Default: 600. */
  dataTimeout?: number | undefined;
  /** Nothing can be started. */
  disabled?: boolean | undefined;
}

/** The bff's address in full, without a slash at the end. Empty as long as the settings are not complete, or make no sense. */
export function bffOf({ bff, partner }: JourneySettings): string {
  try {
    return bff && partner ? new URL(bff, location.href).href.replace(/\/+$/, '') : '';
  } catch {
    return '';
  }
}

/** What a widget of a page that has several is for: one for each configuration, or for each consent. */
export function purposeOf({ partner, configId, consentId }: LaunchSettings): string {
  return `${[partner, configId, consentId]}`;
}

/** The token to send; undefined for a guest. */
export async function customerTokenOf({ customerToken }: JourneySettings): Promise<string | undefined> {
  try {
    const token = typeof customerToken === 'function' ? await customerToken() : customerToken;
    // A page, from a server that knows no such address: no header could carry it, which looks as if the network were down.
    if (token?.includes(' ')) throw token;
    return token || undefined;
  } catch (error) {
    throw asAttoConnectError(error, 'customer_token');
  }
}

/**
 * Whose token it is, unchecked: enough not to show one customer's journey to the next one at the same browser. Empty for
 * a guest, null where that cannot be read.
 */
export function customerOf(token: string | null | undefined): string | null {
  try {
    return token ? JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'))).sub : '';
  } catch {
    return null;
  }
}
