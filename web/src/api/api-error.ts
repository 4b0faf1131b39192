/** A single fault that the server found in the request. */
export interface FieldError {
  /** JSON pointer into the request, for example `/name`. */
  readonly pointer: string;
  /** The rule that the value breaks. */
  readonly code: string;
  /** Least or greatest value that the rule permits. */
  readonly limit?: number;
}

/** What a failed request means for the page. */
export type Failure =
  /** No answer: no network, or the server is away. */
  | 'unreachable'
  /** The server asks to come back later: `retryAfterSeconds`. */
  | 'busy'
  /** There is no session any more. */
  | 'signed-out'
  /** Another account logged in with this browser. */
  | 'account-changed'
  /** The password has to be entered again first. */
  | 'unconfirmed'
  /** The server will not do this, however often it is asked. */
  | 'refused';

/** A request that failed. The page words it by `type` and `errors`; it never shows the server's own text. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param status HTTP status; 0 when no answer came.
   * @param type Last segment of the problem type, for example `username-taken`.
   * @param retryAfterSeconds Wait that the server asks for.
   */
  constructor(
    readonly status: number,
    readonly type: string,
    readonly errors: readonly FieldError[] = [],
    readonly retryAfterSeconds?: number,
  ) {
    super(`${String(status)} ${type}`);
  }

  /** What the failure means for the page. */
  get failure(): Failure {
    if (this.status === 0) return 'unreachable';
    if (this.status === 429 || this.status >= 500 || this.status === 408) return 'busy';
    if (this.status === 401 && this.type !== 'wrong-credentials') return 'signed-out';
    if (this.type === 'account-changed') return 'account-changed';
    if (this.type === 'confirmation-required') return 'unconfirmed';
    return 'refused';
  }

  /** Whether the page's account has no session here any more: it ended, or it is another account's. */
  get isSessionLost(): boolean {
    return this.failure === 'signed-out' || this.failure === 'account-changed';
  }
}

/** The error as an ApiError; anything else is thrown on, since it is a bug. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}
