import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const MIB = 1_048_576;

describe.each(dialects)('replies in $name', (dialect) => {
  it('that are never read: they stop at the cap, and the peer is closed', async () => {
    let made = 0;
    const handlers = { ...probeHandlers, large: ({ bytes }: { bytes: number }) => Buffer.alloc(bytes, (made++, 'x')) };
    await withThriftServer(handlers, { limits: { replyStallTimeoutMs: 300 } }, async (server) => {
      const peer = await server.connect();
      peer.stopReading();
      const call = dialect.call('large', { bytes: MIB });
      void peer.write(Buffer.concat(Array.from({ length: 300 }, () => call)));
      await server.rejected('reply-stall-timeout');
      expect(made).toBeLessThanOrEqual(48);
      expect(server.server.load).toEqual({ connections: 0, calls: 0 });
    });
  });
});

describe('a peer that reads slowly', () => {
  it('gets all its replies, in any total time', async () => {
    const [dialect] = dialects as [Dialect];
    await withThriftServer(probeHandlers, { limits: { replyStallTimeoutMs: 1_000 } }, async (server) => {
      const peer = await server.connect();
      const [count, bytes] = [60, 256 * 1_024];
      void peer.write(Buffer.concat(Array.from({ length: count }, () => dialect.call('large', { bytes }))));
      for (let i = 0; i < count; i++) {
        peer.socket.pause();
        // The sleep is the subject of the test: all replies together take longer than the limit for one.
        await delay(25);
        peer.socket.resume();
        expect((await dialect.reply(peer, 'large')).result['success']).toHaveLength(bytes);
      }
      expect(server.rejections).toEqual([]);
    });
  });

  it('is not mistaken for one that never reads while its oldest call runs', async () => {
    const [dialect] = dialects as [Dialect];
    const handlers = { ...probeHandlers, echo: ({ text }: { text: string }) => delay(text === 'slow' ? 600 : 0, text) };
    await withThriftServer(handlers, { limits: { replyStallTimeoutMs: 100 } }, async (server) => {
      const peer = await server.connect();
      await peer.write(Buffer.concat(['slow', 'fast'].map((text) => dialect.call('echo', { text }))));
      expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'slow' } });
      expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'fast' } });
      expect(server.rejections).toEqual([]);
    });
  });
});
