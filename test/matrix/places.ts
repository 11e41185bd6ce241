/** So many may be busy at the same time; whoever only waits for time to pass leaves their place to the next. */
export class Places {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Does something in a place; what it is given leaves the place early. */
  async take<Result>(act: (makeRoom: () => void) => Promise<Result>): Promise<Result> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#free--;
    let isLeft = false;
    const leave = () => {
      if (isLeft) return;
      isLeft = true;
      const next = this.#queue.shift();
      if (next) next();
      else this.#free++;
    };
    try {
      return await act(leave);
    } finally {
      leave();
    }
  }
}
