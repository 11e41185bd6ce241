import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A webhook that waits for the store. */
export interface InboxEntry {
  readonly key: string;
  readonly body: string;
  readonly receivedAt: number;
}

/**
 * A durable file of this process's own: where webhooks go while the store is away. What `put` has resolved for is on
 * disk, also when the power goes; `drain` hands it over when the store is back, at the latest after the next start.
 */
export class LocalInbox {
  readonly #directory: string;
  #waiting: { line: string; done: () => void; failed: (error: unknown) => void }[] = [];
  #writing = false;
  #draining = false;

  /** @param directory `DATA_DIR`; made if it is not there */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Everything that is put while one write is under way goes out with the next: one fsync for all of it. */
  put(entry: InboxEntry): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ line: `${JSON.stringify(entry)}\n`, done, failed });
      if (!this.#writing) void this.#write();
    });
  }

  /**
   * Hands each entry to `accept`, in order, then forgets them. An entry may be handed over twice, never lost.
   * @throws what `accept` throws; then everything stays
   */
  async drain(accept: (entry: InboxEntry) => Promise<unknown>): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    try {
      // What a drain before this one left lying comes first.
      for (const path of [this.#drained(), await this.#setAside()]) if (path !== null) await handOver(path, accept);
    } finally {
      this.#draining = false;
    }
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await mkdir(this.#directory, { recursive: true, mode: 0o700 });
        const file = await open(this.#open(), 'a', 0o600);
        try {
          await file.appendFile(batch.map(({ line }) => line).join(''));
          await file.datasync();
        } finally {
          await file.close();
        }
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = false;
  }

  /** New entries go into a new file from here on. */
  async #setAside(): Promise<string | null> {
    if (this.#writing) return null;
    try {
      await rename(this.#open(), this.#drained());
      return this.#drained();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  #open(): string {
    return join(this.#directory, 'inbox.jsonl');
  }

  #drained(): string {
    return join(this.#directory, 'inbox-draining.jsonl');
  }
}

async function handOver(path: string, accept: (entry: InboxEntry) => Promise<unknown>): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // A last line without its end was never acknowledged.
  for (const line of text.split('\n').slice(0, -1)) await accept(JSON.parse(line) as InboxEntry);
  await rm(path, { force: true });
}
