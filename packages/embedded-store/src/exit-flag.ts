const EXIT = 0;
const BUSY = 1;
const CELLS = 2;

/** Thrown between two statements once the process is ending. */
export class ExitingError extends Error {}

/**
 * What the main thread and the writer thread share at the end of the process: whether it ends, and whether the writer is
 * inside SQLite. Ending a thread inside `fsync` would abort the process or wait for the disk.
 */
export class ExitFlag {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(memory = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
  }

  /** Called by the writer before it enters SQLite; false when it must not any more. */
  enter(): boolean {
    Atomics.store(this.#cells, BUSY, 1);
    if (Atomics.load(this.#cells, EXIT) === 0) return true;
    this.leave();
    return false;
  }

  /** Called by the writer when it has left SQLite. */
  leave(): void {
    Atomics.store(this.#cells, BUSY, 0);
    Atomics.notify(this.#cells, BUSY);
  }

  /** Called by the writer between two statements. @throws ExitingError */
  check(): void {
    if (Atomics.load(this.#cells, EXIT) !== 0) throw new ExitingError('The process ends');
  }

  /** Pauses the writer for some milliseconds, or until the process ends. @throws ExitingError */
  pause(ms: number): void {
    Atomics.wait(this.#cells, EXIT, 0, ms);
    this.check();
  }

  /** Called by the main thread when the process ends. @returns Whether the writer has left SQLite in time. */
  raise(limitMs: number): boolean {
    Atomics.store(this.#cells, EXIT, 1);
    Atomics.notify(this.#cells, EXIT);
    Atomics.wait(this.#cells, BUSY, 1, limitMs);
    return Atomics.load(this.#cells, BUSY) === 0;
  }
}
