interface Waiting<Item, Result> {
  readonly item: Item;
  readonly done: (result: Result) => void;
  readonly failed: (error: unknown) => void;
}

/** What comes while one batch is being written is written together with the next: all of it for the price of one. */
export class Batches<Item, Result> {
  readonly #write: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #atMost: number;
  #waiting: Waiting<Item, Result>[] = [];
  #isWriting = false;

  /**
   * @param write writes them all or fails; results in the order of the items
   * @param atMost how many items a batch may have
   */
  constructor(write: (items: readonly Item[]) => Promise<readonly Result[]>, atMost = Number.POSITIVE_INFINITY) {
    this.#write = write;
    this.#atMost = atMost;
  }

  /** Resolves when the item is written. */
  put(item: Item): Promise<Result> {
    return new Promise((done, failed) => {
      this.#waiting.push({ item, done, failed });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, this.#atMost);
      this.#waiting = this.#waiting.slice(batch.length);
      try {
        const results = await this.#write(batch.map(({ item }) => item));
        batch.forEach(({ done }, index) => {
          done(results[index] as Result);
        });
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#isWriting = false;
  }
}
