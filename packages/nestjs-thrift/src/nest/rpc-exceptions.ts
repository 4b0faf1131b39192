import { RpcException } from '@nestjs/microservices';
import { ApplicationError, DeclaredError, ThriftTransportError, type ThriftErrorCode } from '../errors.js';

/**
 * A failed call, with the code of the TApplicationException on the wire. Thrown by a handler, it reaches the client
 * unchanged; thrown to a caller, it is the server's error. Its `cause` stays in this process.
 */
export class ThriftError extends RpcException {
  override readonly name: string = 'ThriftError';

  /** @param code the kind of failure. @param message is sent to the other side: it must not contain secrets. */
  constructor(
    readonly code: ThriftErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message);
    if (options !== undefined && 'cause' in options) this.cause = options.cause;
  }

  /**
   * HTTP status with which the message begins, `404 No such label`: that of an HttpException in the server. Undefined for
   * any other error.
   */
  get status(): number | undefined {
    return this.code === 'INTERNAL_ERROR' && /^[45]\d\d /.test(this.message)
      ? Number(this.message.slice(0, 3))
      : undefined;
  }

  /** Nest's exception filters pass on the returned value: the error itself, not a description of it. */
  override getError(): this {
    return this;
  }
}

/**
 * An exception that the IDL declares in `throws`. A handler throws it to reply with it; a client call rejects with it.
 */
export class ThriftException<Value extends object = object> extends RpcException {
  override readonly name: string = 'ThriftException';

  /** @param type the exception's name in the IDL, `shared.NotFound` from an included file. @param value its fields. */
  constructor(
    readonly type: string,
    readonly value: Value,
  ) {
    super('message' in value && typeof value.message === 'string' ? value.message : type);
  }

  /** Nest's exception filters pass on the returned value: the exception itself. */
  override getError(): this {
    return this;
  }
}

/** What handlers and callers see for an error of the transport's core: the RpcException where there is one, else the same. */
export function toRpcException(error: unknown): unknown {
  if (error instanceof ApplicationError) return new ThriftError(error.code, error.message, { cause: error.cause });
  if (error instanceof DeclaredError) return new ThriftException(error.type, error.value);
  if (error instanceof ThriftTransportError) error.cause = toRpcException(error.cause);
  return error;
}
