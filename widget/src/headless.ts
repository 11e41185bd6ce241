/**
 * For those who draw their own button: the journey without any HTML. Importing this does nothing and needs no browser.
 *
 * A `JourneyController` reads its settings whenever it needs them, says `changed` when `phase`, `view`, `error`, `note`
 * or `standing` are different, and tells the page the news by `tell`. Call `begin()` once the page is there, also on the
 * page that the bank leads back to; `start()` inside the click; and `detach()` when nobody looks any more.
 */
export type { ConsentStanding, JourneyError, JourneyStatus, JourneyView } from './contract.ts';
export { AttoConnectError } from './errors.ts';
export type { JourneyKey } from './journey/bff-client.ts';
export type { Phase } from './journey/phase.ts';
export type { Presentation } from './journey/popup.ts';
export type { CustomerToken, JourneySettings } from './journey/settings.ts';
export { JourneyController, type JourneyHost, type News, type Note } from './journey-controller.ts';
