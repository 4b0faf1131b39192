import { RpcException } from '@nestjs/microservices';
import { APPLICATION_EXCEPTION_TYPES } from './protocol/constants.js';

/** The kinds of TApplicationException (Thrift RPC specification, "Response struct"), by name. */
export type ThriftErrorCode = keyof typeof APPLICATION_EXCEPTION_TYPES;

/** Whether a value is one of the codes. */
export function isThriftErrorCode(value: unknown): value is ThriftErrorCode {
  return typeof value === 'string' && Object.hasOwn(APPLICATION_EXCEPTION_TYPES, value);
}

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

/** Why bytes were refused, or a value could not be written. */
export type ProtocolErrorReason =
  'malformed' | 'truncated' | 'size-limit' | 'depth-limit' | 'missing-field' | 'bad-version' | 'bad-value';

/** Bytes that break the protocol or a limit, or a value that does not fit its type. PROTOCOL_ERROR on the wire. */
export class ThriftProtocolError extends ThriftError {
  override readonly name: string = 'ThriftProtocolError';

  /** @param reason what rule was broken. @param message names the place and the rule. */
  constructor(
    readonly reason: ProtocolErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super('PROTOCOL_ERROR', message, options);
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

/** Why a call got no reply. */
export type TransportErrorReason =
  'connect-failed' | 'connection-lost' | 'deadline' | 'aborted' | 'closed' | 'overloaded' | 'shutting-down';

/** A call that got no reply. `executed` says whether the server can have run it: `no` is always safe to retry. */
export class ThriftTransportError extends Error {
  override readonly name = 'ThriftTransportError';

  /** @param reason what happened. @param executed whether the call may have run. @param message what to do about it. */
  constructor(
    readonly reason: TransportErrorReason,
    readonly executed: 'no' | 'maybe',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A server or client that can't start as it is configured. The message says what to mend. */
export class ThriftStartError extends Error {
  override readonly name = 'ThriftStartError';
}
