import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { I32, LIST, MAP, SET, STRING, STRUCT } from '../../src/protocol/constants.js';
import type { ProtocolWriter } from '../../src/protocol/protocol.js';
import { dialects } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { TestServer } from '../support/thrift-server.js';
import { callWith, expectClosed, field } from './raw-calls.js';

const MAX_ELEMENTS = 100;
const MAX_DEPTH = 20;

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start(probeHandlers, { limits: { maxContainerSize: MAX_ELEMENTS, maxDepth: MAX_DEPTH } });
});
afterAll(() => server.close());

/** Nested structs in a field. */
function nest(writer: ProtocolWriter, id: number, depth: number): void {
  field(writer, STRUCT, id, () => {
    const outer = writer.writeStructBegin();
    if (depth > 1) nest(writer, 1, depth - 1);
    writer.writeStructEnd(outer);
  });
}

function numbers(writer: ProtocolWriter, size: number): void {
  for (let i = 0; i < size; i++) writer.writeI32(i);
}

const containers: readonly [kind: string, type: number, write: (writer: ProtocolWriter, size: number) => void][] = [
  [
    'list',
    LIST,
    (writer, size) => {
      writer.writeListBegin(I32, size);
      numbers(writer, size);
      writer.writeListEnd();
    },
  ],
  [
    'set',
    SET,
    (writer, size) => {
      writer.writeListBegin(I32, size);
      numbers(writer, size);
      writer.writeListEnd();
    },
  ],
  [
    'map',
    MAP,
    (writer, size) => {
      writer.writeMapBegin(STRING, STRING, size);
      for (let i = 0; i < size; i++) {
        writer.writeString(String(i));
        writer.writeString('');
      }
      writer.writeMapEnd();
    },
  ],
];

describe.each(dialects)('a peer that speaks $name', (dialect) => {
  it.each([
    ['list', 'texts'],
    ['map', 'pairs'],
  ])('sends a %s over the limit: rejected and closed; one at the limit is served', async (_, name) => {
    const entries = (size: number): [string, string][] => Array.from({ length: size }, (__, n) => [String(n), '']);
    const call = (size: number): Buffer => {
      const pairs = new Map(entries(size));
      return dialect.call('count', { [name]: name === 'texts' ? [...pairs.keys()] : pairs });
    };
    const peer = await server.connect();
    await peer.write(call(MAX_ELEMENTS));
    expect((await dialect.reply(peer, 'count')).error).toBeUndefined();
    await peer.write(call(MAX_ELEMENTS + 1));
    expect((await dialect.reply(peer)).error).toMatchObject({
      code: 'PROTOCOL_ERROR',
      message: expect.stringContaining('101 elements'),
    });
    await expectClosed(peer);
  });

  it.each(containers)('sends a %s over the limit in a field to skip: the same', async (_, type, write) => {
    const call = (size: number): Buffer =>
      callWith(dialect, 'count', (writer) => {
        field(writer, type, 77, () => {
          write(writer, size);
        });
      });
    const peer = await server.connect();
    await peer.write(call(MAX_ELEMENTS));
    expect((await dialect.reply(peer, 'count')).error).toBeUndefined();
    await peer.write(call(MAX_ELEMENTS + 1));
    expect((await dialect.reply(peer)).error).toMatchObject({
      code: 'PROTOCOL_ERROR',
      message: expect.stringContaining('101 elements'),
    });
    await expectClosed(peer);
  });

  it("exceeds the total limit by nested lists: rejected; plain numbers don't count", async () => {
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
  ])('nests deeper than the limit in %s: rejected and closed; at the limit: served', async (_, id) => {
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

  it('declares an impossibly long list: rejected before any element', async () => {
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
