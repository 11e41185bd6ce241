import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Reply } from './other-atto.ts';

/** Answers that no documentation promises. */
export const brokenAnswers = {
  hang: () => {},
  /** Sends its head and then a byte now and then, for ever. */
  drip: (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drops = setInterval(() => response.write(' '), 200);
    response.once('close', () => clearInterval(drops));
  },
  reset: (request: IncomingMessage) => {
    request.socket.destroy();
  },
  html: text(200, '<!doctype html><title>Scheduled maintenance</title>'),
  empty: text(200, ''),
  notJson: text(200, '{"consentId": '),
  array: text(200, '[]'),
  huge: text(200, JSON.stringify({ filler: 'x'.repeat(3_000_000) })),
  /** 60 MB of nothing in 60 kB. */
  compressed: (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(BOMB);
  },
  json: (status: number, body: unknown): Reply => text(status, JSON.stringify(body)),
  status: (status: number, headers: Record<string, string> = {}): Reply => text(status, '{}', headers),
};

const BOMB = gzipSync(Buffer.alloc(60_000_000, ' '));

function text(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
}
