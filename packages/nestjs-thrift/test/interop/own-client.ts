import {
  ClientThrift,
  ThriftError,
  ThriftException,
  ThriftProtocolError,
  type Schema,
  type ThriftErrorCode,
} from '../../src/index.js';
import { methodOf, type PeerTarget, type Reply } from './peer.js';
import { structToPortable } from './portable.js';
import type { InteropCase } from './thrift-test-cases.js';

type Service = Record<string, (args: object) => Promise<unknown>>;

/** The TApplicationException codes used here. */
const ERROR_TYPES: Partial<Record<ThriftErrorCode, number>> = {
  UNKNOWN_METHOD: 1,
  MISSING_RESULT: 5,
  INTERNAL_ERROR: 6,
  PROTOCOL_ERROR: 7,
};

/** This transport's own client. */
export function connectOwnClient(schema: Schema, { port, dialect, multiplexed }: PeerTarget): ClientThrift {
  const { framing } = dialect;
  const strict = dialect.protocol !== 'old-binary';
  const protocol = dialect.protocol === 'old-binary' ? 'binary' : dialect.protocol;
  return new ClientThrift({ idl: schema, host: '127.0.0.1', port, protocol, strict, framing, multiplexed });
}

/** Makes a call and returns its result in the form of the other libraries' tests. */
export async function callOwnClient(client: ClientThrift, { service, method, args }: InteropCase): Promise<Reply> {
  const { result } = methodOf(client.schema, service, method);
  try {
    const success = await client.getService<Service>(service)[method]?.(args);
    return { result: structToPortable(result, { success }) };
  } catch (error) {
    if (error instanceof ThriftException) {
      const field = result.fields.find(({ type }) => type.kind === 'struct' && type.struct.name === error.type);
      return { result: structToPortable(result, { [field?.name ?? error.type]: error.value as object }) };
    }
    if (!(error instanceof ThriftError || error instanceof ThriftProtocolError)) throw error;
    return { error: { type: ERROR_TYPES[error.code] ?? 0, message: error.message } };
  }
}
