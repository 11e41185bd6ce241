interface Waiting<Item, Result> {
  readonly item: Item;
  readonly done: (result: Result) => void;
  readonly failed: (error: unknown) => void;
}

/** What comes while one batch is under way goes with the next: all of it for the price of one. */
export class Batches<Item, Result> {
  readonly #perform: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #atMost: number;
  readonly #isOfOne: (error: unknown) => boolean;
  #waiting: Waiting<Item, Result>[] = [];
  #isUnderWay = false;

  /**
   * @param perform does it for all of them or fails; results in the order of the items
   * @param atMost how many items a batch may have
   * @param isOfOne whether a failure may be that of one item; then each is tried alone, so that the others succeed
   */
  constructor(
    perform: (items: readonly Item[]) => Promise<readonly Result[]>,
    atMost = Number.POSITIVE_INFINITY,
    isOfOne: (error: unknown) => boolean = () => false,
  ) {
    this.#perform = perform;
    this.#atMost = atMost;
    this.#isOfOne = isOfOne;
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
      await this.#performBatch(batch);
    }
    this.#isUnderWay = false;
  }

  async #performBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#perform(batch.map(({ item }) => item));
      batch.forEach(({ done }, index) => {
        done(results[index] as Result);
      });
    } catch (error) {
      if (batch.length > 1 && this.#isOfOne(error)) for (const one of batch) await this.#performBatch([one]);
      else for (const { failed } of batch) failed(error);
    }
  }
}
