import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Deferred } from '@tasks/testing/deferred';
import type { ThriftContext } from '../../src/nest/context.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const [binary] = dialects as [Dialect];

describe.each(dialects)('a closing server, for peers of $name,', (dialect) => {
  it('lets fully received calls finish, rejects later ones, and then sends FIN', async () => {
    const [started, finish] = [new Deferred<undefined>(), new Deferred<string>()];
    const handlers = {
      ...probeHandlers,
      echo: ({ text }: { text: string }) => {
        if (text !== 'running') return text;
        started.resolve(undefined);
        return finish.promise;
      },
    };
    await withThriftServer(handlers, {}, async (server) => {
      const [peer, half] = [await server.connect(), await server.connect()];
      const call = dialect.call('echo', { text: 'half' }, { seqid: 3 });
      // One write for both: when the first call is answered, half of the second has been read.
      await half.write(Buffer.concat([dialect.call('echo', { text: 'first' }, { seqid: 2 }), call.subarray(0, -3)]));
      expect(await dialect.reply(half)).toMatchObject({ seqid: 2, result: { success: 'first' } });
      await peer.write(dialect.call('echo', { text: 'running' }, { seqid: 1 }));
      await started.promise;
      const closed = server.server.close();
      await peer.write(dialect.call('echo', { text: 'late' }, { seqid: 2 }));
      await half.write(call.subarray(-3));
      const rejected = await dialect.reply(half);
      expect(rejected).toMatchObject({ seqid: 3, error: { message: 'Shutting down: not run, safe to retry' } });
      finish.resolve('done');
      expect(await dialect.reply(peer)).toMatchObject({ seqid: 1, result: { success: 'done' } });
      expect(await dialect.reply(peer)).toMatchObject({
        seqid: 2,
        error: { message: expect.stringMatching(/^Shutting down: /) },
      });
      await Promise.all([peer.ended, half.ended]);
      for (const ended of [peer, half]) ended.end();
      await closed;
    });
  });
});

describe('a closing server', () => {
  it('rejects all calls that arrive while another runs, not only the first', async () => {
    const [started, finish] = [new Deferred<undefined>(), new Deferred<string>()];
    const handlers = {
      ...probeHandlers,
      echo: () => {
        started.resolve(undefined);
        return finish.promise;
      },
    };
    await withThriftServer(handlers, {}, async (server) => {
      const peer = await server.connect();
      await peer.write(binary.call('echo', { text: 'running' }, { seqid: 1 }));
      await started.promise;
      const closed = server.server.close();
      for (const seqid of [2, 3, 4]) {
        await peer.write(binary.call('echo', { text: 'late' }, { seqid }));
        await delay(20);
      }
      finish.resolve('done');
      expect(await binary.reply(peer)).toMatchObject({ seqid: 1, result: { success: 'done' } });
      for (const seqid of [2, 3, 4]) {
        expect(await binary.reply(peer)).toMatchObject({
          seqid,
          error: { message: expect.stringMatching(/^Shutting down: /) },
        });
      }
      await peer.ended;
      peer.end();
      await closed;
    });
  });

  it('closes idle connections at once, and accepts no new ones', async () => {
    await withThriftServer(probeHandlers, { limits: { drainTimeoutMs: 60_000 } }, async (server) => {
      const peer = await server.connect();
      await peer.write(binary.call('echo', { text: 'x' }));
      await binary.reply(peer);
      const { port } = server;
      const closed = server.server.close();
      await peer.ended;
      peer.end();
      await closed;
      await expect(server.connectTo(port)).rejects.toThrow('ECONNREFUSED');
    });
  });

  it('waits a second for the rest of a message, and rejects it as not run', async () => {
    await withThriftServer(probeHandlers, { limits: { drainTimeoutMs: 60_000 } }, async (server) => {
      const peer = await server.connect();
      const call = binary.call('echo', { text: 'x' });
      await peer.write(call.subarray(0, -3));
      await server.hasRead(call.length - 3);
      const closed = server.server.close();
      // The sleep is the subject of the test: a few round trips over a long distance.
      await delay(100);
      await peer.write(call.subarray(-3));
      expect((await binary.reply(peer)).error?.message).toBe('Shutting down: not run, safe to retry');
      await peer.ended;
      peer.end();
      await closed;
    });
  });

  it('waits no longer than that for an incomplete message', async () => {
    await withThriftServer(probeHandlers, { limits: { drainTimeoutMs: 60_000 } }, async (server) => {
      const peer = await server.connect();
      await peer.write(binary.call('echo', { text: 'x' }).subarray(0, -3));
      const startMs = performance.now();
      const closed = server.server.close();
      await peer.ended;
      peer.end();
      await closed;
      expect(performance.now() - startMs).toBeLessThan(8_000);
    });
  });

  it('rejects the next call of a busy peer as not run, instead of disconnecting', async () => {
    await withThriftServer(probeHandlers, {}, async (server) => {
      const peer = await server.connect();
      const ask = async (): Promise<string | undefined> => {
        await peer.write(binary.call('echo', { text: 'x' }));
        return (await binary.reply(peer)).error?.message;
      };
      expect(await ask()).toBeUndefined();
      const closed = server.server.close();
      expect(await ask()).toMatch(/^Shutting down: /);
      await peer.ended;
      peer.end();
      await closed;
    });
  });

  it('rejects calls of a continuing peer for a quarter of a second, then sends FIN', async () => {
    await withThriftServer(probeHandlers, { limits: { drainTimeoutMs: 60_000 } }, async (server) => {
      const peer = await server.connect();
      const call = binary.call('echo', { text: 'x' });
      await peer.write(call);
      await binary.reply(peer);
      const closed = server.server.close();
      let calls = 0;
      for (; !peer.socket.readableEnded && calls < 100; calls++) {
        await peer.write(call);
        await delay(10);
      }
      expect(calls).toBeLessThan(50);
      peer.end();
      await closed;
    });
  });

  it('cuts running calls at the limit: an error reply, and the signal aborts', async () => {
    const stuck = new Deferred<ThriftContext>();
    const handlers = {
      ...probeHandlers,
      echo: async (_: never, context: ThriftContext) => {
        stuck.resolve(context);
        await once(context.signal, 'never');
      },
    };
    await withThriftServer(handlers, { limits: { drainTimeoutMs: 100, maxCalls: 1 } }, async (server) => {
      const peer = await server.connect();
      await peer.write(Buffer.concat([1, 2].map((seqid) => binary.call('echo', { text: 'x' }, { seqid }))));
      const { signal } = await stuck.promise;
      const startMs = performance.now();
      const closed = server.server.close();
      expect((await binary.reply(peer)).error?.message).toMatch(
        /^Deadline exceeded: the server closes .+ may have run$/,
      );
      expect((await binary.reply(peer)).error?.message).toMatch(/^Shutting down: not run/);
      expect(signal.aborted).toBe(true);
      await closed;
      // By default it is ten seconds.
      expect(performance.now() - startMs).toBeLessThan(8_000);
    });
  });

  it('waits for the same end in a second close', async () => {
    await withThriftServer(probeHandlers, {}, async (server) => {
      await Promise.all([server.server.close(), server.server.close()]);
      await server.server.close();
      expect(server.server.load).toEqual({ connections: 0, calls: 0 });
    });
  });
});
