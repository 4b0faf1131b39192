import { describe, expect, it } from '@jest/globals';
import { Deferred } from '@tasks/testing/deferred';
import { RawPeer } from '@tasks/testing/raw-peer';
import { addressGroup } from '../../src/connection/peer.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const MIB = 1_048_576;
const [binary] = dialects as [Dialect];

describe('the budgets of the process', () => {
  it('for incomplete requests: the largest holder is closed, the others are served', async () => {
    await withThriftServer(probeHandlers, { limits: { maxBufferedBytes: 4 * MIB } }, async (server) => {
      const small = await server.connect();
      const message = binary.call('echo', { text: 'x'.repeat(3 * MIB) });
      const [first, second] = [await server.connect(), await server.connect()];
      await second.write(message.subarray(0, -2 * MIB));
      await first.write(message.subarray(0, -1));
      await second.write(message.subarray(-2 * MIB, -1));
      await server.rejected('overloaded');
      await Promise.race([first.closed, second.closed, first.ended, second.ended]);
      await small.write(binary.call('echo', { text: 'served' }));
      expect(await binary.reply(small)).toMatchObject({ result: { success: 'served' } });
      expect(server.server.load.connections).toBe(2);
      expect(server.rejections).toMatchObject([{ message: expect.stringMatching(/^holds \d+ bytes/) }]);
    });
  });

  it('for running requests: a peer waits after one message, is closed over budget', async () => {
    const go = new Deferred<undefined>();
    let started = 0;
    const handlers = {
      ...probeHandlers,
      echo: async () => {
        started++;
        await go.promise;
        return 'done';
      },
    };
    const large = binary.call('echo', { text: 'x'.repeat(1.2 * MIB) });
    const limits = { maxMessageBytes: 2 * MIB, maxBufferedBytes: 9 * MIB };
    await withThriftServer(handlers, { limits }, async (server) => {
      const [first, second] = [await server.connect(), await server.connect()];
      void first.write(Buffer.concat([large, large, large, large]));
      while (started < 2) await new Promise(setImmediate);
      void second.write(Buffer.concat([large, large, large]));
      while (started < 4) await new Promise(setImmediate);
      const third = await server.connect();
      await third.write(large);
      while (started < 5) await new Promise(setImmediate);
      expect(server.rejections).toEqual([]);
      const fourth = await server.connect();
      void fourth.write(Buffer.concat([large, large, large]));
      await server.rejected('overloaded');
      expect(started).toBeLessThanOrEqual(7);
      go.resolve(undefined);
      expect((await binary.reply(third)).error).toBeUndefined();
    });
  });

  it('for the memory of small messages: elements count more than their bytes', async () => {
    const go = new Deferred<number>();
    await withThriftServer(
      { ...probeHandlers, count: () => go.promise },
      { limits: { maxBufferedBytes: MIB } },
      async (server) => {
        const [modest, greedy] = [await server.connect(), await server.connect()];
        const texts = (count: number): Buffer =>
          binary.call('count', { texts: Array.from({ length: count }, () => '') });
        await modest.write(texts(2_000));
        await greedy.write(texts(20_000));
        await server.rejected('overloaded');
        await Promise.race([greedy.ended, greedy.closed]);
        go.resolve(1);
        expect(await binary.reply(modest, 'count')).toMatchObject({ result: { success: 1 } });
      },
    );
  });

  it('for unread replies: the largest holder is closed at once, the others are served', async () => {
    const all = new Deferred<undefined>();
    let waiting = 0;
    const handlers = {
      ...probeHandlers,
      large: async ({ bytes }: { bytes: number }) => {
        if (++waiting === 16) all.resolve(undefined);
        await all.promise;
        return Buffer.alloc(bytes);
      },
    };
    await withThriftServer(handlers, { limits: { maxUnsentBytes: 16 * MIB } }, async (server) => {
      const small = await server.connect();
      const peer = await server.connect();
      peer.stopReading();
      const call = binary.call('large', { bytes: 4 * MIB });
      await peer.write(Buffer.concat(Array.from({ length: 16 }, () => call)));
      await server.rejected('overloaded');
      await small.write(binary.call('echo', { text: 'served' }));
      expect(await binary.reply(small)).toMatchObject({ result: { success: 'served' } });
      expect(server.server.load).toEqual({ connections: 1, calls: 0 });
    });
  });
});

describe('the limit on connections', () => {
  const limits = { maxConnections: 2 };
  const answered = async (peer: RawPeer, text: string): Promise<void> => {
    await peer.write(binary.call('echo', { text }));
    expect(await binary.reply(peer)).toMatchObject({ result: { success: text } });
  };
  const over = (peer: RawPeer): Promise<unknown> => Promise.race([peer.ended, peer.closed]);

  it('lets a new connection replace the one that has been idle longest', async () => {
    await withThriftServer(probeHandlers, { limits }, async (server) => {
      const [first, second] = [await server.connect(), await server.connect()];
      await answered(first, 'first');
      await answered(second, 'second');
      await answered(first, 'first again');
      const third = await server.connect();
      await over(second);
      expect(await server.rejected('connection-limit')).toMatchObject({
        message: 'was idle longest at the limit of 2 connections',
        peer: { id: 2, address: '127.0.0.1' },
      });
      await answered(third, 'third');
      await answered(first, 'still there');
    });
  });

  it('closes a new connection while all others have running calls', async () => {
    const go = new Deferred<undefined>();
    const handlers = {
      ...probeHandlers,
      echo: async ({ text }: { text: string }) => {
        if (text === 'slow') await go.promise;
        return text;
      },
    };
    await withThriftServer(handlers, { limits }, async (server) => {
      const [first, second] = [await server.connect(), await server.connect()];
      for (const peer of [first, second]) {
        await answered(peer, 'quick');
        await peer.write(binary.call('echo', { text: 'slow' }));
      }
      while (server.server.load.calls < 2) await new Promise(setImmediate);
      const third = await server.connect();
      await over(third);
      expect(await server.rejected('connection-limit')).toMatchObject({ peer: { id: 0, address: '127.0.0.1' } });
      const gone = server.next('disconnect');
      first.reset();
      await gone;
      const fourth = await server.connect();
      await answered(fourth, 'room again');
      go.resolve(undefined);
      expect(await binary.reply(second)).toMatchObject({ result: { success: 'slow' } });
    });
  });

  it('has a share per address: an address above it loses connections to others only', async () => {
    await withThriftServer(probeHandlers, { limits: { maxConnections: 4 } }, async (server) => {
      const from = (localAddress: string): Promise<RawPeer> =>
        RawPeer.connect({ host: '127.0.0.1', port: server.port, localAddress });
      const modest = await from('127.0.2.1');
      await answered(modest, 'idle longest of all');
      const greedy = [];
      for (let i = 0; i < 6; i++) {
        const peer = await from('127.0.2.2');
        await answered(peer, String(i));
        greedy.push(peer);
      }
      const other = await from('127.0.2.3');
      await answered(other, 'another address');
      await answered(modest, 'still there');
      expect(server.rejections).toHaveLength(4);
      for (const { peer } of server.rejections) expect(peer.address).toBe('127.0.2.2');
      for (const peer of [modest, other, ...greedy]) peer.destroy();
    });
  });
});

describe('the owner of a share of connections', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('%s belongs to %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});
