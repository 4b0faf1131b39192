import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimitedLog, type Logger } from '@tasks/service';
import { AccountError } from '../../domain/account.errors.js';
import { isApi } from './api-path.js';
import type { Page } from './page.js';
import { Problem, PROBLEM_MEDIA_TYPE, type ProblemBody, type ProblemKind } from './problem.js';
import { fromApplicationError } from './application-problems.js';

/** What Nest and Fastify reject themselves, by status. */
const BY_STATUS: Readonly<Record<number, readonly [ProblemKind, string]>> = {
  400: ['malformed-request', 'The request is not what its headers say: check path, length and JSON.'],
  404: ['not-found', 'There is nothing at this address.'],
  408: ['request-timeout', 'The request did not arrive within its time limit.'],
  413: ['body-too-large', 'The body may have at most 32768 bytes.'],
  414: ['uri-too-long', 'A part of the path is longer than anything that is stored here.'],
  415: ['unsupported-media-type', 'Send JSON, with content-type: application/json.'],
  503: ['unavailable', 'The gateway is stopping.'],
};

/** Between two lines about rejected passwords, in milliseconds: a flood must not fill the log. */
const BUSY_INTERVAL_MS = 1_000;

/** Answers every request that fails with problem details (RFC 9457), and logs unexpected errors. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log: Logger;
  readonly #page: Page | undefined;
  readonly #busy = new RateLimitedLog(BUSY_INTERVAL_MS);

  /** @param page what browsers get that ask for a page which is not there. */
  constructor(log: Logger, page: Page | undefined) {
    this.#log = log;
    this.#page = page;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(error);
    if (problem.kind === 'not-found' && !isApi(request) && this.#page?.answerUnknown(request, reply) === true) return;
    const body = problem.toBody();
    if (body.status >= 500) this.#report(problem, body.instance, request);
    // The answer has begun (a stream): all that can be said is that it does not end well.
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    sendProblem(reply, problem, body);
  }

  #report({ kind, detail, cause }: Problem, instance: string, { method, routeOptions }: FastifyRequest): void {
    const occurrence = { method, route: routeOptions.url, instance, problem: kind };
    if (cause instanceof AccountError && cause.code === 'BUSY') {
      // An expected state under load: where it was thrown is no news.
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

/** @param body of this occurrence. */
export function sendProblem(reply: FastifyReply, { headers }: Problem, body: ProblemBody): void {
  void reply
    .status(body.status)
    .headers({ ...headers, 'cache-control': 'no-store', 'content-type': PROBLEM_MEDIA_TYPE })
    .send(JSON.stringify(body));
}

/** The problem that an error is to the client. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = fromApplicationError(error);
  if (known !== undefined) return known;
  const [kind, detail] = BY_STATUS[statusOf(error) ?? 0] ?? [];
  if (kind !== undefined && detail !== undefined) return new Problem(kind, detail);
  return new Problem('internal', 'The cause is in the log of the gateway, under this instance.', { cause: error });
}

/** Nest's errors tell their status, and so do Fastify's. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
}
