import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Batches } from '../batches.ts';
import { StoreUnavailableError } from '../stores/store.ts';

/** A webhook that waits for the store. */
export interface InboxEntry {
  readonly key: string;
  readonly body: string;
  readonly receivedAt: number;
}

const COMPLETE = '.jsonl';

/**
 * A durable folder beside the store: where webhooks go while that is away. What `put` has resolved for is on disk, also
 * when the power goes; `drain` hands it over when the store is back, at the latest after the next start.
 *
 * Webhooks that come together are one file, which gets its name once it is whole and never changes after. So a process
 * that is killed spoils nothing, and two that share the folder (one leaves while the next starts) lose nothing.
 */
export class LocalInbox {
  readonly #dataDirectory: string;
  readonly #directory: string;
  readonly #batches = new Batches<InboxEntry, void>(async (entries) => {
    try {
      await this.#keep(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    } catch (cause) {
      throw new StoreUnavailableError('the local inbox cannot be written', { cause });
    }
    return [];
  });
  #written = 0;

  /** @param dataDirectory `DATA_DIR`; made when there is something to keep */
  constructor(dataDirectory: string) {
    this.#dataDirectory = dataDirectory;
    this.#directory = join(dataDirectory, 'inbox');
  }

  /**
   * Everything that is put while one file is being written goes into the next.
   * @throws {StoreUnavailableError} where it cannot be kept: the disk is full, say
   */
  put(entry: InboxEntry): Promise<void> {
    return this.#batches.put(entry);
  }

  /**
   * Hands each entry to `accept`, those of a file beside each other, and forgets a file when all of it is accepted. An
   * entry may be handed over twice, never lost.
   * @param isAway whether the store is away altogether, by what `accept` has thrown: then the other files wait, too
   * @throws what `accept` has thrown first, or that a file is damaged; the files concerned stay
   */
  async drain(
    accept: (entry: InboxEntry) => Promise<unknown>,
    isAway: (error: unknown) => boolean = () => true,
  ): Promise<void> {
    const failures: unknown[] = [];
    for (const name of await this.#complete()) {
      try {
        const entries = await entriesOf(join(this.#directory, name));
        await Promise.all(entries.map(accept));
        await rm(join(this.#directory, name), { force: true });
      } catch (error) {
        if (isAway(error)) throw error;
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async #keep(text: string): Promise<void> {
    const made = await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(this.#dataDirectory);
    const path = join(this.#directory, this.#nextName());
    const part = `${path}.part`;
    try {
      await writeDurably(part, text);
      await rename(part, path);
    } catch (error) {
      // On a full disk, what was begun would take the room that is left.
      await rm(part, { force: true });
      throw error;
    }
    await syncFolder(this.#directory);
  }

  /** Sorts by age, and is nobody else's. */
  #nextName(): string {
    this.#written += 1;
    return `${Date.now()}-${String(this.#written).padStart(9, '0')}-${crypto.randomUUID()}${COMPLETE}`;
  }

  async #complete(): Promise<string[]> {
    try {
      return (await readdir(this.#directory)).filter((name) => name.endsWith(COMPLETE)).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

/** None where another process was faster. */
async function entriesOf(path: string): Promise<InboxEntry[]> {
  try {
    const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as InboxEntry);
  } catch (error) {
    if (isMissing(error)) return [];
    throw new Error(`${path} cannot be read`, { cause: error });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** A name is as durable as its folder. Windows has no such call, and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
