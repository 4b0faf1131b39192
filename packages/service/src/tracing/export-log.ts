import type { DiagLogger } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { RateLimitedLog } from '../logging/rate-limited-log.js';

/** Minimum time between two lines about lost traces, in milliseconds. */
const QUIET_MS = 60_000;

/**
 * OpenTelemetry's errors in the service's log: at most a line a minute, with the number of suppressed ones. A missing
 * collector does not affect the service.
 */
export class ExportLog implements DiagLogger {
  readonly #log: Logger;
  readonly #limited: RateLimitedLog;

  constructor(log: Logger, nowMs?: () => number) {
    this.#log = log;
    this.#limited = new RateLimitedLog(QUIET_MS, nowMs);
  }

  /** Reports that an export failed. */
  add(fault: unknown): void {
    this.#limited.add((leftOut) => {
      const more = leftOut === 0 ? {} : { left_out: leftOut };
      this.#log.warn({ err: fault, ...more }, 'Traces are lost: the collector does not take them all');
    });
  }

  error(message: string): void {
    this.add(message);
  }

  warn(message: string): void {
    this.add(message);
  }

  info(): void {
    // Retries are logged by the collector.
  }

  debug(): void {
    // Ignored, as info is.
  }

  verbose(): void {
    // Ignored, as info is.
  }
}
