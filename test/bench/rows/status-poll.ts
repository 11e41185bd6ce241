import type { OtherAtto } from '../../support/other-atto.ts';
import { type BffUnderLoad, journeysOf, withBff } from '../bff-under-load.ts';
import { type LoadResult, load, typical, wire } from '../load.ts';
import { startPeer } from '../peers/start-peer.ts';
import { type Row, rounded, type Scale } from './row.ts';

const JOURNEYS = 200;
/** Where the figure is taken. */
const AT_CONNECTIONS = 32;

const WAYS = ['bare', 'full', 'notModified'] as const;
type Way = (typeof WAYS)[number];

/** A page asks how its journey stands, and finds nothing new; beside a route that only sends the same bytes. */
export async function statusPoll(atto: OtherAtto, scale: Scale): Promise<Row[]> {
  const byConnections = await withBff(atto, {}, async (bff) => {
    const { polls, text } = await pollsOf(bff);
    const bare = await startPeer('bare-express', text);
    const next: Record<Way, () => string> = {
      bare: () => wire({ method: 'GET', path: '/' }),
      full: inTurn(polls.map(({ full }) => full)),
      notModified: inTurn(polls.map(({ notModified }) => notModified)),
    };
    const byConnections: Record<string, Record<Way, LoadResult>> = {};
    for (const connections of scale.connections) {
      const seconds = connections === AT_CONNECTIONS ? scale.seconds : scale.seconds / 2;
      const ask = (way: Way) => load(way === 'bare' ? bare : bff.server, { connections, seconds }, next[way]);
      const rounds: Record<Way, LoadResult[]> = { bare: [], full: [], notModified: [] };
      for (let round = 0; round < scale.rounds; round += 1) for (const way of WAYS) rounds[way].push(await ask(way));
      byConnections[connections] = {
        bare: typical(rounds.bare),
        full: typical(rounds.full),
        notModified: typical(rounds.notModified),
      };
    }
    await bare.stop();
    return byConnections;
  });
  return rowsFrom(byConnections, await withoutLog(atto, scale));
}

/** What of a poll is its line in the log. */
async function withoutLog(atto: OtherAtto, { seconds }: Scale): Promise<LoadResult> {
  return withBff(atto, { LOG_LEVEL: 'silent' }, async (bff) => {
    const { polls } = await pollsOf(bff);
    const ask = () => load(bff.server, { connections: AT_CONNECTIONS, seconds }, inTurn(polls.map(({ full }) => full)));
    // The first makes it warm.
    await ask();
    return ask();
  });
}

function rowsFrom(byConnections: Record<string, Record<Way, LoadResult>>, silent: LoadResult): Row[] {
  const at = byConnections[AT_CONNECTIONS] ?? Object.values(byConnections)[0];
  if (at === undefined) throw new Error('nothing was measured');
  const { bare, full, notModified } = at;
  const cause =
    `A poll costs the server ${full.cpuMicroseconds} µs of CPU, one that is not modified ` +
    `${notModified.cpuMicroseconds} µs, the bare route ${bare.cpuMicroseconds} µs; without its line in the log ` +
    `${silent.cpuMicroseconds} µs: the rest is its limit, the token, the journey and the headers.`;
  const ratio = rounded(full.requestsPerSecond / bare.requestsPerSecond);
  const ofFull = rounded(notModified.cpuMicroseconds / full.cpuMicroseconds);
  return [
    {
      figure: `status poll, ${AT_CONNECTIONS} connections, ${JOURNEYS} journeys`,
      bounds: [{ name: 'requests/s as a share of a default Express route', measured: ratio, atLeast: 0.6 }],
      measured: { byConnections, withoutLog: silent },
      cause,
    },
    {
      figure: '304 no dearer than 200',
      bounds: [{ name: 'CPU as a share of a 200', measured: ofFull, atMost: 1 }],
      measured: { cpuMicroseconds: { full: full.cpuMicroseconds, notModified: notModified.cpuMicroseconds } },
      cause,
    },
  ];
}

/** The polls of many journeys, and what one is answered with. */
async function pollsOf({ client }: BffUnderLoad) {
  const journeys = await journeysOf(JOURNEYS, () => client.launched());
  const [first] = journeys;
  if (first === undefined) throw new Error('there are no journeys');
  const { text, headers } = await client.view(first);
  const polls = journeys.map(({ journeyId, journeyToken }) => {
    const path = `/v1/journeys/${journeyId}`;
    const authorization = `Bearer ${journeyToken}`;
    const page = { authorization, origin: client.credentials.origin };
    return {
      full: wire({ method: 'GET', path, headers: page }),
      notModified: wire({ method: 'GET', path, headers: { ...page, 'if-none-match': headers['etag'] ?? '' } }),
    };
  });
  return { polls, text };
}

function inTurn(requests: readonly string[]): () => string {
  let turn = 0;
  return () => {
    turn += 1;
    return requests[turn % requests.length] ?? '';
  };
}
