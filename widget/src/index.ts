/** The names we promise. Importing this does nothing, so it is safe on a server; `./define` registers the element. */
export { AttoConnect } from './atto-connect.ts';
export type { JourneyError, JourneyStatus, JourneyView } from './contract.ts';
export { AttoConnectError } from './errors.ts';
export { AttoCancelEvent, AttoCompleteEvent, AttoErrorEvent, AttoLaunchEvent, AttoStatusEvent } from './events.ts';
export type { JourneyKey } from './journey/bff-client.ts';
export type { Phase } from './journey/phase.ts';
export type { Presentation } from './journey/popup.ts';
export type { CustomerToken } from './journey/settings.ts';
export type { Language } from './language.ts';
export { english, type Strings, type Texts } from './strings.ts';
export type { Bank } from './view.ts';
