import { placeOf, type ThriftPeer } from '../connection/peer.js';
import { ThrottledLog } from '../throttled-log.js';
import type { Rejection, RejectionReason } from '../server/events.js';

/** Logs rejections, at most one line a second for each reason, with the number of suppressed ones. */
export class RejectionLog {
  readonly #log: ThrottledLog<RejectionReason>;

  constructor(logger: { warn(line: string): void }) {
    this.#log = new ThrottledLog((_, line) => {
      logger.warn(line);
    });
  }

  /** Records a rejection. */
  add({ reason, message, peer }: Rejection): void {
    this.#log.add(reason, () => `${reason}: ${whereFrom(peer)} ${message}`);
  }

  /** Writes the pending counts at the end. */
  flush(): void {
    this.#log.flush();
  }
}

/** Address of the peer. The system drops the address of a peer that resets right after connecting. */
function whereFrom({ address, port }: ThriftPeer): string {
  if (address === '') return '(address unknown, reset already)';
  return port === undefined ? address : placeOf(address, port);
}
