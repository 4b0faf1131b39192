import type { LoggerService } from '@nestjs/common';
import type { Rejection, RejectionReason } from './events.js';

const INTERVAL_MS = 1_000;

/** Logs rejections, at most one line a second for each reason, with the number of those that were left out. */
export class RejectionLog {
  private readonly seen = new Map<RejectionReason, { untilMs: number; leftOut: number }>();

  constructor(private readonly logger: LoggerService) {}

  /** Takes note of a rejection. */
  add({ reason, message, peer }: Rejection): void {
    const nowMs = performance.now();
    const last = this.seen.get(reason);
    if (last !== undefined && nowMs < last.untilMs) {
      last.leftOut++;
      return;
    }
    const more =
      last !== undefined && last.leftOut > 0 ? ` (and ${String(last.leftOut)} more since the last such line)` : '';
    this.seen.set(reason, { untilMs: nowMs + INTERVAL_MS, leftOut: 0 });
    this.logger.warn(`${reason}: ${peer.address}:${String(peer.port ?? '')} ${message}${more}`);
  }
}
