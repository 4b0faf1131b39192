import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Deferred } from '@tasks/testing/deferred';
import { zlibQueue } from '../../src/framing/zlib-queue.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const KIB = 1_024;
const [binary] = dialects as [Dialect];
const headerDialects = dialects.filter(({ framing }) => framing === 'header' || framing === 'framed-header');
const MESSAGES = 24;
const LARGE = 1_000_000;
/** Compresses to a fifth and less. */
const TEXT = Array.from({ length: LARGE / 10 }, (_, n) => `task ${String(n)}: nothing to do\n`).join('');
const textOf = (length: number): string => TEXT.slice(0, length);

/** Looks at the zlib queue in each iteration of the event loop until `stop`; returns the most jobs at a time. */
function watchZlib(): { stop: () => Promise<number> } {
  let [most, isOver] = [0, false];
  const watch = async (): Promise<number> => {
    while (!isOver) {
      most = Math.max(most, zlibQueue.running);
      await setImmediate();
    }
    return most;
  };
  const watching = watch();
  return {
    stop: () => {
      isOver = true;
      return watching;
    },
  };
}

describe.each(headerDialects)('a peer that compresses, in $name', (dialect) => {
  const compressed = (transforms: readonly number[], text: string, seqid = 7): Buffer => {
    const headers = { sequenceId: seqid, outOfOrder: false, transforms, headers: new Map<string, string>() };
    return dialect.call('echo', { text }, { seqid, headers });
  };

  it('a full chunk of messages lets other work run after each message', async () => {
    const order: string[] = [];
    const echo = ({ text }: { text: string }): string => {
      order.push(text.slice(0, 5));
      return 'done';
    };
    await withThriftServer({ ...probeHandlers, echo }, {}, async (server) => {
      const [peer, other] = [await server.connect(), await server.connect()];
      const large = compressed([1], textOf(LARGE));
      expect(large.length).toBeLessThan(LARGE / 4);
      const sending = peer.write(Buffer.concat(Array.from({ length: MESSAGES }, () => large)));
      while (order.length === 0) await setImmediate();
      await other.write(binary.call('echo', { text: 'other' }));
      expect(await binary.reply(other)).toMatchObject({ result: { success: 'done' } });
      expect(order.indexOf('other')).toBeLessThan(MESSAGES / 2);
      await sending;
      for (let i = 0; i < MESSAGES; i++) expect((await dialect.reply(peer)).error).toBeUndefined();
    });
  });

  it('inflates and compresses one message at a time, and calls of others go first', async () => {
    const [CONNECTIONS, EACH] = [16, 3];
    let served = 0;
    const echo = ({ text }: { text: string }): string => {
      if (text.length > KIB) served++;
      return text.slice(0, 100 * KIB);
    };
    await withThriftServer({ ...probeHandlers, echo }, {}, async (server) => {
      const peers = await Promise.all(Array.from({ length: CONNECTIONS }, () => server.connect()));
      const other = await server.connect();
      const one = compressed([1], textOf(LARGE));
      const large = Buffer.concat(Array.from({ length: EACH }, () => one));
      const watch = watchZlib();
      await Promise.all(peers.map((peer) => peer.write(large)));
      while (zlibQueue.waiting === 0) await setImmediate();
      await other.write(binary.call('echo', { text: 'other' }));
      expect(await binary.reply(other)).toMatchObject({ result: { success: 'other' } });
      expect(served).toBeLessThan((CONNECTIONS * EACH) / 2);
      for (const peer of peers) {
        for (let n = 0; n < EACH; n++) {
          expect(await dialect.reply(peer)).toMatchObject({ result: { success: textOf(100 * KIB) } });
        }
      }
      expect(await watch.stop()).toBe(1);
    });
  });

  it('inflating to more than 200 times the size is rejected, up to 1 MiB it is not', async () => {
    await withThriftServer(probeHandlers, {}, async (server) => {
      const peer = await server.connect();
      await peer.write(compressed([1], 'x'.repeat(1_000 * KIB)));
      expect((await dialect.reply(peer)).error).toBeUndefined();
      await peer.write(compressed([1], 'x'.repeat(4 * LARGE)));
      expect((await dialect.reply(peer)).error).toMatchObject({
        code: 'PROTOCOL_ERROR',
        message: expect.stringMatching(/bytes that inflate to more than \d+, allowed is 200 times the size/),
      });
      expect((await server.rejected('size-limit')).peer.id).toBe(1);
    });
  });

  it('gets its replies in order: small, in the pool, and large ones, which are plain', async () => {
    const sizes = [200 * KIB, 100, 2_000 * KIB, 20 * KIB, 3 * KIB, 500 * KIB, 0, 64 * KIB];
    await withThriftServer(probeHandlers, {}, async (server) => {
      const peer = await server.connect();
      await peer.write(Buffer.concat(sizes.map((size, n) => compressed([1], textOf(size), n + 1))));
      for (const [n, size] of sizes.entries()) {
        const { seqid, result, headers } = await dialect.reply(peer);
        expect({ seqid, result }).toEqual({ seqid: n + 1, result: { success: textOf(size) } });
        if (size > KIB) expect(headers?.transforms).toEqual(size > KIB * KIB ? [] : [1]);
      }
    });
  });

  it('several of them get all replies, also in any order', async () => {
    const [PEERS, EACH] = [6, 10];
    await withThriftServer(probeHandlers, {}, async (server) => {
      const peers = await Promise.all(Array.from({ length: PEERS }, () => server.connect()));
      await Promise.all(
        peers.map(async (peer, p) => {
          const outOfOrder = p % 2 === 1;
          const headers = { sequenceId: 1, outOfOrder, transforms: [1], headers: new Map<string, string>() };
          const text = (seqid: number): string => `${String(seqid)} ${textOf(seqid * 9 * KIB)}`;
          for (let seqid = 1; seqid <= EACH; seqid++) {
            await peer.write(dialect.call('echo', { text: text(seqid) }, { seqid, headers }));
          }
          const seen = new Set<number>();
          for (let n = 1; n <= EACH; n++) {
            const { seqid, result } = await dialect.reply(peer);
            expect(result).toEqual({ success: text(seqid) });
            if (!outOfOrder) expect(seqid).toBe(n);
            seen.add(seqid);
          }
          expect(seen.size).toBe(EACH);
        }),
      );
    });
  });

  it('resets while its messages wait: they are neither inflated nor run, and leave nothing behind', async () => {
    let ran = 0;
    const echo = (): string => {
      ran++;
      return '';
    };
    await withThriftServer({ ...probeHandlers, echo }, {}, async (server) => {
      const blocked = new Deferred<undefined>();
      zlibQueue.add((done) => {
        void blocked.promise.then(done);
        return true;
      });
      const peers = await Promise.all(Array.from({ length: 8 }, () => server.connect()));
      const large = compressed([1], textOf(LARGE));
      for (const peer of peers) await peer.write(large);
      while (zlibQueue.waiting < peers.length) await setImmediate();
      for (const peer of peers) peer.reset();
      while (server.server.load.connections > 0) await setImmediate();
      blocked.resolve(undefined);
      await blocked.promise;
      while (zlibQueue.running > 0) await setImmediate();
      expect([ran, zlibQueue.waiting]).toEqual([0, 0]);
    });
  });

  it('compressed twice is rejected: it saves nothing and is expensive', async () => {
    await withThriftServer(probeHandlers, {}, async (server) => {
      const peer = await server.connect();
      await peer.write(compressed([1, 1], 'x'));
      expect((await dialect.reply(peer)).error).toMatchObject({
        code: 'PROTOCOL_ERROR',
        message: expect.stringContaining('zlib twice over, allowed is once'),
      });
      const once = await server.connect();
      await once.write(compressed([0, 1], 'x'));
      expect(await dialect.reply(once)).toMatchObject({ result: { success: 'x' } });
    });
  });
});

describe('a connection that is reset while its calls wait', () => {
  it('does not run them', async () => {
    const first = new Deferred<string>();
    let ran = 0;
    const echo = (): Promise<string> => {
      ran++;
      return first.promise;
    };
    await withThriftServer({ ...probeHandlers, echo }, { limits: { maxCallsPerConnection: 1 } }, async (server) => {
      const peer = await server.connect();
      await peer.write(Buffer.concat(Array.from({ length: 32 }, () => binary.call('echo', { text: 'x' }))));
      while (ran === 0) await setImmediate();
      const disconnected = server.next('disconnect');
      peer.reset();
      await disconnected;
      first.resolve('done');
      while (server.server.load.calls > 0) await setImmediate();
      expect(ran).toBe(1);
    });
  });
});
