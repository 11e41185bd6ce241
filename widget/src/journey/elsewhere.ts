import { callBff, type JourneyKey } from './bff-client.ts';
import { newPending } from './pending-journey.ts';
import { bffOf, customerOf, customerTokenOf, type JourneySettings } from './settings.ts';
import { type Verified, verifyReturn } from './verify.ts';

/**
 * Finishes here what was started in another browser; the bff allows it for the same customer.
 *
 * @param handle of a return that nothing in this browser knows of
 * @returns undefined if it was refused all the same
 */
export async function continueReturn(
  settings: JourneySettings,
  handle: string,
  signal: AbortSignal,
): Promise<Verified | undefined> {
  const bff = bffOf(settings);
  const token = await customerTokenOf(settings);
  const { body: key } = await callBff<JourneyKey>(bff, `returns/${handle}/resume`, { token, body: {}, signal });
  const pending = { ...newPending(key, bff, settings.partner), customer: customerOf(token) };
  return verifyReturn({ handle }, [pending], signal);
}

/** "I didn't start this". */
export async function disownReturn(settings: JourneySettings, handle: string, signal: AbortSignal): Promise<void> {
  await callBff(bffOf(settings), `returns/${handle}/disown`, { body: {}, signal });
}
