import { HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { fromApplicationError } from './application-problems.js';
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

/** Maps an error to the client's problem. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = fromApplicationError(error);
  if (known !== undefined) return known;
  const [kind, detail] = BY_STATUS[statusOf(error) ?? 0] ?? [];
  if (kind !== undefined && detail !== undefined) return new Problem(kind, detail);
  return new Problem('internal', 'The cause is in the log of the gateway, under this instance.', { cause: error });
}

/** Nest's errors have a status, and so do Fastify's. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
}
