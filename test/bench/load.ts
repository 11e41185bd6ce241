import { connect, type Socket } from 'node:net';
import type { ServerProcess } from './server-process.ts';
import { median, quantile } from './statistics.ts';

/** What a load came to. */
export interface LoadResult {
  requestsPerSecond: number;
  /** What the server spent on each, in microseconds; what else the machine does hardly blurs it. */
  cpuMicroseconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Answers by status. */
  statuses: Record<string, number>;
}

export interface LoadRequest {
  method: 'GET' | 'POST';
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/**
 * Keeps `connections` requests in flight for `seconds`, one after the other on each. Speaks HTTP over bare sockets: a
 * client that costs as much as the servers that it measures would make them all look alike.
 * @param next what is sent next, as `wire` writes it; called for each request
 */
export async function load(
  server: Pick<ServerProcess, 'url' | 'cpu'>,
  { connections, seconds }: { connections: number; seconds: number },
  next: () => string,
): Promise<LoadResult> {
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  const spent = server.cpu();
  const start = performance.now();
  const end = start + seconds * 1000;
  const heard = (status: number, sentAt: number) => {
    times.push(performance.now() - sentAt);
    statuses[status] = (statuses[status] ?? 0) + 1;
    return performance.now() < end ? next() : null;
  };
  const talks = Array.from({ length: connections }, () => converse(server.url, next(), heard));
  await Promise.all(talks);
  const elapsed = (performance.now() - start) / 1000;
  return {
    requestsPerSecond: Math.round(times.length / elapsed),
    cpuMicroseconds: Math.round(((server.cpu() - spent) * 1000) / times.length),
    p50: Number(median(times).toFixed(2)),
    p99: Number(quantile(times, 0.99).toFixed(2)),
    statuses,
  };
}

/** The median of the rounds in everything. */
export function typical(rounds: readonly LoadResult[]): LoadResult {
  const of = (value: (result: LoadResult) => number) => median(rounds.map(value));
  return {
    requestsPerSecond: of(({ requestsPerSecond }) => requestsPerSecond),
    cpuMicroseconds: of(({ cpuMicroseconds }) => cpuMicroseconds),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    statuses: rounds.at(-1)?.statuses ?? {},
  };
}

/** A request as it goes over the wire. */
export function wire({ method, path, headers = {}, body }: LoadRequest): string {
  const all = { host: 'bench', ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

/**
 * Talks over one connection, an answer after each request.
 * @param heard told of each answer and when it was asked for; says what to send next, null for nothing more
 */
export function converse(
  url: string,
  first: string,
  heard: (status: number, sentAt: number) => string | null,
): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname).setNoDelay();
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let received: Buffer = Buffer.alloc(0);
    const ask = (request: string) => {
      sentAt = performance.now();
      socket.write(request);
    };
    socket.once('connect', () => ask(first));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server hung up')));
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const status = completeAnswer(received);
      if (status === null) return;
      received = Buffer.alloc(0);
      const next = heard(status, sentAt);
      if (next !== null) return ask(next);
      resolve();
      socket.destroy();
    });
  });
}

/** The status of the answer that `bytes` holds; null where there is more to come. */
function completeAnswer(bytes: Buffer): number | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = bytes.toString('latin1', 0, headEnd);
  const status = Number(head.slice(9, 12));
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
  const isEmpty = status === 204 || status === 304;
  if (!isEmpty && length === undefined) throw new Error(`an answer without its length: ${head}`);
  return bytes.length >= headEnd + 4 + (isEmpty ? 0 : Number(length)) ? status : null;
}
