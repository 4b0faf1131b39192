import { randomUUID } from 'node:crypto';
import { HttpException } from '@nestjs/common';

/** Prefix of a problem's `type` (RFC 9457); the kind follows. */
export const PROBLEM_TYPE_PREFIX = 'urn:tasks:problem:';

/** Every kind of problem that the API returns. Clients act on the kind, people read the title and the detail. */
export const PROBLEMS = {
  'malformed-request': { status: 400, title: 'The request is malformed' },
  'two-credentials': { status: 400, title: 'A cookie and a bearer token came together' },
  'log-in-required': { status: 401, title: 'Log in first' },
  'wrong-credentials': { status: 401, title: 'The credentials are wrong' },
  'invalid-token': { status: 401, title: 'The token is not valid' },
  'account-disabled': { status: 403, title: 'The account is disabled' },
  'cross-site': { status: 403, title: 'The request came from another site' },
  'confirmation-required': { status: 403, title: 'Confirm your password first' },
  'sign-up-closed': { status: 403, title: 'Sign-up is closed' },
  'token-not-allowed': { status: 403, title: 'Tokens may not do this' },
  'scope-missing': { status: 403, title: 'The token lacks a scope' },
  'wrong-password': { status: 403, title: 'The password is wrong' },
  'role-too-low': { status: 403, title: 'Your role in the list does not include this' },
  'read-only': { status: 403, title: 'The list can only be read' },
  'owner-stays': { status: 403, title: 'The owner can neither leave nor have another role' },
  'first-list': { status: 403, title: 'The first list is never deleted' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The resource does not have this method' },
  'not-acceptable': { status: 406, title: 'No such representation' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'account-changed': { status: 409, title: 'Another account is logged in' },
  'id-taken': { status: 409, title: 'The id is taken' },
  'changed-meanwhile': { status: 409, title: 'Another request came first' },
  'username-taken': { status: 409, title: 'The username is taken' },
  'limit-reached': { status: 409, title: 'There are too many of these' },
  'precondition-failed': { status: 412, title: 'It was changed meanwhile' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  'expectation-failed': { status: 417, title: 'The expectation cannot be met' },
  'wrong-host': { status: 421, title: 'This server does not serve that host' },
  invalid: { status: 422, title: 'Some values are not valid' },
  'failed-dependency': { status: 424, title: 'An earlier operation failed' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something went wrong' },
  'not-implemented': { status: 501, title: 'The server does not implement this' },
  'tasks-failed': { status: 502, title: 'The task service failed' },
  unavailable: { status: 503, title: 'The service is not available now' },
  timeout: { status: 504, title: 'The task service did not answer in time' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>;

export type ProblemKind = keyof typeof PROBLEMS;

export interface InvalidValue {
  /** The part of the request that contains it. */
  readonly in: 'body' | 'query' | 'path';
  /** The position in that part: a JSON pointer, `/name`. */
  readonly pointer: string;
  /** The broken rule, for programs. */
  readonly code: string;
  /** The rule in words. */
  readonly detail: string;
  /** The minimum or maximum value of the rule, if it has one. */
  readonly limit?: number | undefined;
}

/** Details of a problem besides its kind and its text. */
interface ProblemOptions {
  readonly errors?: readonly InvalidValue[];
  /** Headers of the answer, lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Stays in this process. */
  readonly cause?: unknown;
}

/** The body of a problem (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Identifies this occurrence, also in the log. */
  readonly instance: string;
  readonly errors?: readonly InvalidValue[];
}

/** A failed request, as reported to the client. Thrown by guards, pipes and handlers. */
export class Problem extends HttpException {
  override readonly name = 'Problem';
  readonly headers: Readonly<Record<string, string>>;
  readonly #errors: readonly InvalidValue[] | undefined;

  /** @param detail what happened and what to do about it; sent to the client, so it must not contain secrets. */
  constructor(
    readonly kind: ProblemKind,
    readonly detail: string,
    { errors, headers = {}, cause }: ProblemOptions = {},
  ) {
    super(detail, PROBLEMS[kind].status, { cause });
    this.#errors = errors;
    this.headers = headers;
  }

  /** Creates the body for this occurrence: its `instance` is new at each call. */
  toBody(): ProblemBody {
    const { status, title } = PROBLEMS[this.kind];
    return {
      type: PROBLEM_TYPE_PREFIX + this.kind,
      title,
      status,
      detail: this.detail,
      instance: `urn:uuid:${randomUUID()}`,
      ...(this.#errors !== undefined && { errors: this.#errors }),
    };
  }
}

/** Problem of a request with invalid values; the detail names the first one. */
export function invalidValues(errors: readonly InvalidValue[]): Problem {
  const [first] = errors;
  if (first === undefined) return new Problem('invalid', 'The request is not valid.');
  const place = first.pointer === '' ? first.in : `${first.in} ${first.pointer}`;
  const more = errors.length > 1 ? `, and ${String(errors.length - 1)} more` : '';
  return new Problem('invalid', `${place}: ${first.detail}${more}.`, { errors });
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
