import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Deferred } from '@tasks/testing/deferred';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer, type TestServer } from '../support/thrift-server.js';

const KIB = 1_024;
const [binary] = dialects as [Dialect];

function calls(count: number, method: string, args: object): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => binary.call(method, args)));
}

/** Until a method has replied once, memory for a large reply is reserved for each of its calls. */
async function estimateReplySize(server: TestServer): Promise<void> {
  const peer = await server.connect();
  await peer.write(binary.call('echo', { text: 'x' }));
  await binary.reply(peer);
}

describe('connections that fill every slot with waiting calls', () => {
  const MAX_CALLS = 64;
  const waiting = new Deferred<string>();
  const handlers = {
    ...probeHandlers,
    echo: ({ text }: { text: string }) => (text === 'wait' ? waiting.promise : text),
  };
  const limits = { maxCalls: MAX_CALLS, maxQueuedCalls: MAX_CALLS, maxCallsPerConnection: 32, drainTimeoutMs: 50 };

  it.each([3, 12])('do not block a neighbour: %i of them', async (hogs) => {
    await withThriftServer(handlers, { limits }, async (server) => {
      await estimateReplySize(server);
      for (let n = 0; n < hogs; n++) await (await server.connect()).write(calls(32, 'echo', { text: 'wait' }));
      const neighbour = await server.connect();
      while (server.server.load.calls < MAX_CALLS) await setImmediate();
      for (let call = 0; call < 20; call++) {
        await neighbour.write(binary.call('echo', { text: 'quick' }));
        expect(await binary.reply(neighbour)).toMatchObject({ result: { success: 'quick' } });
      }
    });
  });

  it('get every slot while no other connection needs one', async () => {
    await withThriftServer(handlers, { limits: { ...limits, maxCallsPerConnection: 100 } }, async (server) => {
      await estimateReplySize(server);
      let running = 0;
      server.server.on('callStart', () => running++);
      const peer = await server.connect();
      await peer.write(calls(MAX_CALLS, 'echo', { text: 'wait' }));
      while (running < MAX_CALLS) await setImmediate();
      expect(server.server.load.calls).toBe(MAX_CALLS);
    });
  });
});

describe('bursts of calls', () => {
  /** The maximum number of handlers that started in one event-loop iteration while `burst` was served. */
  async function mostAtOnce(bytes: number, connections: number, callsEach: number): Promise<number> {
    let [inIteration, most, isOver] = [0, 0, false];
    const count = async (): Promise<void> => {
      for (; !isOver; inIteration = 0) await setImmediate();
    };
    const handlers = {
      ...probeHandlers,
      large: (args: { bytes: number }): Buffer => {
        most = Math.max(most, ++inIteration);
        return Buffer.alloc(args.bytes);
      },
    };
    // On a slow machine the burst takes longer than calls may wait by default.
    await withThriftServer(handlers, { limits: { maxWaitMs: 60_000 } }, async (server) => {
      const peers = await Promise.all(Array.from({ length: connections }, () => server.connect()));
      // The size of replies is unknown before the first.
      await peers[0]?.write(binary.call('large', { bytes }));
      await binary.reply(peers[0] as (typeof peers)[0], 'large');
      most = 0;
      void count();
      await Promise.all(
        peers.map(async (peer) => {
          await peer.write(calls(callsEach, 'large', { bytes }));
          for (let i = 0; i < callsEach; i++) expect((await binary.reply(peer, 'large')).error).toBeUndefined();
        }),
      );
      isOver = true;
    });
    return most;
  }

  it('with large replies are split: 256 KiB of replies per event-loop iteration', async () => {
    expect(await mostAtOnce(100 * KIB, 20, 10)).toBeLessThanOrEqual(2);
  });

  it('with small replies do not wait for each other', async () => {
    expect(await mostAtOnce(100, 1, 32)).toBe(32);
  });
});

describe('a burst of connections', () => {
  const [CONNECTIONS, READERS] = [200, 8];

  it('is accepted before further large replies', async () => {
    let replies = 0;
    const handlers = {
      ...probeHandlers,
      large: (args: { bytes: number }): Buffer => {
        replies++;
        return Buffer.alloc(args.bytes);
      },
    };
    await withThriftServer(handlers, {}, async (server) => {
      const readers = await Promise.all(Array.from({ length: READERS }, () => server.connect()));
      let isOver = false;
      const readings = readers.map(async (reader) => {
        while (!isOver) {
          await reader.write(binary.call('large', { bytes: 300 * KIB }));
          await binary.reply(reader, 'large');
        }
      });
      while (replies < READERS) await setImmediate();
      const before = replies;
      for (let n = 0; n < CONNECTIONS; n++) void server.connect();
      while (server.server.load.connections < READERS + CONNECTIONS) await setImmediate();
      const during = replies - before;
      isOver = true;
      await Promise.all(readings);
      expect(during).toBeLessThan(CONNECTIONS / 4);
    });
  });
});
