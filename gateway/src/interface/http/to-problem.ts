import { HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fromApplicationError } from './application-problems.js';
import { TEXT_TYPES, takesText } from './http-limits.js';
import { Problem, PROBLEM_MEDIA_TYPE, type ProblemBody, type ProblemKind } from './problem.js';

/** Rejections by Nest and Fastify themselves, by status. */
const BY_STATUS: Readonly<Record<number, readonly [ProblemKind, string]>> = {
  400: ['malformed-request', 'The request does not match its headers: check path and length.'],
  404: ['not-found', 'There is nothing at this address.'],
  408: ['request-timeout', 'The request did not arrive within its time limit.'],
  413: ['body-too-large', 'The body is larger than this address accepts; gateway/README.md has the limits.'],
  414: ['uri-too-long', 'A part of the path is longer than any stored id.'],
  415: ['unsupported-media-type', 'Send JSON, with content-type: application/json.'],
  503: ['unavailable', 'The gateway is shutting down.'],
};

/** Answers a request with a problem. @param body Problem details of this occurrence. */
export function sendProblem(reply: FastifyReply, { headers }: Problem, body: ProblemBody): void {
  void reply
    .status(body.status)
    .headers({ ...headers, 'cache-control': 'no-store', 'content-type': PROBLEM_MEDIA_TYPE })
    .send(JSON.stringify(body));
}

/** Maps an error, of a request or of a part of its body, to the client's problem. */
export function toProblem(error: unknown, request?: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  const known = fromApplicationError(error, request?.method === 'GET' ? 'query' : 'body');
  if (known !== undefined) return known;
  const [kind, detail] = BY_STATUS[statusOf(error) ?? 0] ?? [];
  if (kind === 'unsupported-media-type' && takesText(request?.routeOptions.url ?? '')) {
    return new Problem(kind, `Send ${TEXT_TYPES.join(', ')} or application/json.`);
  }
  if (kind !== undefined && detail !== undefined) return new Problem(kind, detail);
  return new Problem('internal', 'The cause is in the log of the gateway, under this instance.', { cause: error });
}

/** Nest's errors have a status, and so do Fastify's. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
}
