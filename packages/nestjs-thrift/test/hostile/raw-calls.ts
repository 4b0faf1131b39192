import { expect } from '@jest/globals';
import type { ProtocolWriter } from '../../src/protocol/protocol.js';
import type { RawPeer } from '@tasks/testing/raw-peer';
import type { Dialect } from '../support/thrift-dialects.js';

/** A call with seqid 7 whose arguments are written by `write`. */
export function callWith(dialect: Dialect, method: string, write: (writer: ProtocolWriter) => void): Buffer {
  return dialect.message(method, { seqid: 7 }, (writer) => {
    const outer = writer.writeStructBegin();
    write(writer);
    writer.writeStructEnd(outer);
  });
}

/** A field whose value `write` writes. */
export function field(writer: ProtocolWriter, type: number, id: number, write: () => void): void {
  writer.writeFieldBegin(type, id);
  write();
  writer.writeFieldEnd();
}

/** The connection still serves calls. */
export async function expectKept(dialect: Dialect, peer: RawPeer): Promise<void> {
  await peer.write(dialect.call('echo', { text: 'still here' }, { seqid: 99 }));
  expect(await dialect.reply(peer)).toMatchObject({ seqid: 99, result: { success: 'still here' } });
}

/** The server has sent FIN, and nothing after the bytes read. */
export async function expectClosed(peer: RawPeer): Promise<void> {
  await peer.ended;
  peer.end();
  await peer.closed;
  expect(peer.received).toHaveLength(0);
}
