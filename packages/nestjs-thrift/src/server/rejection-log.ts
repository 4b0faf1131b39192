import { placeOf, type ThriftPeer } from '../connection/peer.js';
import type { Rejection, RejectionReason } from './events.js';

const INTERVAL_MS = 1_000;

/** What came for one reason since its last line. */
interface LeftOut {
  readonly untilMs: number;
  count: number;
  latest: Rejection | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Logs rejections, at most one line a second for each reason, with the number of those that were left out: none goes
 * uncounted, for what comes within that second is told at its end.
 */
export class RejectionLog {
  private readonly seen = new Map<RejectionReason, LeftOut>();

  constructor(private readonly logger: { warn(message: string): unknown }) {}

  /** Takes note of a rejection. */
  add(rejection: Rejection): void {
    const leftOut = this.seen.get(rejection.reason);
    const nowMs = performance.now();
    if (leftOut === undefined || nowMs >= leftOut.untilMs) {
      this.write(rejection);
      return;
    }
    leftOut.count++;
    leftOut.latest = rejection;
    leftOut.timer ??= setTimeout(() => {
      this.writeLeftOut(leftOut);
    }, leftOut.untilMs - nowMs).unref();
  }

  /** Tells what was left out so far: nothing may come after it. */
  flush(): void {
    for (const leftOut of this.seen.values()) this.writeLeftOut(leftOut);
  }

  private writeLeftOut({ latest, count }: LeftOut): void {
    if (latest !== undefined) this.write(latest, count - 1);
  }

  private write(rejection: Rejection, others = this.seen.get(rejection.reason)?.count ?? 0): void {
    const { reason, message, peer } = rejection;
    clearTimeout(this.seen.get(reason)?.timer);
    const untilMs = performance.now() + INTERVAL_MS;
    this.seen.set(reason, { untilMs, count: 0, latest: undefined, timer: undefined });
    const more = others > 0 ? ` (and ${String(others)} more since the last such line)` : '';
    this.logger.warn(`${reason}: ${whereFrom(peer)} ${message}${more}`);
  }
}

/** Where it connected from. The system forgets the address of a peer that resets as soon as it is connected. */
function whereFrom({ address, port }: ThriftPeer): string {
  if (address === '') return '(address unknown, reset already)';
  return port === undefined ? address : placeOf(address, port);
}
