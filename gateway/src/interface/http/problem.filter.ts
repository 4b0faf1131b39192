import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from './page.js';
import type { ProblemLog } from './problem-log.js';
import { sendProblem, toProblem } from './to-problem.js';

/** Answers every failed request with problem details (RFC 9457), and logs unexpected errors. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log: ProblemLog;
  readonly #page: Page | undefined;

  /** @param page the answer to browsers that request a missing page. */
  constructor(log: ProblemLog, page: Page | undefined) {
    this.#log = log;
    this.#page = page;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(error, request);
    if (request.is404 && !request.url.startsWith('/api/') && this.#page?.answerUnknown(request, reply) === true) return;
    const body = problem.toBody();
    this.#log.report(problem, body, request);
    // The answer has begun (a stream): it can only be cut off.
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    sendProblem(reply, problem, body);
  }
}
