import { APPLICATION_EXCEPTION_TYPES } from './protocol/constants.js';

/** The kinds of TApplicationException (Thrift RPC specification, "Response struct"), by name. */
export type ThriftErrorCode = keyof typeof APPLICATION_EXCEPTION_TYPES;

/** Whether a value is one of the codes. */
export function isThriftErrorCode(value: unknown): value is ThriftErrorCode {
  return typeof value === 'string' && Object.hasOwn(APPLICATION_EXCEPTION_TYPES, value);
}

/** A TApplicationException: what a server answers a call with that has neither a result nor an exception of the IDL. */
export class ApplicationError extends Error {
  override readonly name = 'ApplicationError';

  /** @param code the kind of failure. @param message goes to the other side. */
  constructor(
    readonly code: ThriftErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An exception that the IDL declares, as a client received it. */
export class DeclaredError extends Error {
  override readonly name = 'DeclaredError';

  /** @param type the exception's name in the IDL, `shared.NotFound` from an included file. @param value its fields. */
  constructor(
    readonly type: string,
    readonly value: object,
  ) {
    super(type);
  }
}

/** Reason why bytes were rejected, or why a value could not be written. */
export type ProtocolErrorReason =
  | 'malformed'
  | 'truncated'
  | 'size-limit'
  | 'depth-limit'
  | 'missing-field'
  | 'bad-version'
  | 'bad-value'
  | 'unknown-protocol'
  | 'unknown-transform';

/** Reasons with a code of their own on the wire; all others are PROTOCOL_ERROR. */
const CODES: Readonly<Partial<Record<ProtocolErrorReason, ThriftErrorCode>>> = {
  'unknown-protocol': 'INVALID_PROTOCOL',
  'unknown-transform': 'INVALID_TRANSFORM',
};

/** Bytes that break the protocol or a limit, or a value that does not fit its type. */
export class ThriftProtocolError extends Error {
  override readonly name = 'ThriftProtocolError';
  /** The code of the error reply. */
  readonly code: ThriftErrorCode;

  /** @param reason the broken rule. @param message names the place and the rule. */
  constructor(
    readonly reason: ProtocolErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = CODES[reason] ?? 'PROTOCOL_ERROR';
  }
}

/** Reason why a call got no reply. */
export type TransportErrorReason =
  'connect-failed' | 'connection-lost' | 'deadline' | 'aborted' | 'closed' | 'overloaded' | 'shutting-down';

/** A call that got no reply. `executed` is whether the server may have run it: after `no`, a retry is always safe. */
export class ThriftTransportError extends Error {
  override readonly name = 'ThriftTransportError';

  /**
   * @param reason what happened. @param executed whether the call may have run. @param message includes what to do
   * about it.
   */
  constructor(
    readonly reason: TransportErrorReason,
    readonly executed: 'no' | 'maybe',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A server or client that can't start with its configuration. The message says what to correct. */
export class ThriftStartError extends Error {
  override readonly name = 'ThriftStartError';
}
