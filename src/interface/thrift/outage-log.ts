import { Logger } from '@nestjs/common';
import type { TaskError } from '../../domain/task.errors.js';

const INTERVAL_MS = 1_000;

/** Logs what the store fails with, at most once a second: while it is down, every call fails. */
export class OutageLog {
  readonly #logger = new Logger('Tasks');
  #silentUntilMs = 0;
  #leftOut = 0;

  /** @param nowMs the time in milliseconds, of any clock that never goes back. */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Takes note of a call that the store failed. */
  add(method: string, error: TaskError): void {
    if (this.nowMs() < this.#silentUntilMs) {
      this.#leftOut++;
      return;
    }
    const more = this.#leftOut > 0 ? ` (and ${String(this.#leftOut)} more calls since the last such line)` : '';
    this.#silentUntilMs = this.nowMs() + INTERVAL_MS;
    this.#leftOut = 0;
    this.#logger.warn(`${method} refused, ${error.message}${more}`, error);
  }
}
