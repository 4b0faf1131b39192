import { requireSuccess } from '../codec/codec.js';
import { ApplicationError, DeclaredError, ThriftProtocolError, ThriftTransportError } from '../errors.js';
import { readGivenUp } from '../given-up.js';
import { EXCEPTION, REPLY } from '../protocol/constants.js';
import { readApplicationException } from '../protocol/envelope.js';
import type { MessageHeader, ProtocolReader } from '../protocol/protocol.js';
import type { ThriftValue } from '../schema.js';
import type { ClientMethod } from './client-methods.js';

/**
 * What a server answered: a value, an error (declared in the IDL or not), or that it did not run the call, which can be
 * tried again.
 */
export type Reply =
  | { readonly kind: 'value'; readonly value: ThriftValue | null }
  | { readonly kind: 'error'; readonly error: Error }
  | { readonly kind: 'refused'; readonly error: ThriftTransportError };

/**
 * Reads the body of a reply whose header has been read.
 * @throws ThriftProtocolError for bytes that break the protocol, a limit or the IDL.
 */
export function readReply(reader: ProtocolReader, header: MessageHeader, method: ClientMethod): Reply {
  if (header.type === EXCEPTION) {
    const { code, message } = readApplicationException(reader);
    reader.readMessageEnd();
    const error = new ApplicationError(code, message);
    const refusal = asRefusal(error);
    return refusal?.executed === 'no'
      ? { kind: 'refused', error: refusal }
      : { kind: 'error', error: refusal ?? error };
  }
  checkIsReply(header, method);
  const result = method.codec.result.read(reader);
  reader.readMessageEnd();
  for (const { name, type } of method.method.throws) {
    const value = result[name];
    if (value !== undefined && type.kind === 'struct') {
      return { kind: 'error', error: new DeclaredError(type.struct.name, value as object) };
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

/** What to say about a reply to no call. A server that can't make out a call says so with the sequence id 0. */
export function strayReply(reader: ProtocolReader, { seqid, type }: MessageHeader): ThriftProtocolError {
  const said = type === EXCEPTION ? `: ${readApplicationException(reader).message}` : '';
  return new ThriftProtocolError('malformed', `a reply with the sequence id ${String(seqid)} of no call${said}`);
}

/** What a server's transport answered instead of a result, as an error that says whether the call may have run. */
function asRefusal(error: ApplicationError): ThriftTransportError | undefined {
  if (error.code !== 'INTERNAL_ERROR') return undefined;
  const givenUp = readGivenUp(error.message);
  if (givenUp === undefined) return undefined;
  return new ThriftTransportError(givenUp.reason, givenUp.executed, error.message, { cause: error });
}
