import assert from 'node:assert/strict';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Answer, BffClient, ReturnParameters, ViewOrProblem } from '../../support/bff-client.ts';
import type { Consent, OtherAtto } from '../../support/other-atto.ts';

/** Where a lie is told. */
export interface World {
  readonly bff: BffClient;
  readonly atto: OtherAtto;
  /** The same bff, for a partner that asked for bare references (`reference: "exact"`). */
  readonly exact: BffClient;
  /** A third partner. */
  readonly stranger: string;
  /** The bff's own time. */
  now(): number;
  moveClock(milliseconds: number): Promise<void>;
}

/** How a return reaches the bff: the handle of its return page, or the raw parameters that the page got from Atto. */
export type Channel = 'handle' | 'parameters';

/** Every comparison that stands between a return and "connected". */
export type Comparison =
  | 'the id that was asked for'
  | 'customerReference is the reference'
  | 'applicationId is ours'
  | 'the consent is fresh'
  | 'the status is Active'
  | 'customer_ref is the reference'
  | 'every parameter is said once'
  | 'state is success'
  | 'no error beside success'
  | 'there is a consent_id'
  | 'the partner is of the path'
  | 'the journey was launched'
  | 'the return came after the launch'
  | 'the handle is known'
  | 'the handle is young'
  | 'one journey to a return'
  | 'five ids at most'
  | 'the token is the journey’s'
  | 'the journey goes on'
  | 'what is bound stays bound';

/** One row: a return that is true but for one thing. */
export interface Lie {
  readonly attacks: Comparison;
  readonly lie: string;
  readonly by: readonly Channel[];
  readonly ends: Readonly<Record<Channel, Ending>>;
  /** Tells it; not `lying`, everything is the same but that one thing. */
  readonly tell: (world: World, channel: Channel, lying: boolean) => Promise<Told>;
}

/** What became of it. */
export interface Told {
  readonly journey: StartedJourney;
  /** The view before the return was redeemed. */
  readonly before: ViewOrProblem;
  readonly answer: Answer<ViewOrProblem>;
  /** The view afterwards. */
  readonly after: ViewOrProblem;
}

/** What design section 2 and 3 say becomes of a lie. */
export interface Ending {
  readonly status: number;
  /** Of the problem, or of the journey's error. */
  readonly code: string | null;
  /** Of the journey, if the view changes at all. */
  readonly becomes: 'unchanged' | 'returned' | 'failed';
}

export const refused: Ending = { status: 409, code: 'claim_rejected', becomes: 'unchanged' };
export const malformed: Ending = { status: 400, code: 'invalid_request', becomes: 'unchanged' };
/** Atto may yet make up its mind. */
export const waits: Ending = { status: 200, code: null, becomes: 'returned' };
export const fails = (code: string): Ending => ({ status: 200, code, becomes: 'failed' });
export const both = (ending: Ending) => ({ handle: ending, parameters: ending });

/** What Atto appends to the redirect URL. */
export interface Returned {
  readonly [name: string]: string | readonly string[] | undefined;
}

export interface Truth {
  readonly reference: string;
  readonly returned: Returned;
  /** What the Consent API says of `consent_id`; null: it knows of none. */
  readonly consent: Consent | null;
  /** When the browser left for Atto. */
  readonly launchedAt: number;
}

/** One return, told once: what Atto knows, what comes back, and the journey that it is brought to. */
export async function tell(world: World, channel: Channel, bend: (truth: Truth) => Partial<Truth>): Promise<Told> {
  const { bff, atto } = world;
  const journey = await bff.launched('cust-7');
  const truth = truthOf(world, journey);
  const { returned, consent } = { ...truth, ...bend(truth) };
  if (consent !== null) atto.consents.set(String(truth.returned['consent_id']), consent);
  return told(bff, journey, () => bring(world, channel, journey, returned));
}

/** Redeems, and looks at the journey before and after. */
export async function told(
  bff: BffClient,
  journey: StartedJourney,
  redeem: () => Promise<Answer<ViewOrProblem>>,
): Promise<Told> {
  const before = (await bff.view(journey)).body;
  const answer = await redeem();
  return { journey, before, answer, after: (await bff.view(journey)).body };
}

/** Everything as it would be if nobody lied. */
export function truthOf({ atto, now }: World, { reference }: StartedJourney): Truth {
  const start = new Date(now()).toISOString();
  const consent = atto.consent({ customerReference: reference, consentStart: start, statusUpdated: start });
  const returned = { customer_ref: reference, state: 'success', consent_id: String(consent['consentId']) };
  return { reference, returned, consent, launchedAt: now() };
}

/** Brings a return to a journey, one way or the other. */
export async function bring(
  { bff }: World,
  channel: Channel,
  journey: StartedJourney,
  returned: ReturnParameters,
): Promise<Answer<ViewOrProblem>> {
  const body = channel === 'handle' ? { handle: await bff.handle(returned) } : rawParameters(returned);
  return bff.redeem(journey, body);
}

/** As the widget spells them. */
export function rawParameters(returned: ReturnParameters): object {
  const { customer_ref: customerRef, state, error, consent_id: consentId, ...others } = returned;
  return { customerRef, state, error, consentId, ...others };
}

/** Whether the lie was believed. */
export function isConnected({ answer, after }: Told): boolean {
  return answer.status === 200 && answer.body.status === 'connected' && after.status === 'connected';
}

/** The lie came to what it should. */
export function assertEnding({ before, answer, after }: Told, ends: Ending): void {
  assert.equal(answer.status, ends.status, answer.text);
  if (ends.status >= 400) assert.equal(answer.body.code, ends.code, answer.text);
  else assert.equal(answer.body.error?.code ?? null, ends.code, answer.text);
  if (ends.becomes === 'unchanged') assert.deepEqual(after, before);
  else assert.equal(after.status, ends.becomes);
}
