import { placeOf, type ThriftPeer } from '../connection/peer.js';
import { ThrottledLog } from '../throttled-log.js';
import type { Rejection, RejectionReason } from '../server/events.js';

/** Logs rejections, at most one line a second for each reason, with the number of those that were left out. */
export class RejectionLog {
  readonly #log: ThrottledLog<RejectionReason>;

  constructor(logger: { warn(line: string): void }) {
    this.#log = new ThrottledLog((_, line) => {
      logger.warn(line);
    });
  }

  /** Takes note of a rejection. */
  add({ reason, message, peer }: Rejection): void {
    this.#log.add(reason, () => `${reason}: ${whereFrom(peer)} ${message}`);
  }

  /** Writes what was left out so far: nothing may come after it. */
  flush(): void {
    this.#log.flush();
  }
}

/** Where it connected from. The system forgets the address of a peer that resets as soon as it is connected. */
function whereFrom({ address, port }: ThriftPeer): string {
  if (address === '') return '(address unknown, reset already)';
  return port === undefined ? address : placeOf(address, port);
}
