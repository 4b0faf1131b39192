import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deflateSync } from 'node:zlib';
import { BYTE, I32, LIST, MAP, STRING, STRUCT } from '../../src/protocol/constants.js';
import type { ProtocolWriter } from '../../src/protocol/protocol.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { TestServer } from '../support/thrift-server.js';

/** Far more than any of these attacks may cost the process. */
const GROWTH_BYTES = 8 * 1_048_576;

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start(probeHandlers, { limits: { maxContainerSize: 10_000_000 } });
});
afterAll(() => server.close());

function named(name: string): Dialect {
  return dialects.find((dialect) => dialect.name === name) as Dialect;
}

/** A call of `count` with one field written by `write`. */
function countWith(dialect: Dialect, type: number, id: number, write: (writer: ProtocolWriter) => void): Buffer {
  return dialect.message('count', { seqid: 7 }, (writer) => {
    const outer = writer.writeStructBegin();
    writer.writeFieldBegin(type, id);
    write(writer);
    writer.writeFieldEnd();
    writer.writeStructEnd(outer);
  });
}

async function expectRejected(dialect: Dialect, bytes: Buffer, message: RegExp): Promise<void> {
  const peer = await server.connect();
  const before = process.memoryUsage().arrayBuffers;
  void peer.write(bytes);
  const { error } = await dialect.reply(peer);
  expect(process.memoryUsage().arrayBuffers - before - 2 * bytes.length).toBeLessThan(GROWTH_BYTES);
  expect(error).toMatchObject({ code: 'PROTOCOL_ERROR', message: expect.stringMatching(message) });
}

describe.each(dialects)('in $name', (dialect) => {
  it('47 KB of tiny messages in one segment all get their replies', async () => {
    const peer = await server.connect();
    const call = dialect.call('nothing', {});
    const count = Math.ceil(47_000 / call.length);
    await peer.write(Buffer.concat(Array.from({ length: count }, () => call)));
    for (let i = 0; i < count; i++) expect((await dialect.reply(peer, 'nothing')).error).toBeUndefined();
  });

  it('a list of 2^31-1 bytes to skip is rejected by its size', async () => {
    const bytes = countWith(dialect, LIST, 77, (writer) => {
      writer.writeListBegin(BYTE, 0x7fffffff);
      writer.writeListEnd();
    });
    await expectRejected(dialect, bytes, /2147483647/);
  });

  it('a map with an allowed size but no entries allocates nothing', async () => {
    const bytes = countWith(dialect, MAP, 2, (writer) => {
      writer.writeMapBegin(STRING, STRING, 1_000_000);
      writer.writeMapEnd();
    });
    const peer = await server.connect();
    const before = process.memoryUsage().arrayBuffers;
    await peer.write(bytes);
    peer.end();
    expect((await dialect.reply(peer)).error?.code).toBe('PROTOCOL_ERROR');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(GROWTH_BYTES);
  });

  it('200,000 nested structs in a field to skip are rejected by their depth', async () => {
    const bytes = countWith(dialect, STRUCT, 77, (writer) => {
      const outers = Array.from({ length: 200_000 }, () => {
        const outer = writer.writeStructBegin();
        writer.writeFieldBegin(STRUCT, 1);
        return outer;
      });
      writer.writeStructEnd(writer.writeStructBegin());
      for (const outer of outers.reverse()) {
        writer.writeFieldEnd();
        writer.writeStructEnd(outer);
      }
    });
    await expectRejected(dialect, bytes, /nested/);
  });
});

describe('a varint of 11 bytes', () => {
  it.each(['compact unframed', 'compact framed', 'compact in THeader'])('in %s is rejected', async (name) => {
    const dialect = named(name);
    const bytes = countWith(dialect, I32, 77, (writer) => {
      for (let i = 0; i < 10; i++) writer.writeI8(-1);
      writer.writeI8(1);
    });
    await expectRejected(dialect, bytes, /varint/);
  });
});

describe('JSON', () => {
  it.each(['JSON unframed', 'JSON framed'])('nested 100,000 deep in %s is rejected by its depth', async (name) => {
    const dialect = named(name);
    const whole = dialect.call('count', {}).toString('latin1');
    const at = whole.lastIndexOf('{}');
    const text = `${whole.slice(0, at)}{"77":{"rec":${'{"1":{"rec":'.repeat(100_000)}`;
    const bytes = Buffer.from(text, 'latin1');
    if (dialect.isFramed) bytes.writeInt32BE(bytes.length - 4);
    await expectRejected(dialect, bytes, /nested/);
  });
});

describe.each(dialects.filter(({ framing }) => framing === 'header' || framing === 'framed-header'))(
  '$name',
  (dialect) => {
    const outer = dialect.framing === 'header' ? 0 : 4;
    const withHeader = (change: (call: Buffer) => void): Buffer => {
      const headers = new Map([['key', 'value']]);
      const options = { seqid: 7, headers: { sequenceId: 7, outOfOrder: false, transforms: [], headers } };
      const call = dialect.call('echo', { text: 'x' }, options);
      change(call);
      return call;
    };

    it.each([
      [
        'a header longer than its frame',
        /longer than its frame/,
        (call: Buffer) => call.writeUInt16BE(0x0fff, outer + 12),
      ],
      [
        'a header larger than any should be',
        /header of 262140 bytes/,
        (call: Buffer) => call.writeUInt16BE(0xffff, outer + 12),
      ],
      ['a key longer than the header', /longer than the header/, (call: Buffer) => (call[outer + 18] = 0x7f)],
      [
        'more pairs than the header holds',
        /longer than the header|inside a number/,
        (call: Buffer) => (call[outer + 17] = 0x3f),
      ],
      ['more pairs than a header may have', /127 headers, allowed: 64/, (call: Buffer) => (call[outer + 17] = 0x7f)],
      [
        'a number that never ends',
        /31 bits|inside a number/,
        (call: Buffer) => call.fill(0xff, outer + 14, outer + 22),
      ],
      ['five hundred transforms', /transforms/, (call: Buffer) => call.writeUInt16BE(0xf403, outer + 15)],
    ])('with %s is rejected, by the seqid of its frame', async (_, message, change) => {
      const peer = await server.connect();
      await peer.write(withHeader((call) => change(call)));
      const { seqid, error } = await dialect.reply(peer);
      expect({ seqid, error }).toMatchObject({ seqid: 7, error: { message: expect.stringMatching(message) } });
      await peer.ended;
    });

    it('that decompresses to a gigabyte is rejected at the limit', async () => {
      const zeros = deflateSync(Buffer.alloc(1_048_576), { finishFlush: 2 });
      const rest = deflateSync(Buffer.alloc(1_048_576), { finishFlush: 2 }).subarray(2);
      const bomb = Buffer.concat([zeros, ...Array.from({ length: 1_023 }, () => rest)]);
      const head = dialect.call(
        'echo',
        {},
        { headers: { sequenceId: 7, outOfOrder: false, transforms: [], headers: new Map() } },
      );
      const header = Buffer.from(head.subarray(0, outer + 18));
      header.set([header[outer + 14] as number, 1, 1, 0], outer + 14);
      const bytes = Buffer.concat([header, bomb]);
      for (let at = 0; at <= outer; at += 4) bytes.writeInt32BE(bytes.length - at - 4, at);
      const peer = await server.connect();
      const [before, startMs] = [process.memoryUsage().rss, performance.now()];
      await peer.write(bytes);
      const { seqid, error } = await dialect.reply(peer);
      expect({ seqid, error }).toMatchObject({ seqid: 7, error: { message: expect.stringMatching(/16384000/) } });
      expect(performance.now() - startMs).toBeLessThan(5_000);
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1_048_576);
      await peer.ended;
    });

    it('with an unknown transform gets an error with the known ones', async () => {
      const peer = await server.connect();
      await peer.write(
        withHeader((call) => {
          call.set([1, 3], outer + 15);
        }),
      );
      const { seqid, error } = await dialect.reply(peer);
      expect({ seqid, error }).toMatchObject({
        seqid: 7,
        error: { code: 'INVALID_TRANSFORM', message: expect.stringMatching(/Transform 3 .+zlib/) },
      });
      await peer.ended;
    });

    it('with an unknown protocol gets an error with the known ones', async () => {
      const peer = await server.connect();
      await peer.write(withHeader((call) => (call[outer + 14] = 1)));
      expect((await dialect.reply(peer)).error).toMatchObject({
        code: 'INVALID_PROTOCOL',
        message: expect.stringMatching(/binary \(0\) or compact/),
      });
      await peer.ended;
    });
  },
);
