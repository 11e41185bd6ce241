import { once } from 'node:events';
import { connect } from 'node:net';

/** A request as it goes over the wire, but for what all have in common. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Status line, headers and body as they came. */
export interface WireAnswer {
  readonly head: string;
  readonly body: string;
}

/** Many requests over one connection, without waiting in between: thousands in a second. @see RFC 9112 section 9.3.2 */
export async function pipelined(url: string, requests: readonly WireRequest[]): Promise<WireAnswer[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const farewell = { method: 'GET', path: '/healthz', headers: { connection: 'close' } };
  for (const request of [...requests, farewell]) socket.write(written(request, hostname));
  await once(socket, 'end');
  socket.destroy();
  return answersIn(Buffer.concat(chunks).toString('latin1')).slice(0, requests.length);
}

function written({ method, path, headers, body }: WireRequest, host: string): string {
  const lines = Object.entries({ host, ...(body !== undefined && { 'content-length': body.length }), ...headers });
  return [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', body ?? ''].join(
    '\r\n',
  );
}

function answersIn(text: string): WireAnswer[] {
  const answers: WireAnswer[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\r\n\r\n', at) + 4;
    const head = text.slice(at, end);
    at = end + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    answers.push({ head, body: text.slice(end, at) });
  }
  return answers;
}
