import { setTimeout as sleep } from 'node:timers/promises';
import type { BffClient } from '../support/bff-client.ts';
import type { Consent, OtherAtto } from '../support/other-atto.ts';
import type { SeededRandom } from '../support/seeded-random.ts';

/** What a webhook tells, in a word by which the partner's events show it. */
export type Fact = 'Partial' | 'Error' | 'Complete' | 'Processed' | 'UpcomingExpiration' | 'Revoked';

/** One webhook, which Atto sends until it is acknowledged or given up. */
export interface Delivery {
  readonly consentId: string;
  readonly fact: Fact;
  readonly body: Consent;
  attempts: number;
  /** When it is sent (again), in milliseconds on the monotonic clock. */
  dueAt: number;
  state: 'due' | 'under way' | 'acknowledged' | 'given up';
}

/** A connected consent, and what Atto will tell of it, in order. */
export interface Story {
  readonly consentId: string;
  readonly deliveries: readonly Delivery[];
}

/** In rank order, so that each is news, and told one after the other, so that each makes one event. */
const DATA: readonly Fact[] = ['Partial', 'Error', 'Complete', 'Processed'];
const ANNOUNCEMENTS = 2;
export const DELIVERIES_PER_STORY = DATA.length + ANNOUNCEMENTS + 1;
const AT_A_TIME = 16;
const TRIES = 5;

/** Connects so many consents, each by a journey of its own, through the bff's front door. */
export async function connectedStories(
  count: number,
  { client, atto, random }: { client: BffClient; atto: OtherAtto; random: SeededRandom },
): Promise<Story[]> {
  const stories: Story[] = [];
  while (stories.length < count) {
    const some = Array.from({ length: Math.min(AT_A_TIME, count - stories.length) }, () => connected(client, atto));
    for (const consent of await Promise.all(some)) stories.push(story(consent, atto, random));
  }
  return stories;
}

/** A store that is busy refuses for a moment; whoever asks a little later is served. */
async function connected(client: BffClient, atto: OtherAtto): Promise<Consent> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await connect(client, atto);
    } catch (error) {
      if (tries === TRIES) throw error;
      await sleep(1000);
    }
  }
}

async function connect(client: BffClient, atto: OtherAtto): Promise<Consent> {
  const journey = await client.launched();
  const consent = atto.consent({ customerReference: journey.reference });
  atto.consents.set(String(consent['consentId']), consent);
  const claim = { customerRef: journey.reference, state: 'success', consentId: consent['consentId'] };
  const { body, text } = await client.redeem(journey, claim);
  if (body.status !== 'connected') throw new Error(text);
  return consent;
}

/** News of the data with announcements in between, and in the end a revocation: for that one Atto is asked. */
function story(consent: Consent, atto: OtherAtto, random: SeededRandom): Story {
  const facts = [...DATA];
  for (let count = 0; count < ANNOUNCEMENTS; count += 1)
    facts.splice(random.below(facts.length + 1), 0, 'UpcomingExpiration');
  facts.push('Revoked');
  const consentId = String(consent['consentId']);
  const deliveries = facts.map(
    (fact): Delivery => ({
      consentId,
      fact,
      body: webhook(consent, fact, atto, random),
      attempts: 0,
      dueAt: 0,
      state: 'due',
    }),
  );
  return { consentId, deliveries };
}

function webhook(consent: Consent, fact: Fact, atto: OtherAtto, random: SeededRandom): Consent {
  if (fact === 'UpcomingExpiration') return atto.notification({ ...consent, consentStatus: fact });
  if (fact === 'Revoked') return atto.notification(revoked(consent));
  const news = { dataAvailability: fact };
  return random.percent(50) ? atto.notification(consent, news) : atto.notificationV1(consent, news);
}

/** Atto's record of a consent once it is revoked. */
export function revoked(consent: Consent): Consent {
  const statusUpdated = new Date(Date.parse(String(consent['statusUpdated'])) + 1000).toISOString();
  return { ...consent, consentStatus: 'Revoked', statusUpdated };
}
