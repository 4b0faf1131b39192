/** Answers held back by a test. */
interface Hold {
  /** Resolves when the first request is held. */
  readonly arrived: Promise<void>;
  /** Sends the held answers, and those that follow at once. */
  readonly release: () => void;
}

/** Holds answers back until a test releases them. */
export class HeldAnswers {
  readonly #holds = new Map<Hold, { request: string; onArrived: () => void; released: Promise<void> }>();

  /**
   * Holds back the answers to matching requests, which are executed at once.
   *
   * @param request Method and path, or only their beginning: `GET /tasks?`.
   */
  hold(request: string): Hold {
    let onArrived = (): void => undefined;
    let onReleased = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (onArrived = resolve));
    const released = new Promise<void>((resolve) => (onReleased = resolve));
    const hold: Hold = {
      arrived,
      release: () => {
        this.#holds.delete(hold);
        onReleased();
      },
    };
    this.#holds.set(hold, { request, onArrived, released });
    return hold;
  }

  /** Resolves when the answer to that request may be sent. */
  async wait(request: string): Promise<void> {
    const found = [...this.#holds.values()].find((hold) => request.startsWith(hold.request));
    found?.onArrived();
    await found?.released;
  }

  releaseAll(): void {
    for (const hold of this.#holds.keys()) hold.release();
  }
}
