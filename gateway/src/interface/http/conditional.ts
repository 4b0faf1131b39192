import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

const JSON_TYPE = 'application/json; charset=utf-8';
const NOT_MODIFIED = 304;

/**
 * Answers with a value and its ETag, or with 304 if the client has that value already.
 *
 * @returns the handler's result: the body as text.
 */
export function answerWithEtag(request: FastifyRequest, reply: FastifyReply, value: object): string {
  const text = JSON.stringify(value);
  const etag = `"${hash('sha1', text, 'base64')}"`;
  void reply.header('etag', etag);
  const known = request.headers['if-none-match'];
  if (known !== undefined && matchesEtag(known, etag)) {
    void reply.status(NOT_MODIFIED);
    return '';
  }
  void reply.header('content-type', JSON_TYPE);
  return text;
}

/** Whether an If-None-Match header names this ETag. The comparison is weak (RFC 9110, section 13.1.2). */
export function matchesEtag(known: string, etag: string): boolean {
  if (known.trim() === '*') return true;
  return known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}
