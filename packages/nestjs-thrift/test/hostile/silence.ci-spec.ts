import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Deferred } from '@tasks/testing/deferred';
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
    const limits = { partialMessageTimeoutMs: 4 * PARTIAL_MS };
    await withThriftServer(probeHandlers, { limits }, async (slow) => {
      await Promise.all(
        dialects.map(async (dialect) => {
          const peer = await slow.connect();
          const call = dialect.call('echo', { text: 'slow but moving' });
          const pieces = 12;
          for (let i = 0; i < pieces; i++) {
            const [from, to] = [Math.floor((i * call.length) / pieces), Math.floor(((i + 1) * call.length) / pieces)];
            await peer.write(call.subarray(from, to));
            // The sleep is the subject of the test: each is far shorter than the limit, all together are longer.
            await delay(200);
          }
          expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'slow but moving' } });
        }),
      );
      expect(slow.rejections).toEqual([]);
    });
  });

  it('after a call of the same peer: time without reading does not count', async () => {
    const limits = { maxCallsPerConnection: 1, partialMessageTimeoutMs: 1_500 };
    const handlers = { ...probeHandlers, echo: ({ text }: { text: string }) => delay(1_800, text) };
    await withThriftServer(handlers, { limits }, async (slow) => {
      const [dialect] = dialects as [Dialect];
      const peer = await slow.connect();
      const call = dialect.call('echo', { text: 'x' });
      await peer.write(Buffer.concat([call, call.subarray(0, -3)]));
      expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'x' } });
      // Longer than the interval of the checks, and far shorter than the peer's limit.
      await delay(400);
      await peer.write(call.subarray(-3));
      expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'x' } });
      expect(slow.rejections).toEqual([]);
    });
  });

  it('that never completes, with frequent bytes: closed at the total limit', async () => {
    const limits = { partialMessageTimeoutMs: 60_000, messageTimeoutMs: 200 };
    await withThriftServer(probeHandlers, { limits }, async (trickled) => {
      const peer = await trickled.connect();
      const call = (dialects[0] as Dialect).call('echo', { text: 'x'.repeat(1_000) });
      let sent = 100;
      for (; !peer.socket.readableEnded && sent < call.length; sent++) {
        await peer.write(call.subarray(sent === 100 ? 0 : sent, sent + 1));
        await delay(20);
      }
      expect(sent).toBeLessThan(call.length);
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
    const [dialect] = dialects as [Dialect];
    for (const idleTimeoutMs of [600, 0]) {
      const finish = new Deferred<string>();
      await withThriftServer(
        { ...probeHandlers, echo: () => finish.promise },
        { limits: { idleTimeoutMs } },
        async (server) => {
          const peer = await server.connect();
          await peer.write(dialect.call('echo', { text: 'x' }));
          // Idle for as long as the call runs: once it is closed, the limit has passed.
          const idle = await server.connect();
          await (idleTimeoutMs === 0 ? delay(600) : idle.ended);
          finish.resolve('took its time');
          expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'took its time' } });
          expect(server.rejections).toHaveLength(idleTimeoutMs === 0 ? 0 : 1);
        },
      );
    }
  });
});
