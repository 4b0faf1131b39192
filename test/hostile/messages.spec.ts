import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { I32, LIST, REPLY, STRING, STRUCT } from '../../src/infrastructure/thrift/protocol/constants.js';
import type { ProtocolWriter } from '../../src/infrastructure/thrift/protocol/protocol.js';
import type { RawPeer } from '../support/raw-peer.js';
import { Dialect, dialects } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { TestServer } from '../support/thrift-server.js';

const MAX_STRING = 10_000;
const MAX_DEPTH = 20;

let server: TestServer;
beforeAll(async () => {
  const limits = { maxStringBytes: MAX_STRING, maxContainerSize: 100, maxDepth: MAX_DEPTH, maxMessageBytes: 50_000 };
  server = await TestServer.start(probeHandlers, { limits });
});
afterAll(() => server.close());

/** A call of `echo` or another method whose arguments `write` writes as it likes. */
function callWith(dialect: Dialect, method: string, write: (writer: ProtocolWriter) => void): Buffer {
  return dialect.message(method, { seqid: 7 }, (writer) => {
    const outer = writer.writeStructBegin();
    write(writer);
    writer.writeStructEnd(outer);
  });
}

function field(writer: ProtocolWriter, type: number, id: number, write: () => void): void {
  writer.writeFieldBegin(type, id);
  write();
  writer.writeFieldEnd();
}

/** A field with a struct that has a field with a struct, and so on. */
function nest(writer: ProtocolWriter, id: number, depth: number): void {
  field(writer, STRUCT, id, () => {
    const outer = writer.writeStructBegin();
    if (depth > 1) nest(writer, 1, depth - 1);
    writer.writeStructEnd(outer);
  });
}

async function expectKept(dialect: Dialect, peer: RawPeer): Promise<void> {
  await peer.write(dialect.call('echo', { text: 'still here' }, { seqid: 99 }));
  expect(await dialect.reply(peer)).toMatchObject({ seqid: 99, result: { success: 'still here' } });
}

async function expectClosed(peer: RawPeer): Promise<void> {
  await peer.ended;
  peer.end();
  await peer.closed;
  expect(peer.received).toHaveLength(0);
}

describe.each(dialects.filter(({ isFramed }) => isFramed))('a peer that frames $name', (dialect) => {
  it('sends arguments that break off: PROTOCOL_ERROR, kept', async () => {
    const peer = await server.connect();
    const bytes = dialect.message('echo', { seqid: 7 }, (writer) => {
      writer.writeStructBegin();
      field(writer, STRING, 1, () => {
        writer.writeString('no stop follows');
      });
    });
    await peer.write(bytes);
    expect(await dialect.reply(peer)).toMatchObject({ seqid: 7, error: { code: 'PROTOCOL_ERROR' } });
    await expectKept(dialect, peer);
  });
});

describe.each(dialects.filter(({ framing }) => framing.endsWith('header')))('a peer that speaks $name', (dialect) => {
  it('sends a message that does not even tell its number: PROTOCOL_ERROR with that of the frame, kept', async () => {
    const peer = await server.connect();
    const headers = { sequenceId: 41, outOfOrder: false, transforms: [], headers: new Map<string, string>() };
    const call = dialect.call('echo', { text: 'x' }, { seqid: 41, headers });
    const { length } = new Dialect('without frames', dialect.protocol, 'unframed').call('echo', { text: 'x' });
    call[call.length - length] = 0xff;
    await peer.write(call);
    expect(await dialect.reply(peer)).toMatchObject({
      seqid: 41,
      error: { code: 'PROTOCOL_ERROR' },
      headers: { sequenceId: 41 },
    });
    await expectKept(dialect, peer);
  });
});

describe.each(dialects)('a peer that speaks $name', (dialect) => {
  it('calls a method that there is not: told so, kept', async () => {
    const peer = await server.connect();
    await peer.write(dialect.call('echo', { text: 'x' }, { seqid: 7, name: 'gone' }));
    const { name, seqid, error } = await dialect.reply(peer);
    expect({ name, seqid, code: error?.code }).toEqual({ name: 'gone', seqid: 7, code: 'UNKNOWN_METHOD' });
    await expectKept(dialect, peer);
  });

  it('sends a reply: INVALID_MESSAGE_TYPE, kept', async () => {
    const peer = await server.connect();
    await peer.write(dialect.call('echo', { text: 'x' }, { type: REPLY }));
    expect((await dialect.reply(peer)).error?.code).toBe('INVALID_MESSAGE_TYPE');
    await expectKept(dialect, peer);
  });

  it('sends a field of another type than the IDL has: read as unset', async () => {
    const peer = await server.connect();
    const bytes = callWith(dialect, 'count', (writer) => {
      field(writer, I32, 1, () => {
        writer.writeI32(5);
      });
    });
    await peer.write(bytes);
    expect(await dialect.reply(peer, 'count')).toMatchObject({ seqid: 7, result: { success: 0 } });
  });

  it('leaves out a required field: PROTOCOL_ERROR that names it, kept', async () => {
    const peer = await server.connect();
    await peer.write(callWith(dialect, 'strict', () => undefined));
    const { error } = await dialect.reply(peer);
    expect(error).toMatchObject({ code: 'PROTOCOL_ERROR', message: expect.stringContaining('text') });
    await expectKept(dialect, peer);
  });

  it('sends arguments that are not UTF-8: PROTOCOL_ERROR, kept where the message has an end of its own', async () => {
    const peer = await server.connect();
    const call = dialect.call('echo', { text: '#'.repeat(8) }, { seqid: 7 });
    const at = call.indexOf('########');
    call.fill(0xff, at, at + 8);
    await peer.write(call);
    expect(await dialect.reply(peer)).toMatchObject({ seqid: 7, error: { code: 'PROTOCOL_ERROR' } });
    if (dialect.isFramed) await expectKept(dialect, peer);
    else await expectClosed(peer);
  });

  it('sends a string over the limit: refused by its size and closed; one at the limit is served', async () => {
    const peer = await server.connect();
    const text = 'x'.repeat(MAX_STRING);
    await peer.write(dialect.call('echo', { text }));
    expect(await dialect.reply(peer)).toMatchObject({ result: { success: text } });
    await peer.write(dialect.call('echo', { text: `${text}x` }, { seqid: 8 }));
    const { seqid, error } = await dialect.reply(peer);
    expect(error).toMatchObject({ code: 'PROTOCOL_ERROR', message: expect.stringContaining('10000') });
    expect(seqid).toBe(8);
    await expectClosed(peer);
  });

  it('sends a message over the limit: refused and closed', async () => {
    const peer = await server.connect();
    await peer.write(dialect.call('count', { texts: Array.from({ length: 6 }, () => 'x'.repeat(9_999)) }));
    expect((await dialect.reply(peer)).error?.code).toBe('PROTOCOL_ERROR');
    await expectClosed(peer);
  });

  it('sends a list over the limit: refused and closed; one at the limit is served', async () => {
    const peer = await server.connect();
    await peer.write(dialect.call('count', { texts: Array.from({ length: 100 }, () => '') }));
    expect(await dialect.reply(peer, 'count')).toMatchObject({ result: { success: 100 } });
    await peer.write(dialect.call('count', { texts: Array.from({ length: 101 }, () => '') }));
    expect((await dialect.reply(peer)).error?.code).toBe('PROTOCOL_ERROR');
    await expectClosed(peer);
  });

  it('sends lists in lists with more in all than one may have: refused; numbers, which take no more memory, are not', async () => {
    const peer = await server.connect();
    const rows = Array.from({ length: 4 }, () => Array.from({ length: 24 }, () => ''));
    const numbers = rows.map((row) => row.map(() => 0));
    await peer.write(dialect.call('grid', { rows }));
    expect(await dialect.reply(peer, 'grid')).toMatchObject({ result: { success: 4 } });
    await peer.write(dialect.call('grid', { numbers: [...numbers, ...numbers] }));
    expect(await dialect.reply(peer, 'grid')).toMatchObject({ result: { success: 0 } });
    await peer.write(dialect.call('grid', { rows: [...rows, ['']] }));
    expect((await dialect.reply(peer)).error).toMatchObject({
      code: 'PROTOCOL_ERROR',
      message: expect.stringContaining('in all'),
    });
    await expectClosed(peer);
  });

  it.each([
    ['a field of the IDL', 3],
    ['a field to skip', 77],
  ])('nests deeper than the limit in %s: refused and closed; at the limit it is served', async (_, id) => {
    const peer = await server.connect();
    await peer.write(
      callWith(dialect, 'count', (writer) => {
        nest(writer, id, MAX_DEPTH - 1);
      }),
    );
    expect(await dialect.reply(peer, 'count')).toMatchObject({ result: { success: 0 } });
    await peer.write(
      callWith(dialect, 'count', (writer) => {
        nest(writer, id, MAX_DEPTH);
      }),
    );
    expect((await dialect.reply(peer)).error).toMatchObject({
      code: 'PROTOCOL_ERROR',
      message: expect.stringContaining('nested'),
    });
    await expectClosed(peer);
  });

  it('declares a list that is longer than anything can be: refused before an element has come', async () => {
    const peer = await server.connect();
    const bytes = callWith(dialect, 'count', (writer) => {
      field(writer, LIST, 1, () => {
        writer.writeListBegin(STRING, 0x7fffffff);
        writer.writeString('the only one');
        writer.writeListEnd();
      });
    });
    await peer.write(bytes);
    expect((await dialect.reply(peer)).error).toMatchObject({
      code: 'PROTOCOL_ERROR',
      message: expect.stringContaining('2147483647'),
    });
    await expectClosed(peer);
  });
});
