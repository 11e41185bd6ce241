interface Waiting<Item, Result> {
  readonly item: Item;
  readonly done: (result: Result) => void;
  readonly failed: (error: unknown) => void;
}

/** What comes while one batch is under way goes with the next: all of it for the price of one. */
export class Batches<Item, Result> {
  readonly #perform: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #atMost: number;
  #waiting: Waiting<Item, Result>[] = [];
  #isUnderWay = false;

  /**
   * @param perform does it for all of them or fails; results in the order of the items
   * @param atMost how many items a batch may have
   */
  constructor(perform: (items: readonly Item[]) => Promise<readonly Result[]>, atMost = Number.POSITIVE_INFINITY) {
    this.#perform = perform;
    this.#atMost = atMost;
  }

  /** Resolves when it is done for the item. */
  put(item: Item): Promise<Result> {
    return new Promise((done, failed) => {
      this.#waiting.push({ item, done, failed });
      if (!this.#isUnderWay) void this.#performAll();
    });
  }

  async #performAll(): Promise<void> {
    this.#isUnderWay = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, this.#atMost);
      this.#waiting = this.#waiting.slice(batch.length);
      try {
        const results = await this.#perform(batch.map(({ item }) => item));
        batch.forEach(({ done }, index) => {
          done(results[index] as Result);
        });
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#isUnderWay = false;
  }
}
