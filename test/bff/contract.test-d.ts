/**
 * Nothing here runs: `tsc -p test` fails where the schemas of the bff and the contract of the widget differ, in either
 * direction; a field too many or too narrow included, which `satisfies` does not see.
 */
import type {
  ConsentStanding,
  ConsentSummary,
  FINAL_STATUSES,
  JourneyError,
  JourneyStatus,
  JourneyView,
  LaunchedJourney,
  MAXIMUM_WAIT_SECONDS,
  Problem,
  RETURN_FRAGMENT,
  ReturnByHandle,
  ReturnByParameters,
  StartedJourney,
  StartJourneyRequest,
} from '@atto-connect/widget/contract';
import type { z } from 'zod';
import type * as constants from '../../bff/src/contract-constants.ts';
import type {
  returnByHandleSchema,
  returnByParametersSchema,
  startJourneySchema,
} from '../../bff/src/contract-schemas.ts';
import type { problemFrom } from '../../bff/src/errors.ts';
import type { beginJourney } from '../../bff/src/journey/begin-journey.ts';
import type { Journey } from '../../bff/src/journey/journey.ts';
import type { consentSummary, journeyView } from '../../bff/src/journey/journey-view.ts';
import type { ConsentStanding as ShownStanding } from '../../bff/src/routes/customer-consents.ts';

type Equal<A, B> =
  (<T>() => T extends Flat<A> ? 1 : 2) extends <T>() => T extends Flat<B> ? 1 : 2 ? true : { expected: A; got: B };
/** Interfaces and what zod infers are compared by their fields. */
type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T;
type Assert<T extends true> = T;

/** `state` is wider in the contract: what Atto may send one day is refused by the bff, and by nobody before. */
type ReturnAsTaken = Omit<ReturnByParameters, 'state'> & { state: 'success' | 'error' };

export type Contract = [
  Assert<Equal<StartJourneyRequest, z.input<typeof startJourneySchema>>>,
  Assert<Equal<StartJourneyRequest, z.output<typeof startJourneySchema>>>,
  Assert<Equal<ReturnByHandle, z.output<typeof returnByHandleSchema>>>,
  Assert<Equal<Flat<ReturnAsTaken>, z.output<typeof returnByParametersSchema>>>,
  Assert<Equal<StartedJourney, Awaited<ReturnType<typeof beginJourney>>>>,
  Assert<Equal<JourneyView, ReturnType<typeof journeyView>>>,
  Assert<Equal<ConsentSummary, ReturnType<typeof consentSummary>>>,
  Assert<Equal<JourneyStatus, Journey['status']>>,
  Assert<Equal<JourneyError['action'], NonNullable<Journey['error']>['action']>>,
  Assert<Equal<JourneyError['category'], NonNullable<Journey['error']>['category']>>,
  Assert<Equal<Problem, ReturnType<typeof problemFrom>>>,
  Assert<Equal<ConsentStanding, ShownStanding>>,
  Assert<Equal<typeof MAXIMUM_WAIT_SECONDS, typeof constants.MAXIMUM_WAIT_SECONDS>>,
  Assert<Equal<typeof RETURN_FRAGMENT, typeof constants.RETURN_FRAGMENT>>,
  Assert<Equal<keyof LaunchedJourney, 'launchUrl' | 'expiresAt'>>,
  Assert<(typeof FINAL_STATUSES)[number] extends JourneyStatus ? true : false>,
];
