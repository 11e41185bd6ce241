import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that came to the gate, and what was answered; status 0 while, or because, there was no answer. */
export interface Passage {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  status: number;
  answerHeaders: readonly string[];
  text: string;
}

/** A request that is stopped on its way. */
export interface Hold {
  /** It has come this far. */
  readonly reached: Promise<void>;
  release(): void;
}

interface StandingHold {
  method: string;
  path: RegExp;
  what: 'question' | 'answer';
  reach(): void;
  released: Promise<void>;
}

/** The door of a server, with a name of its own: sees who passes, holds them up, and can be shut as if nobody were in. */
export class Gate {
  /** As a browser reaches it, without a slash at the end. */
  readonly url: string;
  /** Everything that came, oldest first. */
  readonly passages: Passage[] = [];
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  #behind = '';
  #isShut = false;
  #holds: StandingHold[] = [];

  private constructor(server: Server, hostname: string) {
    this.#server = server;
    this.url = `http://${hostname}:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming, outgoing) => void this.#pass(incoming, outgoing));
    server.on('connection', (socket) => this.#isShut && socket.destroy());
  }

  static async open(hostname = '127.0.0.1'): Promise<Gate> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Gate(server, hostname);
  }

  /** @param url the server behind the gate */
  leadTo(url: string): void {
    this.#behind = url;
  }

  /** From now on nobody answers, and whoever waited for an answer is cut off. */
  shut(): void {
    this.#isShut = true;
    this.#server.closeAllConnections();
  }

  reopen(): void {
    this.#isShut = false;
  }

  /** Stops the next such request: `question` before it reaches the server, `answer` when that has answered. */
  hold(method: string, path: RegExp, what: 'question' | 'answer'): Hold {
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    this.#holds.push({ method, path, what, reach, released });
    return { reached, release };
  }

  /** The requests of this kind that came so far. */
  requests(method: string, path: RegExp): Passage[] {
    return this.passages.filter((passage) => passage.method === method && path.test(passage.path));
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await once(this.#server, 'close');
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const passage: Passage = { method, path, headers, status: 0, answerHeaders: [], text: '' };
    this.passages.push(passage);
    const hold = this.#holds.find((each) => each.method === method && each.path.test(path));
    this.#holds = this.#holds.filter((each) => each !== hold);
    if (hold?.what === 'question') {
      hold.reach();
      await hold.released;
    }
    if (outgoing.destroyed) return;
    const onward = request(this.#behind + path, { method, headers, agent: this.#agent }, async (answer) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of answer) chunks.push(chunk as Buffer);
      } catch {
        outgoing.destroy();
      }
      const body = Buffer.concat(chunks);
      const { statusCode: status = 0, rawHeaders: answerHeaders } = answer;
      Object.assign(passage, { status, answerHeaders, text: body.toString('utf8') });
      if (hold?.what === 'answer') {
        hold.reach();
        await hold.released;
      }
      if (!outgoing.destroyed) outgoing.writeHead(status, answerHeaders).end(body);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }
}
