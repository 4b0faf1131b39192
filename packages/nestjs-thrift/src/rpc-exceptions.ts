import { RpcException } from '@nestjs/microservices';
import type { ThriftErrorCode } from './errors.js';

/**
 * What went wrong in a call, with the code that travels in a TApplicationException. Thrown by a handler, it reaches the
 * client as it is; thrown to a caller, it is what the server said. Its `cause` stays in this process.
 */
export class ThriftError extends RpcException {
  override readonly name: string = 'ThriftError';

  /** @param code the kind of failure. @param message goes to the other side: no secrets in it. */
  constructor(
    readonly code: ThriftErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message);
    if (options !== undefined && 'cause' in options) this.cause = options.cause;
  }

  /** Nest's exception filters pass on what this returns: the error itself, not a description of it. */
  override getError(): this {
    return this;
  }
}

/**
 * An exception that the IDL declares in `throws`. A handler throws it to answer with that exception; a client call
 * rejects with it when the server answered so.
 */
export class ThriftException<Value extends object = object> extends RpcException {
  override readonly name: string = 'ThriftException';

  /** @param type the exception's name in the IDL. @param value its fields. */
  constructor(
    readonly type: string,
    readonly value: Value,
  ) {
    super('message' in value && typeof value.message === 'string' ? value.message : type);
  }

  /** Nest's exception filters pass on what this returns: the exception itself. */
  override getError(): this {
    return this;
  }
}
