import type { DiagLogger } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { RateLimitedLog } from '../logging/rate-limited-log.js';

/** The least time between two lines that traces don't get out, in milliseconds. */
const QUIET_MS = 60_000;

/**
 * OpenTelemetry's complaints, in the service's log: at most a line a minute, with a count of those left out. A collector
 * that is away is no trouble of the service.
 */
export class ExportLog implements DiagLogger {
  readonly #log: Logger;
  readonly #limited: RateLimitedLog;

  constructor(log: Logger, nowMs?: () => number) {
    this.#log = log;
    this.#limited = new RateLimitedLog(QUIET_MS, nowMs);
  }

  /** Reports that something went wrong on the way to the collector. */
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
    // Retries and the like are in the collector's log.
  }

  debug(): void {
    // As info.
  }

  verbose(): void {
    // As info.
  }
}
