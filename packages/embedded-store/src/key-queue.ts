/** Runs the work on one key in order of arrival, and that on different keys at once. */
export class KeyQueue {
  /** The last work of each busy key. */
  readonly #last = new Map<string, Promise<unknown>>();

  async run<Result>(key: string, act: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    const work = before === undefined ? act() : before.then(act, act);
    this.#last.set(key, work);
    try {
      return await work;
    } finally {
      if (this.#last.get(key) === work) this.#last.delete(key);
    }
  }
}
