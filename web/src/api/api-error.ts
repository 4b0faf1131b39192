/** An invalid value that the server found in the request. */
export interface FieldError {
  /** JSON pointer into the request, for example `/name`. */
  readonly pointer: string;
  /** The broken rule. */
  readonly code: string;
  /** Minimum or maximum value of the rule. */
  readonly limit?: number;
}

/** Consequence of a failed request for the page. */
export type Failure =
  /** No answer: no network, the server is down, or the request was cancelled. */
  | 'unreachable'
  /** The server requests a retry after `retryAfterSeconds`. */
  | 'busy'
  /** The session has ended. */
  | 'signed-out'
  /** Another account logged in with this browser. */
  | 'account-changed'
  /** The password has to be confirmed first. */
  | 'unconfirmed'
  /** The server rejects the request permanently. */
  | 'rejected';

/** A failed request. The page chooses its own text by `type` and `errors`, and never shows the server's text. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param status HTTP status; 0 when no answer came.
   * @param type Last segment of the problem type, for example `username-taken`.
   * @param retryAfterSeconds Delay requested by the server.
   */
  constructor(
    readonly status: number,
    readonly type: string,
    readonly errors: readonly FieldError[] = [],
    readonly retryAfterSeconds?: number,
  ) {
    super(`${String(status)} ${type}`);
  }

  /** Returns the error of a problem document. */
  static of(
    status: number,
    { type, errors }: { readonly type?: unknown; readonly errors?: unknown },
    retryAfterSeconds?: number,
  ): ApiError {
    const name = typeof type === 'string' ? (type.split(/[/:#]/).pop() ?? '') : '';
    return new ApiError(status, name, Array.isArray(errors) ? (errors as FieldError[]) : [], retryAfterSeconds);
  }

  /** Returns the consequence of the failure for the page. */
  get failure(): Failure {
    if (this.status === 0) return 'unreachable';
    // 424: not begun, since an earlier change of the same task failed.
    if (this.status === 429 || this.status >= 500 || this.status === 408 || this.status === 424) return 'busy';
    if (this.status === 401 && this.type !== 'wrong-credentials') return 'signed-out';
    if (this.type === 'account-changed') return 'account-changed';
    if (this.type === 'confirmation-required') return 'unconfirmed';
    return 'rejected';
  }

  /** Whether the page's account has no session any more: it ended, or belongs to another account. */
  get isSessionLost(): boolean {
    return this.failure === 'signed-out' || this.failure === 'account-changed';
  }
}

/** Returns an ApiError unchanged; throws anything else, since it is a bug. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}
