import { isNativeError } from 'node:util/types';
import { Catch, Logger, type ArgumentsHost, type RpcExceptionFilter } from '@nestjs/common';
import { RateLimitedLog } from '@tasks/service';
import { throwError, type Observable } from 'rxjs';
import { TaskError, type TaskErrorCode } from '../../domain/task.errors.js';
import { ThriftError, ThriftException, type ThriftContext } from 'nestjs-thrift';

/** Code on the wire for each error code. */
const CODES: Record<TaskErrorCode, number> = {
  INVALID_INPUT: 400,
  NOT_FOUND: 404,
  ID_TAKEN: 409,
  OTHER_REVISION: 412,
  STORE_UNAVAILABLE: 503,
  BUSY: 503,
};

export function wireCode(code: TaskErrorCode): number {
  return CODES[code];
}

/** Minimum time between two lines about an unavailable store, in milliseconds: meanwhile every call fails. */
const OUTAGE_INTERVAL_MS = 1_000;

const BASE_EXCEPTION = 'BaseException';

/**
 * Maps any error of a handler to one that the IDL allows for the method: a BaseException if declared, otherwise an
 * application exception whose message starts with the code. Unforeseen errors are logged, and tell the client nothing.
 */
@Catch()
export class TaskErrorFilter implements RpcExceptionFilter {
  readonly #logger = new Logger('Tasks');
  readonly #outages = new RateLimitedLog(OUTAGE_INTERVAL_MS);

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    const context = host.switchToRpc().getContext<ThriftContext>();
    return throwError(() => this.#translate(error, context));
  }

  #translate(error: unknown, context: ThriftContext): unknown {
    if (error instanceof TaskError) {
      if (error.code === 'STORE_UNAVAILABLE') this.#logOutage(context.method.name, error);
      return toThriftError(error, context);
    }
    // Thrown deliberately for the client, for instance by a guard.
    if (error instanceof ThriftError || error instanceof ThriftException) return error;
    // A handler that stops at its signal: the answer is dropped, and the transport has reported the cause.
    if (isAbort(error, context.signal)) return error;
    this.#logger.error(`${context.method.name} failed`, error);
    return new ThriftError('INTERNAL_ERROR', 'Internal server error', { cause: error });
  }

  #logOutage(method: string, error: TaskError): void {
    this.#outages.add((leftOut) => {
      const more = leftOut > 0 ? ` (and ${String(leftOut)} more calls since the last such line)` : '';
      this.#logger.warn(`${method} rejected, ${error.message}${more}`, error);
    });
  }
}

/** Whether the error is the reason of the signal, or an AbortError of Node, which has the reason as its cause. */
function isAbort(error: unknown, { aborted, reason }: AbortSignal): boolean {
  if (!aborted) return false;
  return error === reason || (isNativeError(error) && error.name === 'AbortError' && error.cause === reason);
}

function toThriftError(error: TaskError, { method }: ThriftContext): ThriftError | ThriftException {
  if (error.code === 'BUSY') {
    // The same words as the transport's, so that clients know that a retry is safe.
    return new ThriftError('INTERNAL_ERROR', `Overloaded: ${error.message}, not run, safe to retry`, { cause: error });
  }
  const code = wireCode(error.code);
  const { message } = error;
  const isDeclared = method.throws.some(({ type }) => type.kind === 'struct' && type.struct.name === BASE_EXCEPTION);
  if (isDeclared) return new ThriftException(BASE_EXCEPTION, { code, message });
  return new ThriftError('INTERNAL_ERROR', `${String(code)} ${message}`, { cause: error });
}
