import type { AttoConnect } from '../../widget/src/atto-connect.ts';
import type { ConsentStanding, JourneyError, JourneyView } from '../../widget/src/contract.ts';
import type { Phase } from '../../widget/src/journey/phase.ts';
import { connected } from './fake-bff.ts';

/** Something that the widget can show, and how a page comes to see it. */
export interface Scene {
  name: string;
  phase: Phase;
  /** The journey of this browser, as the bff describes it. */
  journey?: Partial<JourneyView>;
  /** How the consent stands that the page names. */
  standing?: Partial<ConsentStanding>;
  properties?: Partial<AttoConnect>;
  /** What surrounds it: the address of a return, a window that the bank had, a window that opens. */
  around?: 'return of another browser' | 'window of the bank' | 'popup';
  /** The parts of the buttons that are pressed then. */
  press?: string[];
}

const logo =
  'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><path fill="%230b5d52" d="M0 0h28v28H0z"/><circle cx="14" cy="14" r="8" fill="%23fff"/></svg>';

const failed = (code: string, action: JourneyError['action']) => ({
  status: 'failed' as const,
  error: {
    code,
    category: 'unexpected',
    retryable: action === 'retry',
    action,
    reference: 'cust-1042.Jx9_qT2Vb7',
  } as const,
});
const data = (dataAvailability: JourneyView['dataAvailability']) => ({ ...connected, dataAvailability });

export const scenes: Scene[] = [
  { name: 'ready', phase: 'ready' },
  {
    name: 'ready, with banks',
    phase: 'ready',
    properties: {
      banks: [
        { name: 'Northmoor Bank', providerId: '1', logo },
        { name: 'Ängelholm Sparbank', providerId: '2' },
        { name: 'Bank of Far', providerId: '3', logo: 'https://nowhere.invalid/logo.png' },
      ],
    },
  },
  { name: 'ready, compact', phase: 'ready', properties: { layout: 'compact' } },
  { name: 'starting', phase: 'starting', press: ['primary'] },
  { name: 'away', phase: 'away', journey: {} },
  { name: 'away, in a window', phase: 'away', around: 'popup', press: ['primary'] },
  { name: 'back in the window of the bank', phase: 'returned', around: 'window of the bank', journey: {} },
  { name: 'checking', phase: 'checking', journey: { status: 'returned' } },
  { name: 'waiting', phase: 'waiting', journey: data('Partial'), properties: { waitFor: 'data' } },
  { name: 'done', phase: 'done', journey: data('Processed') },
  { name: 'done, compact', phase: 'done', journey: data(null), properties: { layout: 'compact' } },
  { name: 'leaving', phase: 'done', journey: data(null), press: ['quiet'] },
  { name: 'failed', phase: 'failed', journey: failed('access_denied', 'retry') },
  { name: 'failed, another bank', phase: 'failed', journey: failed('provider_permanent_error', 'choose-another-bank') },
  { name: 'failed, contact', phase: 'failed', journey: failed('unexpected_error', 'contact') },
  {
    name: 'failed, compact',
    phase: 'failed',
    journey: failed('access_denied', 'retry'),
    properties: { layout: 'compact' },
  },
  { name: 'no data', phase: 'failed', journey: data('Error'), properties: { waitFor: 'data' } },
  { name: 'cancelled', phase: 'cancelled', journey: { status: 'cancelled' } },
  { name: 'expired', phase: 'expired', journey: { status: 'expired' } },
  { name: 'stopped', phase: 'disowned', journey: { status: 'disowned' } },
  { name: 'disconnected', phase: 'disconnected', journey: { status: 'disconnected' } },
  { name: 'came back in another browser', phase: 'elsewhere', around: 'return of another browser' },
  { name: 'disowned', phase: 'disowned', around: 'return of another browser', press: ['quiet'] },
  { name: 'renew soon', phase: 'renew-soon', standing: { renew: 'soon', daysLeft: 9 } },
  { name: 'consent ended', phase: 'expired', standing: { renew: 'now', status: 'Expired', daysLeft: 0 } },
  { name: 'consent lasts', phase: 'done', standing: { renew: 'none', daysLeft: 80 } },
];
