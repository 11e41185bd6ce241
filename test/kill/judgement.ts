import type { PartnerEvent } from '../support/partner-server.ts';
import type { Delivery, Fact } from './delivery.ts';

/** What the partner's events show of one consent's webhooks. */
export interface Fault {
  readonly consentId: string;
  readonly fact: Fact;
  readonly in: PartnerEvent['type'];
  readonly acknowledged: number;
  readonly sent: number;
  readonly events: number;
}

/**
 * `lost`: acknowledged, and the partner's events do not show the fact. `twice`: more than one event for a delivery. What was
 * given up may have arrived or not.
 */
export interface Judgement {
  readonly lost: readonly Fault[];
  readonly twice: readonly Fault[];
}

export function judge(deliveries: readonly Delivery[], events: readonly PartnerEvent[]): Judgement {
  const shown = factsIn(events);
  const faults = [...Map.groupBy(deliveries, ({ consentId, fact }) => `${consentId} ${fact}`).values()].flatMap(
    (group): Fault[] => {
      const [{ consentId, fact }] = group as [Delivery];
      const acknowledged = group.filter(({ state }) => state === 'acknowledged').length;
      const sent = group.filter(({ attempts }) => attempts > 0).length;
      return seenIn(fact).map((type) => {
        const count = shown.get(`${type} ${consentId} ${fact}`) ?? 0;
        return { consentId, fact, in: type, acknowledged, sent, events: count };
      });
    },
  );
  return {
    lost: faults.filter((fault) => fault.events < fault.acknowledged),
    twice: faults.filter((fault) => fault.events > fault.sent),
  };
}

/** How often each fact of each consent was told, in events of the consent and of its journey; of all events, in order. */
export function factsIn(events: readonly PartnerEvent[]): Map<string, number> {
  const counts = new FactCounts();
  for (const event of events) counts.add(event);
  return counts.byKey;
}

/** Counts as the events come. */
export class FactCounts {
  readonly byKey = new Map<string, number>();
  readonly #latest = new Map<string, PartnerEvent>();

  add(event: PartnerEvent): void {
    const subject = `${event.type} ${event.consentId}`;
    for (const fact of factsOf(event, this.#latest.get(subject))) {
      const key = `${subject} ${fact}`;
      this.byKey.set(key, (this.byKey.get(key) ?? 0) + 1);
    }
    if (event.status !== 'UpcomingExpiration') this.#latest.set(subject, event);
  }
}

/** An announcement is news of the consent; everything else is news of the journey, too. */
export function seenIn(fact: Fact): PartnerEvent['type'][] {
  return fact === 'UpcomingExpiration' ? ['consent.updated'] : ['consent.updated', 'journey.updated'];
}

/** What an event tells: what it says otherwise than the one before it; where that is nothing, what it says again. */
function factsOf(event: PartnerEvent, before: PartnerEvent | undefined): (string | null)[] {
  const { status, dataAvailability } = event;
  if (status === 'UpcomingExpiration') return [status];
  const ended = status === 'disconnected' || status === 'Revoked' ? 'Revoked' : null;
  const news = [
    ...(ended !== null && status !== before?.status ? [ended] : []),
    ...(dataAvailability !== (before?.dataAvailability ?? null) ? [dataAvailability] : []),
  ];
  return news.length > 0 ? news : [ended ?? dataAvailability];
}
