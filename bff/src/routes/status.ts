import type { Request, RequestHandler, Response } from 'express';
import { MAXIMUM_WAIT_SECONDS } from '../contract-constants.ts';
import { isOpen, type Journey } from '../journey/journey.ts';
import { journeyETag, journeyViewText } from '../journey/journey-view.ts';
import type { WaitingRoom } from '../journey/waiting-room.ts';
import { authorizedJourney, type JourneyAccess } from '../middleware/authorized-journey.ts';
import { callerAddress } from '../middleware/rate-limits.ts';

export interface StatusDependencies extends JourneyAccess {
  waitingRoom: WaitingRoom;
}

/** Where there is no seat to wait in: ask again after so long. */
const NO_SEAT_RETRY_SECONDS = 5;

/**
 * GET /v1/journeys/{journeyId}: what we know, from our store alone. With `If-None-Match` and `Prefer: wait` the answer is
 * held until something changes.
 */
export function statusRoute(deps: StatusDependencies): RequestHandler {
  return async (request, response) => {
    const journey = await authorizedJourney(deps, request, response);
    const seconds = waitSeconds(request);
    if (seconds === 0 || !matches(request, journey) || hasEnded(journey)) return send(request, response, journey);
    const milliseconds = Math.min(seconds * 1000, Math.max(journey.expiresAt - deps.now(), 0));
    const read = () => authorizedJourney(deps, request, response);
    const { outcome, seen } = await changeOf(deps.waitingRoom, journey, { request, response, milliseconds, read });
    if (outcome === 'gone') return;
    if (outcome === 'no seat') response.set('Retry-After', String(NO_SEAT_RETRY_SECONDS));
    else response.set('Preference-Applied', `wait=${seconds}`);
    send(request, response, seen ?? (await read()));
  };
}

/** Nothing that a poller could wait for: Atto's word that the data is complete does not end a journey, its status does. */
function hasEnded(journey: Journey): boolean {
  return !isOpen(journey) && journey.status !== 'connected';
}

function send(request: Request, response: Response, journey: Journey): void {
  response.setHeader('ETag', journeyETag(journey));
  if (matches(request, journey)) {
    response.status(304).end();
    return;
  }
  // Not `response.json`: looking up what the app was configured with costs as much as all the rest of the answer.
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(journeyViewText(journey));
}

/** @see RFC 9110 section 13.1.2: compared weakly. */
function matches(request: Request, journey: Journey): boolean {
  const header = request.get('if-none-match');
  if (header === undefined) return false;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(journeyETag(journey));
}

/** `Prefer: wait=N`, at most 25. @see RFC 7240 section 4.3 */
function waitSeconds(request: Request): number {
  const match = /(?:^|[,;]) *wait *= *"?(\d{1,6})"? *(?:$|[,;])/i.exec(request.get('prefer') ?? '');
  return match === null ? 0 : Math.min(Number(match[1]), MAXIMUM_WAIT_SECONDS);
}

interface Wait {
  request: Request;
  response: Response;
  milliseconds: number;
  /** The journey as it is stored now. */
  read: () => Promise<Journey>;
}

type Outcome = 'changed' | 'dismissed' | 'timed out' | 'no seat' | 'gone';

function changeOf(
  room: WaitingRoom,
  { id, partnerId }: Journey,
  { request, response, milliseconds, read }: Wait,
): Promise<{ outcome: Outcome; seen: Journey | null }> {
  return new Promise((resolve) => {
    // Not every stored change is one that the browser sees. Whatever went wrong with looking is met again when answering.
    const look = () =>
      read().then(
        (latest) => !matches(request, latest) && finish('changed', latest),
        () => finish('changed'),
      );
    const who = { journeyId: id, partnerId, address: callerAddress(request) };
    const leave = room.enter(who, (news) => (news === 'changed' ? look() : finish(news)));
    const timer = setTimeout(() => finish('timed out'), milliseconds);
    const gone = () => finish('gone');
    const finish = (outcome: Outcome, seen: Journey | null = null) => {
      clearTimeout(timer);
      response.off('close', gone);
      leave?.();
      resolve({ outcome, seen });
    };
    response.once('close', gone);
    if (leave === null) finish('no seat');
    // It may have changed between being read and sitting down.
    else void look();
  });
}
