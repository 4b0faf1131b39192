import { backoffMs } from './backoff.js';

/** Calls in a row without a timely reply after which a server is ejected. */
const TIMEOUTS_TO_EJECT = 3;
/** Time for which a server is ejected: longer each time until it replies again. */
const EJECTION = { firstMs: 1_000, maxMs: 30_000 };

/** Detects servers that take calls and do not reply. */
export class Health {
  #timeoutsInARow = 0;
  #ejections = 0;

  /** Records a reply, whatever it says. */
  replied(): void {
    this.#timeoutsInARow = 0;
    this.#ejections = 0;
  }

  /** Records a call without a reply in its time. Returns whether the server is to be ejected. */
  timedOut(): boolean {
    this.#timeoutsInARow++;
    return this.#timeoutsInARow >= TIMEOUTS_TO_EJECT;
  }

  /** Returns the time until the server may be used again, in ms. After that, one more time-out ejects it again. */
  eject(): number {
    this.#timeoutsInARow = TIMEOUTS_TO_EJECT - 1;
    this.#ejections++;
    return backoffMs(this.#ejections, EJECTION);
  }
}
