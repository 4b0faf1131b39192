import { withoutCredentials } from './redaction.js';

/** The logged properties of an error. No others: driver errors contain documents. */
interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError | undefined;
}

const MAX_CAUSE_DEPTH = 5;

/** Returns what is logged of an error. @param depth depth of the cause: causes may be circular. */
export function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutCredentials(String(error)) };
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: withoutCredentials(message),
    code: 'code' in error ? error.code : undefined,
    stack: stack === undefined ? undefined : withoutCredentials(stack),
    cause: cause === undefined || depth === MAX_CAUSE_DEPTH ? undefined : describeError(cause, depth + 1),
  };
}
