import { requireSuccess } from '../codec/codec.js';
import { ApplicationError, DeclaredError, ThriftProtocolError, ThriftTransportError } from '../errors.js';
import { readGivenUp } from '../given-up.js';
import { EXCEPTION, REPLY } from '../protocol/constants.js';
import { readApplicationException } from '../protocol/envelope.js';
import type { MessageHeader, ProtocolReader } from '../protocol/protocol.js';
import type { ThriftValue } from '../schema.js';
import type { ClientMethod } from './client-methods.js';

/**
 * The answer of a server: a value, an error (declared in the IDL or not), or the rejection of a call that it did not run,
 * which can be retried.
 */
export type Reply =
  | { readonly kind: 'value'; readonly value: ThriftValue | null }
  | { readonly kind: 'error'; readonly error: Error }
  | { readonly kind: 'rejected'; readonly error: ThriftTransportError };

/**
 * Reads the body of a reply whose header has been read.
 * @throws ThriftProtocolError for bytes that break the protocol, a limit or the IDL.
 */
export function readReply(reader: ProtocolReader, header: MessageHeader, method: ClientMethod): Reply {
  if (header.type === EXCEPTION) {
    const { code, message } = readApplicationException(reader);
    reader.readMessageEnd();
    const error = new ApplicationError(code, message);
    const rejection = toRejection(error);
    return rejection?.executed === 'no'
      ? { kind: 'rejected', error: rejection }
      : { kind: 'error', error: rejection ?? error };
  }
  checkIsReply(header, method);
  const result = method.codec.result.read(reader);
  reader.readMessageEnd();
  for (const { name, type } of method.method.throws) {
    const value = result[name];
    if (value !== undefined && type.kind === 'struct') {
      return { kind: 'error', error: new DeclaredError(type.struct.qualifiedName, value as object) };
    }
  }
  return { kind: 'value', value: requireSuccess(method.method, result) ?? null };
}

/** Servers answer a multiplexed call with or without the service's name. */
function checkIsReply(header: MessageHeader, { method, wireName }: ClientMethod): void {
  if (header.type !== REPLY) {
    throw new ThriftProtocolError('malformed', `a message of type ${String(header.type)} is no reply`);
  }
  if (header.name !== method.name && header.name !== wireName) {
    throw new ThriftProtocolError('malformed', `a reply of ${header.name} for a call of ${wireName}`);
  }
}

/** The error for a reply without a call. Servers answer unreadable calls with the sequence id 0. */
export function strayReply(reader: ProtocolReader, { seqid, type }: MessageHeader): ThriftProtocolError {
  const detail = type === EXCEPTION ? `: ${readApplicationException(reader).message}` : '';
  return new ThriftProtocolError('malformed', `a reply with the sequence id ${String(seqid)} of no call${detail}`);
}

/** The error of the server's transport instead of a result, with whether the call may have run. */
function toRejection(error: ApplicationError): ThriftTransportError | undefined {
  if (error.code !== 'INTERNAL_ERROR') return undefined;
  const givenUp = readGivenUp(error.message);
  if (givenUp === undefined) return undefined;
  return new ThriftTransportError(givenUp.reason, givenUp.executed, error.message, { cause: error });
}
