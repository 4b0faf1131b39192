import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimitedLog, type Logger } from '@tasks/service';
import { AccountError } from '../../domain/account.errors.js';
import type { Page } from './page.js';
import type { Problem } from './problem.js';
import { sendProblem, toProblem } from './to-problem.js';

/** Minimum time between two lines about rejected passwords, in milliseconds: a flood must not fill the log. */
const BUSY_INTERVAL_MS = 1_000;

/** Answers every failed request with problem details (RFC 9457), and logs unexpected errors. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log: Logger;
  readonly #page: Page | undefined;
  readonly #busy = new RateLimitedLog(BUSY_INTERVAL_MS);

  /** @param page the answer to browsers that request a missing page. */
  constructor(log: Logger, page: Page | undefined) {
    this.#log = log;
    this.#page = page;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(error);
    if (request.is404 && !request.url.startsWith('/api/') && this.#page?.answerUnknown(request, reply) === true) return;
    const body = problem.toBody();
    if (body.status >= 500) this.#report(problem, body.instance, request);
    // The answer has begun (a stream): it can only be cut off.
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    sendProblem(reply, problem, body);
  }

  #report({ kind, detail, cause }: Problem, instance: string, { method, routeOptions }: FastifyRequest): void {
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
