import { RateLimitedLog, type Logger } from '@tasks/service';
import type { FastifyRequest } from 'fastify';
import { AccountError } from '../../domain/account.errors.js';
import type { Problem, ProblemBody } from './problem.js';

/** Minimum time between two lines about rejected passwords, in milliseconds: a flood must not fill the log. */
const BUSY_INTERVAL_MS = 1_000;

/** Logs the problems that are no fault of the client, by their instance. */
export class ProblemLog {
  readonly #log: Logger;
  readonly #busy = new RateLimitedLog(BUSY_INTERVAL_MS);

  constructor(log: Logger) {
    this.#log = log;
  }

  /** @param body Its status decides: below 500 nothing is logged. */
  report(
    { kind, detail, cause }: Problem,
    { status, instance }: ProblemBody,
    { method, routeOptions }: FastifyRequest,
  ): void {
    if (status < 500) return;
    const occurrence = { method, route: routeOptions.url, instance, problem: kind };
    if (cause instanceof AccountError && cause.code === 'BUSY') {
      // An expected state under load: its stack is not useful.
      this.#busy.add((leftOut) => {
        this.#log.warn({ ...occurrence, left_out: leftOut }, detail);
      });
      return;
    }
    const fields = { ...occurrence, err: cause };
    if (kind === 'internal') this.#log.error(fields, 'Request failed');
    else this.#log.warn(fields, detail);
  }
}
