import type { Writable } from 'node:stream';
import type { LogDestination } from './log-destination.js';

/** Unwritten bytes beyond which lines are dropped. */
export const UNWRITTEN_MAX_BYTES = 1_048_576;

/**
 * Writes lines to a stream without waiting for its reader: beyond a bound, lines are dropped and counted, except fatal
 * ones. When everything is written, the number of dropped lines is reported.
 */
export class BoundedOutput implements LogDestination {
  readonly #stream: Writable;
  readonly #onResumed: (dropped: number) => void;
  #dropped = 0;

  /** @param onResumed Receives the number of lines dropped since the last time. */
  constructor(stream: Writable, onResumed: (dropped: number) => void) {
    this.#stream = stream;
    this.#onResumed = onResumed;
    // A reader that disconnected, or a full disk, must not make calls fail.
    stream.on('error', () => undefined);
    stream.on('drain', () => {
      this.#report();
    });
  }

  write(line: string, isFatal = false): void {
    if (this.#stream.writableLength >= UNWRITTEN_MAX_BYTES && !isFatal) this.#dropped++;
    else this.#stream.write(line);
  }

  /** Calls back once everything is written; never, if writing fails. */
  flush(onFlushed: () => void): void {
    if (this.#stream.writableLength === 0 || this.#stream.destroyed) onFlushed();
    // Callbacks are ordered, so this one follows all earlier lines.
    else this.#stream.write('', onFlushed);
  }

  #report(): void {
    const dropped = this.#dropped;
    if (dropped === 0) return;
    this.#dropped = 0;
    this.#onResumed(dropped);
  }
}
