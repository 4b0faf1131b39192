import { AccountError, type AccountErrorCode, type InputRule } from '../../domain/account.errors.js';
import { ImportTimeout, TooManyTasks } from '../../application/imports/import-tasks.js';
import { OutOfTime } from '../../application/tasks/batch.js';
import { ListError, type ListErrorCode } from '../../domain/list.errors.js';
import { TaskServiceError, type TaskServiceErrorCode } from '../../application/tasks/task-service.error.js';
import { invalidValues, Problem, type InvalidValue, type ProblemKind } from './problem.js';
import { tooManyRequests } from './request-limits.js';

/** Challenge for clients other than browsers (RFC 6750). */
export const CHALLENGE = 'Bearer realm="tasks"';

/** Retry-After for an unavailable service, in seconds. */
const RETRY_AFTER_S = 2;

type KindAndDetail = readonly [ProblemKind, string];

const TASK_PROBLEMS: Readonly<Record<TaskServiceErrorCode, KindAndDetail>> = {
  NOT_FOUND: ['not-found', 'There is no such task.'],
  CHANGED: ['precondition-failed', 'It was changed since the ETag in If-Match: read it again, then decide.'],
  ID_TAKEN: ['id-taken', 'Choose another id for the task.'],
  INVALID: ['invalid', 'The task service does not accept this.'],
  UNAVAILABLE: ['unavailable', 'The task service is not available now: repeat the request in a moment.'],
  OUTDATED: ['unavailable', 'The task service is older than this gateway: it must be upgraded first.'],
  TIMEOUT: [
    'timeout',
    'The task service did not answer in time, and may have executed the request: check, or repeat the request.',
  ],
  FAILED: ['tasks-failed', 'The task service failed. The cause is in its log.'],
};

const ACCOUNT_PROBLEMS: Readonly<Record<AccountErrorCode, KindAndDetail>> = {
  INVALID_INPUT: ['invalid', 'Some values are not valid.'],
  USERNAME_TAKEN: ['username-taken', 'Choose another username.'],
  SIGN_UP_CLOSED: ['sign-up-closed', 'Ask the operator of this server for an account.'],
  WRONG_CREDENTIALS: ['wrong-credentials', 'There is no account with this name and this secret.'],
  ACCOUNT_DISABLED: ['account-disabled', 'Ask the operator of this server.'],
  WRONG_PASSWORD: ['wrong-password', 'This is not the password of the account.'],
  UNAUTHENTICATED: ['log-in-required', 'There is no session, or it has ended.'],
  RECENT_AUTHENTICATION_REQUIRED: [
    'confirmation-required',
    'Confirm the password (POST /session/confirmation), then repeat the request.',
  ],
  NOT_FOUND: ['not-found', 'The account has nothing with this id.'],
  CHANGED_MEANWHILE: ['changed-meanwhile', 'Another request has changed this meanwhile. Nothing was done.'],
  TOO_MANY_TOKENS: ['limit-reached', 'Revoke a token first.'],
  TOO_MANY_ATTEMPTS: ['too-many-requests', 'There were too many failed attempts.'],
  BUSY: ['unavailable', 'Too many passwords are being verified: repeat the request in a moment.'],
  STORE_UNAVAILABLE: ['unavailable', 'The account store is not available now: repeat the request in a moment.'],
};

const LIST_PROBLEMS: Readonly<Record<ListErrorCode, KindAndDetail>> = {
  NOT_FOUND: ['not-found', 'There is no such list.'],
  ROLE_TOO_LOW: ['role-too-low', 'Ask the owner of the list.'],
  NAME_OF_ANOTHER: ['role-too-low', 'Only the member itself changes its name.'],
  READ_ONLY: ['read-only', 'The account of its owner was deleted. Export what you want to keep.'],
  FIRST_LIST: ['first-list', 'Remove its tasks instead, or the account.'],
  OWNER_STAYS: ['owner-stays', 'Delete the list instead.'],
  TOKEN_TOO_NARROW: ['token-not-allowed', 'Use a token for all lists of the account.'],
  ID_TAKEN: ['id-taken', 'Another list has this id: choose a random one.'],
  TOO_MANY_LISTS: ['limit-reached', 'The account has too many lists: delete or leave one first.'],
  TOO_MANY_MEMBERS: ['limit-reached', 'The list has too many members: remove one first.'],
  TOO_MANY_INVITATIONS: ['limit-reached', 'The list has too many open invitations: withdraw one first.'],
  CHANGED_MEANWHILE: ['changed-meanwhile', 'Other requests are changing this list. Nothing was done.'],
};

const RULES: Readonly<Record<InputRule, string>> = {
  empty: 'must not be empty',
  'too-short': 'is too short',
  'too-long': 'is too long',
  characters: 'has characters that are not allowed',
  'in-the-past': 'must be in the future',
  'too-late': 'is too far in the future',
  unknown: 'has lists that the account does not have',
  'common-password': 'is a password that many people use',
  repeated: 'repeats itself',
  sequence: 'is a sequence of neighbouring characters',
  doubled: 'is one word twice',
  'contains-username': 'is little more than the username',
  'contains-service-name': 'is little more than the name of this service',
};

/**
 * Maps an error of the use cases to a problem; undefined for other errors.
 *
 * @param part The part of the request that has the values for the task service.
 */
export function fromApplicationError(error: unknown, part: InvalidValue['in']): Problem | undefined {
  if (error instanceof TaskServiceError) return fromTaskService(error, part);
  if (error instanceof AccountError) return fromAccount(error);
  if (error instanceof TooManyTasks) return new Problem('invalid', `${error.message}: split it.`);
  if (error instanceof ImportTimeout) return new Problem('timeout', `${error.message}.`, { cause: error });
  if (error instanceof OutOfTime) {
    const detail = 'The time for the batch was over, and this was not begun: repeat the rest in another batch.';
    return new Problem('unavailable', detail, { headers: retryAfter(RETRY_AFTER_S), cause: error });
  }
  if (error instanceof ListError) return new Problem(...LIST_PROBLEMS[error.code]);
  return undefined;
}

/** Problem of a request with neither a session nor a token. */
export function notLoggedIn(): Problem {
  return fromAccount(new AccountError('UNAUTHENTICATED'));
}

function fromTaskService(error: TaskServiceError, part: InvalidValue['in']): Problem {
  const [kind, detail] = TASK_PROBLEMS[error.code];
  if (kind === 'invalid') {
    const errors = [{ in: part, pointer: '', code: 'rejected', detail: error.message }] as const;
    return new Problem(kind, error.message, { errors });
  }
  const headers = kind === 'unavailable' ? retryAfter(RETRY_AFTER_S) : {};
  return new Problem(kind, detail, { headers, cause: error });
}

function fromAccount(error: AccountError): Problem {
  const [kind, detail] = ACCOUNT_PROBLEMS[error.code];
  const { retryAfterSeconds = RETRY_AFTER_S } = error;
  switch (kind) {
    case 'invalid':
      return invalidValues(error.problems.map(toInvalidValue));
    case 'too-many-requests':
      return tooManyRequests(retryAfterSeconds, { ratelimit: `"attempts";r=0;t=${String(retryAfterSeconds)}` });
    case 'unavailable':
      return new Problem(kind, detail, { headers: retryAfter(retryAfterSeconds), cause: error });
    case 'log-in-required':
    case 'wrong-credentials':
      return new Problem(kind, detail, { headers: { 'www-authenticate': CHALLENGE } });
    default:
      return new Problem(kind, detail);
  }
}

function toInvalidValue({ field, rule, limit }: AccountError['problems'][number]): InvalidValue {
  return { in: 'body', pointer: `/${field}`, code: rule, detail: RULES[rule], limit };
}

function retryAfter(seconds: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(seconds) };
}
