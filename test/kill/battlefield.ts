import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../demo/free-port.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { PartnerServer } from '../support/partner-server.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type BffProcess, bffEnvironment, type Environment, forget, startBffProcess } from '../support/start-bff.ts';

export type EngineName = 'SQLite' | 'PostgreSQL';

/** A bff as a process of its own, its store, and the Atto that it asks: all that is killed, or not, in one run. */
export class Battlefield {
  readonly atto: OtherAtto;
  readonly partner: PartnerServer;
  readonly #postgres: PostgresServer | null;
  readonly #environment: Environment;
  #bff: BffProcess;

  private constructor(atto: OtherAtto, postgres: PostgresServer | null, environment: Environment, bff: BffProcess) {
    this.atto = atto;
    this.#postgres = postgres;
    this.#environment = environment;
    this.#bff = bff;
    this.partner = new PartnerServer(() => this.#bff.client, environment['PARTNER_API_KEY']);
  }

  /** @param server what is started in place of the bff's own `server.ts` */
  static async open(engine: EngineName, server?: string): Promise<Battlefield> {
    const [atto, postgres] = await Promise.all([OtherAtto.start(), engine === 'PostgreSQL' ? startPostgres() : null]);
    const port = String(await freePort(0));
    const environment = bffEnvironment(atto, { PORT: port, DATABASE_URL: postgres?.url });
    return new Battlefield(atto, postgres, environment, await startBffProcess(environment, server));
  }

  get bff(): BffProcess {
    return this.#bff;
  }

  /** `kill -9` at this very moment; resolves when it is dead. */
  killBff(): Promise<void> {
    return this.#bff.kill();
  }

  async startBff(): Promise<void> {
    this.#bff = await this.#bff.restart();
  }

  /** `kill -9` of the server and all its processes. */
  async killPostgres(): Promise<void> {
    await this.#postgres?.kill();
  }

  /** It is shut down in good order. */
  async stopPostgres(): Promise<void> {
    await this.#postgres?.stop();
  }

  async startPostgres(): Promise<void> {
    await this.#postgres?.start();
  }

  /** Webhooks that the local inbox holds. */
  inboxed(): number {
    const folder = join(this.#environment['DATA_DIR'] ?? '', 'inbox');
    try {
      const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
      return files.reduce((sum, name) => sum + readFileSync(join(folder, name), 'utf8').split('\n').length - 1, 0);
    } catch {
      return 0;
    }
  }

  async close(): Promise<void> {
    await this.#bff.close();
    await this.#postgres?.close();
    await this.atto.close();
    forget(this.#environment);
  }
}
