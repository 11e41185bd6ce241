import type { RequestHandler } from 'express';

/** One request as remembered: nothing of its query, headers or body, which may hold secrets. */
export interface LoggedRequest {
  at: string;
  method: string;
  /** Path with ids as `:id`, such as `/consents/v1/:id/revoke`. */
  route: string;
  /** Path as called; ids of hosted journeys are left out, since they are session ids. */
  path: string;
  /** 0 while, or because, there was no answer. */
  status: number;
}

const keptRequests = 5_000;
const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Remembers every request except those of the control page and for assets, for tests that count calls. */
export class RequestLog {
  readonly entries: LoggedRequest[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly middleware: RequestHandler = (req, res, next) => {
    if (!/^\/(simulator|assets)(\/|$)/.test(req.path)) {
      const route = req.path.replace(id, ':id').replace(/^\/journey\/[^/]+/, '/journey/:id');
      const path = route.startsWith('/journey/') ? route : req.path;
      const entry = { at: new Date(this.#now()).toISOString(), method: req.method, route, path, status: 0 };
      this.entries.push(entry);
      if (this.entries.length > keptRequests) this.entries.shift();
      res.once('finish', () => {
        entry.status = res.statusCode;
      });
    }
    next();
  };

  /** How often a route was called, as `GET /consents/v1/:id`, or with any method, as `/consents/v1`. */
  count(route: string): number {
    return this.entries.filter((entry) => route === entry.route || route === `${entry.method} ${entry.route}`).length;
  }

  clear(): void {
    this.entries.length = 0;
  }
}
