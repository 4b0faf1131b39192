import { expect, it } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { REPLY, STRUCT } from '../../src/protocol/constants.js';
import { dialects, type Dialect as Written } from '../support/thrift-dialects.js';
import type { Dialect } from './dialects.js';
import { connectOwnClient } from './own-client.js';
import { typesSchema } from './type-system/server.js';

const DEPTH = 200_000;

/** A reply with deeply nested structs in an unknown field. */
function deepReply(written: Written): Buffer {
  return written.message('nothing', { seqid: 1, type: REPLY }, (writer) => {
    const outers = Array.from({ length: DEPTH }, () => {
      const outer = writer.writeStructBegin();
      writer.writeFieldBegin(STRUCT, 77);
      return outer;
    });
    writer.writeStructEnd(writer.writeStructBegin());
    for (const outer of outers.reverse()) {
      writer.writeFieldEnd();
      writer.writeStructEnd(outer);
    }
  });
}

function asConnected({ name, protocol, framing }: Written): Dialect {
  return { protocol: name.startsWith('old-style') ? 'old-binary' : protocol.name, framing };
}

it.each(dialects)('a reply in $name with structs 200,000 deep is rejected by the depth', async (written) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.write(deepReply(written)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connectOwnClient(typesSchema, { port, dialect: asConnected(written), multiplexed: false });
  const { nothing } = client.getService<{ nothing: (args: object) => Promise<unknown> }>('Types');
  await expect(nothing({ it: {} })).rejects.toThrow(/nested/);
  await client.close();
  server.close();
  await once(server, 'close');
});
