import type { Kill, KillKind, Outcome, Plan } from './under-fire.ts';

/** What a run came to, in figures; every fault whole. */
export function reportOf({ engine, seed }: Plan, { kills, lost, twice, ...counts }: Outcome) {
  const byKind = Map.groupBy(kills, ({ kind }) => kind);
  return {
    engine,
    seed,
    ...counts,
    kills: Object.fromEntries([...byKind].map(([kind, list]) => [kind, figuresOf(list)])) as Partial<
      Record<KillKind, ReturnType<typeof figuresOf>>
    >,
    lost: lost.length,
    twice: twice.length,
    faults: [...lost, ...twice],
  };
}

function figuresOf(kills: readonly Kill[]) {
  const inFlight = kills.map((kill) => kill.inFlight);
  const inboxed = kills.map((kill) => kill.inboxed).filter((count) => count > 0);
  return {
    count: kills.length,
    inFlightAtLeast: Math.min(...inFlight),
    inFlight,
    ...(inboxed.length > 0 && { inboxed }),
  };
}
