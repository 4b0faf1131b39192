import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MAP, STRING } from '../../src/protocol/constants.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { TestServer, withThriftServer } from '../support/thrift-server.js';

const PARTIAL_MS = 500;

/** A call of `count` up to the start of its map; a frame announces more. */
function mapWithoutEntries(dialect: Dialect): Buffer {
  const bytes = dialect.message('count', {}, (writer) => {
    writer.writeStructBegin();
    writer.writeFieldBegin(MAP, 2);
    writer.writeMapBegin(STRING, STRING, 1_000_000);
  });
  const lengths = { unframed: 0, framed: 1, header: 1, 'framed-header': 2, ttheader: 1 }[dialect.framing];
  for (let n = 0; n < lengths; n++) bytes.writeInt32BE(bytes.readInt32BE(4 * n) + 10_000_000, 4 * n);
  // The end of a JSON message is its closing bracket.
  return dialect.protocol.name === 'json' ? bytes.subarray(0, -1) : bytes;
}

describe('half a message', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(probeHandlers, { limits: { partialMessageTimeoutMs: PARTIAL_MS } });
  });
  afterEach(() => {
    server.rejections.length = 0;
  });
  afterAll(() => server.close());

  it('in any dialect, then silence: closed in time', async () => {
    await Promise.all(
      dialects.map(async (dialect) => {
        const peer = await server.connect();
        const call = dialect.call('echo', { text: 'unfinished' });
        await peer.write(call.subarray(0, call.length - 3));
        await peer.ended;
      }),
    );
    expect(server.rejections.map(({ reason }) => reason)).toEqual(dialects.map(() => 'partial-message-timeout'));
  });

  it('that declares a map of a million entries is closed, nothing allocated', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const peers = await Promise.all(
      dialects.map(async (dialect) => {
        const peer = await server.connect();
        await peer.write(mapWithoutEntries(dialect));
        return peer;
      }),
    );
    await peers[0]?.ended;
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1_048_576);
    await Promise.all(peers.map(({ ended }) => ended));
    expect(server.rejections.map(({ reason }) => reason)).toEqual(dialects.map(() => 'partial-message-timeout'));
  });

  it('in any dialect, then the rest in slow pieces: served', async () => {
    await Promise.all(
      dialects.map(async (dialect) => {
        const peer = await server.connect();
        const call = dialect.call('echo', { text: 'slow but moving' });
        const pieces = 12;
        for (let i = 0; i < pieces; i++) {
          const [from, to] = [Math.floor((i * call.length) / pieces), Math.floor(((i + 1) * call.length) / pieces)];
          await peer.write(call.subarray(from, to));
          // The sleep is the subject of the test: each is shorter than the limit, all together are twice as long.
          await delay(PARTIAL_MS / 5);
        }
        expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'slow but moving' } });
      }),
    );
    expect(server.rejections).toEqual([]);
  });

  it('after a call of the same peer: time without reading does not count', async () => {
    const limits = { maxCallsPerConnection: 1, partialMessageTimeoutMs: 800 };
    const handlers = { ...probeHandlers, echo: ({ text }: { text: string }) => delay(1_200, text) };
    await withThriftServer(handlers, { limits }, async (slow) => {
      const [dialect] = dialects as [Dialect];
      const peer = await slow.connect();
      const call = dialect.call('echo', { text: 'x' });
      await peer.write(Buffer.concat([call, call.subarray(0, -3)]));
      expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'x' } });
      // Longer than the interval of the checks, and shorter than the peer's limit.
      await delay(300);
      await peer.write(call.subarray(-3));
      expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'x' } });
      expect(slow.rejections).toEqual([]);
    });
  });

  it('that never completes, with frequent bytes: closed at the total limit', async () => {
    const limits = { partialMessageTimeoutMs: 1_000, messageTimeoutMs: 200 };
    await withThriftServer(probeHandlers, { limits }, async (trickled) => {
      const peer = await trickled.connect();
      const call = (dialects[0] as Dialect).call('echo', { text: 'x'.repeat(1_000) });
      const startMs = performance.now();
      for (let sent = 100; !peer.socket.readableEnded && sent < call.length; sent++) {
        await peer.write(call.subarray(sent === 100 ? 0 : sent, sent + 1));
        await delay(20);
      }
      expect(performance.now() - startMs).toBeLessThan(2_000);
      expect(trickled.rejections).toMatchObject([{ reason: 'partial-message-timeout' }]);
    });
  });
});

describe('white space between JSON messages', () => {
  const json = dialects.find(({ name }) => name === 'JSON unframed') as Dialect;

  it.each([
    ['behind a message', (call: Buffer) => [Buffer.concat([call, Buffer.from('\n')])]],
    ['by itself', (call: Buffer) => [call, Buffer.from('\r\n'), Buffer.from('\t ')]],
  ])('starts no message %s: the peer may be silent after it', async (_, piecesOf) => {
    const limits = { partialMessageTimeoutMs: 100, messageTimeoutMs: 100 };
    await withThriftServer(probeHandlers, { limits }, async (server) => {
      const peer = await server.connect();
      const call = json.call('echo', { text: 'x' });
      for (const piece of piecesOf(call)) await peer.write(piece);
      expect(await json.reply(peer)).toMatchObject({ result: { success: 'x' } });
      // The sleep is the subject of the test: much longer than the limit of an incomplete message.
      await delay(400);
      await peer.write(Buffer.concat([Buffer.from('\n'), call, Buffer.from('\n')]));
      expect(await json.reply(peer)).toMatchObject({ result: { success: 'x' } });
      peer.end();
      await peer.ended;
      expect(peer.received).toHaveLength(0);
      expect(server.rejections).toEqual([]);
    });
  });
});

describe('a silent peer', () => {
  it('is closed after the idle timeout, also after calls', async () => {
    const limits = { idleTimeoutMs: 150 };
    await withThriftServer(probeHandlers, { limits }, async (server) => {
      const [dialect] = dialects;
      const [silent, former] = [await server.connect(), await server.connect()];
      await former.write(dialect?.call('echo', { text: 'x' }) as Buffer);
      await Promise.all([silent.ended, former.ended]);
      expect(server.rejections.map(({ reason }) => reason)).toEqual(['idle-timeout', 'idle-timeout']);
    });
  });

  it('is kept while a call runs, and forever without idle timeout', async () => {
    const slow = { ...probeHandlers, echo: ({ text }: { text: string }) => delay(700, text) };
    const [dialect] = dialects;
    for (const idleTimeoutMs of [300, 0]) {
      await withThriftServer(slow, { limits: { idleTimeoutMs } }, async (server) => {
        const peer = await server.connect();
        await peer.write(dialect?.call('echo', { text: 'took its time' }) as Buffer);
        expect(await dialect?.reply(peer)).toMatchObject({ result: { success: 'took its time' } });
        expect(server.rejections).toEqual([]);
      });
    }
  });
});
