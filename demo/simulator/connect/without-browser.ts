import { z } from 'zod';
import type { Invitations } from '../invitations/invitations.ts';
import type { Settings } from '../settings.ts';
import type { Timers } from '../timers.ts';
import type { Connect, Wish } from './connect.ts';
import type { Journey } from './journey.ts';
import { readLaunch } from './launch.ts';
import { openInvitation } from './open-invitation.ts';
import { openRenewal, type RenewalDeps } from './renewal.ts';
import { wishShape } from './scenarios.ts';

const journeySchema = z.strictObject({
  customerRef: z.string().min(1),
  configId: z.string().min(1).optional(),
  /** Default 1001. */
  providerId: z.int().nonnegative().default(1001),
  accountType: z.enum(['Personal', 'Business']).default('Personal'),
  ...wishShape,
});

const acceptanceSchema = journeySchema.omit({ customerRef: true, configId: true }).extend({ invitationId: z.string() });

const renewalSchema = z.strictObject({
  consentId: z.string().min(1),
  /** As the client would put in the fragment. Default a good one. */
  accessToken: z.string().optional(),
  /** Stop sharing, where Connect offers a reconfirmation. Default false. */
  disconnect: z.boolean().default(false),
  ...wishShape,
});

/** A first journey to be walked through without a browser. What is left out follows `next`, then the bank's habit. */
export type JourneyToComplete = z.input<typeof journeySchema>;
/** An invitation to be opened, clicked and walked through without a browser. */
export type InvitationToAccept = z.input<typeof acceptanceSchema>;
/** A renewal to be walked through without a browser. */
export type RenewalToComplete = z.input<typeof renewalSchema>;

/** Where the browser would be sent, or null when it would not be: no redirect URL, or nobody came back. */
export interface CompletedJourney {
  redirectUrl: string | null;
  consentId: string | null;
}

/** What walking needs. */
export interface WalkDeps extends RenewalDeps {
  settings: Settings;
  connect: Connect;
  invitations: Invitations;
  timers: Timers;
}

/** Launches a journey and does what a customer would. Throws a ZodError or a LaunchError. */
export async function completeJourney(deps: WalkDeps, input: unknown): Promise<CompletedJourney> {
  const { customerRef, configId, providerId, accountType, ...asked } = journeySchema.parse(input);
  const parameters = { client_id: deps.settings.applicationId, config_id: configId, customer_ref: customerRef };
  const journey = deps.connect.launch(readLaunch(parameters, deps.settings));
  return chooseAndVisitBank(deps, journey, { providerId, accountType }, asked);
}

/** Opens an invitation's e-mail, follows its link and does what a customer would. Throws a ZodError or a LaunchError. */
export async function acceptInvitation(deps: WalkDeps, input: unknown): Promise<CompletedJourney> {
  const { invitationId, providerId, accountType, ...asked } = acceptanceSchema.parse(input);
  const record = deps.invitations.get(invitationId);
  deps.invitations.open(record);
  const journey = openInvitation(deps, record);
  if (asked.outcome !== 'customer_cancelled')
    return chooseAndVisitBank(deps, journey, { providerId, accountType }, asked);
  deps.connect.cancel(journey);
  return visitBank(deps, journey, asked);
}

function chooseAndVisitBank(
  deps: WalkDeps,
  journey: Journey,
  { providerId, accountType }: { providerId: number; accountType: 'Personal' | 'Business' },
  asked: Wish,
): Promise<CompletedJourney> {
  if (!deps.connect.chooseBank(journey, providerId)) throw new Error(`bank ${providerId} is not offered`);
  if (journey.bank?.connection === 'credential-sharing') deps.connect.chooseAccountType(journey, accountType);
  deps.connect.agree(journey);
  return visitBank(deps, journey, asked);
}

/** Opens a renewal and does what a customer would. Throws a ZodError or a LaunchError. */
export async function completeRenewal(deps: WalkDeps, input: unknown): Promise<CompletedJourney> {
  const { consentId, accessToken, disconnect, ...asked } = renewalSchema.parse(input);
  const token = accessToken ?? (await deps.accessTokens.issue('api:consent'));
  const journey = await openRenewal(deps, consentId, token);
  if (!journey.ending && disconnect) deps.connect.disconnect(journey);
  else if (!journey.ending && asked.outcome === 'customer_cancelled') deps.connect.cancel(journey);
  else if (!journey.ending) deps.connect.agree(journey);
  return visitBank(deps, journey, asked);
}

async function visitBank({ connect, timers }: WalkDeps, journey: Journey, asked: Wish): Promise<CompletedJourney> {
  if (!journey.ending && connect.logIn(journey, asked) !== 'abandoned') {
    await timers.pause(connect.bankAnswers(journey));
    while (connect.bankAnswers(journey) > 0) await timers.pause(5);
    if (!journey.ending) connect.chooseAccounts(journey, ['current']);
  }
  return {
    redirectUrl: journey.ending?.redirectUrl ?? null,
    consentId: journey.record?.consent.consentId ?? null,
  };
}
