import { APPLICATION_EXCEPTION_TYPES } from './protocol/constants.js';

/** The kinds of TApplicationException (Thrift RPC specification, "Response struct"), by name. */
export type ThriftErrorCode = keyof typeof APPLICATION_EXCEPTION_TYPES;

/** Whether a value is one of the codes. */
export function isThriftErrorCode(value: unknown): value is ThriftErrorCode {
  return typeof value === 'string' && Object.hasOwn(APPLICATION_EXCEPTION_TYPES, value);
}

/** Why bytes were refused, or a value could not be written. */
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

/** Reasons that have a code of their own on the wire; all others are PROTOCOL_ERROR. */
const CODES: Readonly<Partial<Record<ProtocolErrorReason, ThriftErrorCode>>> = {
  'unknown-protocol': 'INVALID_PROTOCOL',
  'unknown-transform': 'INVALID_TRANSFORM',
};

/** Bytes that break the protocol or a limit, or a value that does not fit its type. */
export class ThriftProtocolError extends Error {
  override readonly name = 'ThriftProtocolError';
  /** The code that a peer is answered with. */
  readonly code: ThriftErrorCode;

  /** @param reason what rule was broken. @param message names the place and the rule. */
  constructor(
    readonly reason: ProtocolErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = CODES[reason] ?? 'PROTOCOL_ERROR';
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
