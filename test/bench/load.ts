import { Pool } from 'undici';

/** What a load came to. */
export interface LoadResult {
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Answers by status. */
  statuses: Record<string, number>;
}

export interface LoadRequest {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * Keeps `connections` requests in flight for `seconds`, one after the other on each.
 * @param next what is sent next; called for each request
 */
export async function load(
  url: string,
  { connections, seconds }: { connections: number; seconds: number },
  next: () => LoadRequest,
): Promise<LoadResult> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  const start = performance.now();
  const end = start + seconds * 1000;
  const sender = async () => {
    while (performance.now() < end) {
      const { method, path, headers, body } = next();
      const sent = performance.now();
      const answer = await pool.request({ method, path, headers: headers ?? {}, body: body ?? null });
      await answer.body.dump();
      times.push(performance.now() - sent);
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, sender));
  const elapsed = (performance.now() - start) / 1000;
  await pool.destroy();
  times.sort((one, other) => one - other);
  const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 100) / 100;
  return { requestsPerSecond: Math.round(times.length / elapsed), p50: at(0.5), p99: at(0.99), statuses };
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
