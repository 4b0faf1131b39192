import { hash } from 'node:crypto';
import { revisionOf } from '@tasks/idl';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Task } from '../../application/tasks/task-service.js';

export const ETAG = { etag: 'Changes with the content. Send it back in If-None-Match to get 304 for no change.' };
export const NOT_MODIFIED = { description: 'Not modified since the ETag in If-None-Match.', headers: ETAG };

const JSON_TYPE = 'application/json; charset=utf-8';
const NOT_MODIFIED_STATUS = 304;
/** Matches every value. */
const ANY = '*';
const STRONG = /^"([\x21\x23-\x7e]*)"$/;

/**
 * Answers with a value and its ETag, or with 304 if the client has that value already.
 *
 * @param revision Default: a digest of the value.
 * @returns the handler's result: the body as text.
 */
export function answerWithEtag(request: FastifyRequest, reply: FastifyReply, value: object, revision?: string): string {
  const text = JSON.stringify(value);
  const etag = `"${revision ?? hash('sha1', text, 'base64')}"`;
  void reply.header('etag', etag);
  const known = request.headers['if-none-match'];
  if (known !== undefined && matchesWeakly(known, etag)) {
    void reply.status(NOT_MODIFIED_STATUS);
    return '';
  }
  void reply.header('content-type', JSON_TYPE);
  return text;
}

/** Answers a change with the new value and its revision as the ETag. @returns the handler's result: the body as text. */
export function answerRevision(reply: FastifyReply, revision: string, value: object): string {
  void reply.headers({ etag: `"${revision}"`, 'content-type': JSON_TYPE });
  return JSON.stringify(value);
}

/** Returns the revision of a task, as Tasks computes it. */
export function revisionOfTask(task: Task): string {
  return revisionOf(task, (text) => hash('sha256', text));
}

/** Whether an If-None-Match header names this ETag. The comparison is weak (RFC 9110, section 13.1.2). */
export function matchesWeakly(known: string, etag: string): boolean {
  return namesOf(known).some((name) => name === ANY || name.replace(/^W\//, '') === etag);
}

/**
 * Returns the revisions that an If-Match header names; undefined: any. The comparison is strong: a weak ETag never matches
 * (RFC 9110, section 13.1.1).
 */
export function revisionsIn(header: string | undefined): readonly string[] | undefined {
  const names = header === undefined ? [ANY] : namesOf(header);
  if (names.includes(ANY)) return undefined;
  return names.flatMap((name) => STRONG.exec(name)?.[1] ?? []);
}

/** The entries of a header. A comma within an ETag splits it, but ours have none. */
function namesOf(header: string): string[] {
  return header.split(',').map((name) => name.trim());
}
