import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { MAXIMUM_WAIT_SECONDS } from '../contract-constants.ts';
import { isOpen, type Journey } from '../journey/journey.ts';
import { journeyETag, journeyViewText } from '../journey/journey-view.ts';
import type { Guest, WaitingRoom } from '../journey/waiting-room.ts';
import { answerHeaders } from '../middleware/answer-headers.ts';
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
  return async (request, response, next) => {
    const { wakes } = deps.waitingRoom;
    const journey = await authorizedJourney(deps, request, response);
    const seconds = waitSeconds(request);
    if (seconds === 0 || !matches(request, journey) || hasEnded(journey)) return send(request, response, journey);
    // Whoever went away meanwhile is given no seat: nothing would tell us to take it back.
    if (response.closed) return;
    const poll = new HeldPoll(deps, { request, response, next, seconds }, journey);
    if (!deps.waitingRoom.enter(poll)) {
      send(request, response, journey, { 'Retry-After': String(NO_SEAT_RETRY_SECONDS) });
      return;
    }
    poll.wait(Math.min(seconds * 1000, Math.max(journey.expiresAt - deps.now(), 0)));
    // It may have changed between being read and sitting down.
    if (deps.waitingRoom.wakes !== wakes) poll.hear('changed');
  };
}

interface Poll {
  readonly request: Request;
  readonly response: Response;
  readonly next: NextFunction;
  /** What it prefers to wait. */
  readonly seconds: number;
}

/** A poll that sits in the waiting room. There are thousands: it keeps no journey and no call that waits, only what it needs to look. */
class HeldPoll implements Guest {
  readonly journeyId: string;
  readonly partnerId: string;
  readonly address: string;
  readonly #deps: StatusDependencies;
  readonly #poll: Poll;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(deps: StatusDependencies, poll: Poll, { id, partnerId }: Journey) {
    this.journeyId = id;
    this.partnerId = partnerId;
    this.address = callerAddress(poll.request);
    this.#deps = deps;
    this.#poll = poll;
  }

  wait(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#look({ isLast: true }), milliseconds);
    this.#poll.response.on('close', () => this.#leave());
  }

  hear(news: 'changed' | 'dismissed'): void {
    void this.#look({ isLast: news === 'dismissed' });
  }

  /** Answers with what is stored now; unless that is the last look, only where it is news: not every change is one that the browser sees. */
  async #look({ isLast }: { isLast: boolean }): Promise<void> {
    const { request, response, next, seconds } = this.#poll;
    let journey: Journey;
    try {
      journey = await authorizedJourney(this.#deps, request, response);
    } catch (error) {
      if (this.#isOver) return;
      // What went wrong may be over already.
      if (!isLast) return this.#look({ isLast: true });
      this.#leave();
      return next(error);
    }
    if (this.#isOver || (!isLast && matches(request, journey))) return;
    this.#leave();
    try {
      send(request, response, journey, { 'Preference-Applied': `wait=${seconds}` });
    } catch (error) {
      next(error);
    }
  }

  #leave(): void {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#deps.waitingRoom.leave(this);
  }
}

/** Nothing that a poller could wait for: Atto's word that the data is complete does not end a journey, its status does. */
function hasEnded(journey: Journey): boolean {
  return !isOpen(journey) && journey.status !== 'connected';
}

function send(request: Request, response: Response, journey: Journey, more?: Readonly<Record<string, string>>): void {
  const headers = { ...answerHeaders(response), ...more, ETag: journeyETag(journey) };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
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
