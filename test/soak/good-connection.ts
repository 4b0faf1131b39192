import { ClientThrift, ThriftError, ThriftException, type Schema } from 'nestjs-thrift';
import { oldBinaryProtocol } from '../../packages/nestjs-thrift/src/protocol/binary/binary.js';
import type { TasksClient } from '@tasks/idl';
import type { Dialect } from '../../packages/nestjs-thrift/test/interop/dialects.js';
import { RawPeer } from '@tasks/testing/raw-peer';
import { Dialect as RawDialect } from '../../packages/nestjs-thrift/test/support/thrift-dialects.js';

/** A connection with the methods of the service on it. */
export interface GoodConnection {
  readonly tasks: TasksClient;
  close(): Promise<void>;
}

/** Maximum number of pending calls on a connection of that dialect: old-style clients wait for each reply. */
export function callsAtOnce(dialect: Dialect): number {
  return dialect.protocol === 'old-binary' ? 1 : 4;
}

export async function connectGood(schema: Schema, port: number, dialect: Dialect): Promise<GoodConnection> {
  const { protocol, framing } = dialect;
  if (protocol === 'old-binary') return connectOldStyle(schema, port, framing);
  const client = new ClientThrift({ idl: schema, host: '127.0.0.1', port, protocol, framing });
  await client.connect();
  return { tasks: client.getService<TasksClient>('Tasks'), close: () => client.close() };
}

async function connectOldStyle(schema: Schema, port: number, framing: Dialect['framing']): Promise<GoodConnection> {
  const dialect = new RawDialect('old-style', oldBinaryProtocol, framing, schema);
  const peer = await RawPeer.connect({ host: '127.0.0.1', port });
  const call =
    (method: string) =>
    async (args: object = {}) => {
      await peer.write(dialect.call(method, args));
      const { result, error } = await dialect.reply(peer, method);
      if (error !== undefined) throw new ThriftError(error.code, error.message);
      const { success, ouch } = result;
      if (isStruct(ouch)) throw new ThriftException('BaseException', ouch);
      return success;
    };
  const methods = ['check', 'all', 'add', 'update', 'upsert', 'page', 'remove'];
  return {
    tasks: Object.fromEntries(methods.map((method) => [method, call(method)])) as unknown as TasksClient,
    close: async () => {
      peer.end();
      await peer.ended;
      peer.destroy();
    },
  };
}

function isStruct(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
