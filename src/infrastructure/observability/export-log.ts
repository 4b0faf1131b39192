import type { DiagLogger } from '@opentelemetry/api';
import type { Logger } from 'pino';

/** How often it may be said that traces don't get out, in milliseconds. */
const QUIET_MS = 60_000;

/**
 * What OpenTelemetry complains about, in the service's log: at most a line a minute, with a count of those left out. A
 * collector that is away is no trouble of the service.
 */
export class ExportLog implements DiagLogger {
  #saidAtMs = -Infinity;
  #leftOut = 0;

  constructor(
    private readonly log: Logger,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Says that something went wrong on the way to the collector. */
  add(fault: unknown): void {
    if (this.nowMs() - this.#saidAtMs < QUIET_MS) {
      this.#leftOut++;
      return;
    }
    const leftOut = this.#leftOut === 0 ? {} : { left_out: this.#leftOut };
    this.log.warn({ err: fault, ...leftOut }, 'Traces are lost: the collector does not take them all');
    this.#saidAtMs = this.nowMs();
    this.#leftOut = 0;
  }

  error(message: string): void {
    this.add(message);
  }

  warn(message: string): void {
    this.add(message);
  }

  info(): void {
    // Retries and the like: whoever needs them reads the collector's log.
  }

  debug(): void {
    // As info.
  }

  verbose(): void {
    // As info.
  }
}
