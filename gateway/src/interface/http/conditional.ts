import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const NOT_MODIFIED = 304;
/** Matches every value. */
const ANY = '*';

/**
 * Answers with a value and its ETag, or with 304 if the client has that value already.
 *
 * @returns the handler's result: the body as text.
 */
export function answerWithEtag(request: FastifyRequest, reply: FastifyReply, value: object): string {
  const text = JSON.stringify(value);
  const etag = etagOf(text);
  void reply.header('etag', etag);
  const known = request.headers['if-none-match'];
  if (known !== undefined && matchesWeakly(known, etag)) {
    void reply.status(NOT_MODIFIED);
    return '';
  }
  void reply.header('content-type', JSON_TYPE);
  return text;
}

/** Answers a change with the new value and its ETag. @returns the handler's result: the body as text. */
export function answerChange(reply: FastifyReply, value: object): string {
  const text = JSON.stringify(value);
  void reply.headers({ etag: etagOf(text), 'content-type': JSON_TYPE });
  return text;
}

/** Whether an If-None-Match header names this ETag. The comparison is weak (RFC 9110, section 13.1.2). */
export function matchesWeakly(known: string, etag: string): boolean {
  return namesOf(known).some((name) => name === ANY || name.replace(/^W\//, '') === etag);
}

/**
 * Requires that an If-Match header names the ETag of the current value. The comparison is strong: a weak ETag never
 * matches (RFC 9110, section 13.1.1).
 *
 * @throws Problem `precondition-failed`.
 */
export function requireMatch(expected: string, current: object): void {
  const etag = etagOf(JSON.stringify(current));
  if (namesOf(expected).some((name) => name === ANY || name === etag)) return;
  throw new Problem('precondition-failed', 'It was changed since the ETag in If-Match: read it again, then decide.');
}

/** The entries of a header. A comma within an ETag splits it, but ours have none. */
function namesOf(header: string): string[] {
  return header.split(',').map((name) => name.trim());
}

function etagOf(text: string): string {
  return `"${hash('sha1', text, 'base64')}"`;
}
