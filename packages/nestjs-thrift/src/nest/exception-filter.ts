import { Catch, HttpException, Logger, type ArgumentsHost, type RpcExceptionFilter } from '@nestjs/common';
import { BaseRpcExceptionFilter } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';
import { ThriftContext } from './context.js';
import { ThriftError, ThriftException } from './rpc-exceptions.js';
import { printable } from '../printable.js';
import { ThrottledLog } from '../throttled-log.js';
import { describeHttpException, toThriftError } from './thrown.js';

/**
 * Maps exceptions that no filter of the application catches to errors for the client. Active on every Thrift server.
 *
 * | thrown | the client gets |
 * |---|---|
 * | ThriftError, ThriftException | the same |
 * | RpcException | its message; its `code` where that is one of Thrift, otherwise INTERNAL_ERROR |
 * | HttpException | INTERNAL_ERROR with status and message, `404 No such label`; the log has the stack from 500 on |
 * | anything else | INTERNAL_ERROR `Internal server error`; the log has the exception |
 *
 * To change a part, extend it and register the result: `app.useGlobalFilters(new MyFilter())`.
 */
@Catch()
export class ThriftExceptionFilter implements RpcExceptionFilter<unknown> {
  readonly #logger = new Logger('ThriftExceptionFilter');
  /** Peers can cause these errors as often as they like. */
  readonly #rejections = new ThrottledLog<string>((_, line) => {
    this.#logger.warn(line);
  });

  /** Called by Nest. */
  catch(exception: unknown, host: ArgumentsHost): Observable<never> {
    const context = host.switchToRpc().getContext<ThriftContext>();
    const error = this.toError(exception, context);
    return throwError(() => error);
  }

  /** Returns the error for the client: `ThriftException` for one that the IDL declares. */
  protected toError(exception: unknown, context: ThriftContext): ThriftError | ThriftException {
    if (exception instanceof HttpException) this.logRejection(exception, context);
    if (exception instanceof ThriftException) return exception;
    const error = toThriftError(exception);
    if (error !== undefined) return error;
    this.#logger.error(exception);
    return new ThriftError('INTERNAL_ERROR', 'Internal server error', { cause: exception });
  }

  /**
   * Writes an HttpException to the log: with its stack from status 500 on, otherwise as one line, at most once a second
   * for each method and status.
   */
  protected logRejection(exception: HttpException, { service, method }: ThriftContext): void {
    const status = exception.getStatus();
    const name = `${service.name}.${method.name}`;
    const line = (): string => `${name}: ${printable(describeHttpException(exception))}`;
    if (status < 500) {
      this.#rejections.add(`${name} ${String(status)}`, line);
      return;
    }
    const frames = exception.stack?.split('\n').filter((frame) => /^\s+at /.test(frame)) ?? [];
    this.#logger.error(line(), [line(), ...frames].join('\n'));
  }
}

type CatchMethod = (this: BaseRpcExceptionFilter, exception: unknown, host: ArgumentsHost) => Observable<unknown>;

let isInstalled = false;

/**
 * Makes the filter the last resort of Thrift calls. Nest's own last resort silently drops an HttpException before a
 * transport sees it, and can't be replaced: global filters belong to the application, and those of a method or class
 * would run before them. So the class that Nest calls last is extended; calls of other transports pass through.
 */
export function installExceptionFilter(): void {
  if (isInstalled) return;
  isInstalled = true;
  const filter = new ThriftExceptionFilter();
  const { prototype } = BaseRpcExceptionFilter;
  const { value: original } = Object.getOwnPropertyDescriptor(prototype, 'catch') as { value: CatchMethod };
  prototype.catch = function (this: BaseRpcExceptionFilter, exception: unknown, host: ArgumentsHost) {
    const isThrift = host.switchToRpc().getContext<unknown>() instanceof ThriftContext;
    return isThrift ? filter.catch(exception, host) : original.call(this, exception, host);
  };
}
