import { describe, expect, it } from '@jest/globals';
import type { MessageHeaders } from '../../src/framing/framing.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer, type Handlers } from '../support/thrift-server.js';

const [binary] = dialects as [Dialect];

/** Calls of `echo` that finish on request. */
class Gate {
  readonly started: string[] = [];
  private readonly ends = new Map<string, () => void>();
  private wake: (() => void) | undefined;

  readonly handlers: Handlers = {
    ...probeHandlers,
    echo: ({ text }: { text: string }) => {
      this.started.push(text);
      this.wake?.();
      return new Promise((resolve) =>
        this.ends.set(text, () => {
          resolve(text);
        }),
      );
    },
  };

  end(text: string): void {
    this.ends.get(text)?.();
  }

  async untilStarted(count: number): Promise<void> {
    while (this.started.length < count) await new Promise<void>((resolve) => (this.wake = resolve));
  }
}

function calls(dialect: Dialect, texts: readonly string[], headers?: MessageHeaders): Buffer {
  return Buffer.concat(
    texts.map((text, seqid) => dialect.call('echo', { text }, headers === undefined ? { seqid } : { seqid, headers })),
  );
}

describe.each(dialects)('concurrent calls in $name', (dialect) => {
  it('get their replies in the order of the calls, not of completion', async () => {
    const gate = new Gate();
    await withThriftServer(gate.handlers, {}, async (server) => {
      const peer = await server.connect();
      const texts = ['a', 'b', 'c', 'd'];
      await peer.write(calls(dialect, texts));
      await gate.untilStarted(4);
      for (const text of ['d', 'b', 'a', 'c']) gate.end(text);
      for (const [seqid, text] of texts.entries()) {
        expect(await dialect.reply(peer)).toMatchObject({ seqid, result: { success: text } });
      }
    });
  });
});

describe.each(dialects.filter(({ framing }) => framing.endsWith('header')))('a peer of $name', (dialect) => {
  it('gets replies in order of completion if it accepts that', async () => {
    const gate = new Gate();
    await withThriftServer(gate.handlers, {}, async (server) => {
      const peer = await server.connect();
      const headers = { sequenceId: 9, outOfOrder: true, transforms: [], headers: new Map<string, string>() };
      await peer.write(calls(dialect, ['a', 'b', 'c'], headers));
      await gate.untilStarted(3);
      for (const text of ['b', 'c', 'a']) {
        gate.end(text);
        const reply = await dialect.reply(peer);
        expect(reply).toMatchObject({ result: { success: text }, headers: { outOfOrder: true, sequenceId: 9 } });
      }
    });
  });
});

describe('a peer that sends a thousand calls at once', () => {
  it('gets all its replies, and does not delay other peers', async () => {
    const order: string[] = [];
    const handlers = { ...probeHandlers, echo: ({ text }: { text: string }) => (order.push(text), text) };
    await withThriftServer(handlers, {}, async (server) => {
      const [busy, other] = [await server.connect(), await server.connect()];
      await busy.write(
        calls(
          binary,
          Array.from({ length: 1_000 }, () => 'busy'),
        ),
      );
      await other.write(calls(binary, ['other']));
      expect(await binary.reply(other)).toMatchObject({ result: { success: 'other' } });
      expect(order.indexOf('other')).toBeLessThan(900);
      for (let i = 0; i < 1_000; i++) expect((await binary.reply(busy)).error).toBeUndefined();
      expect(server.rejections).toEqual([]);
    });
  });
});

describe('the caps on calls', () => {
  it('per connection: further ones stay unread until a slot is free', async () => {
    const gate = new Gate();
    await withThriftServer(gate.handlers, { limits: { maxCallsPerConnection: 2 } }, async (server) => {
      const peer = await server.connect();
      await peer.write(calls(binary, ['a', 'b', 'c', 'd']));
      await gate.untilStarted(2);
      await peer.write(calls(binary, ['e']));
      expect(gate.started).toEqual(['a', 'b']);
      for (const [n, text] of ['a', 'b', 'c', 'd', 'e'].entries()) {
        gate.end(text);
        expect(await binary.reply(peer)).toMatchObject({ result: { success: text } });
        await gate.untilStarted(Math.min(n + 3, 5));
      }
    });
  });

  it('per connection: 32 before the first reply, then more if replies are small', async () => {
    const gate = new Gate();
    await withThriftServer(gate.handlers, { limits: { drainTimeoutMs: 0 } }, async (server) => {
      const peer = await server.connect();
      const texts = Array.from({ length: 200 }, (_, n) => String(n));
      await peer.write(calls(binary, texts));
      await gate.untilStarted(32);
      await new Promise(setImmediate);
      expect(gate.started).toHaveLength(32);
      for (const text of texts.slice(0, 10)) {
        gate.end(text);
        expect(await binary.reply(peer)).toMatchObject({ result: { success: text } });
      }
      await gate.untilStarted(10 + 128);
      await new Promise(setImmediate);
      expect(gate.started).toHaveLength(10 + 128);
      for (const text of texts.slice(10)) {
        await gate.untilStarted(Number(text) + 1);
        gate.end(text);
      }
    });
  });

  it.each([
    ['300 of 64 KiB', {}, 300, 65_536, 64],
    ['40 of 1 MiB', {}, 40, 1_048_576, 32],
    ['500 of a few bytes, where four may run', { maxCallsPerConnection: 4 }, 500, 1, 8 * 4 + 4],
  ])('also hold back calls whose replies would wait for the first one: %s', async (_, limits, count, bytes, most) => {
    const gate = new Gate();
    let made = 0;
    const handlers = { ...gate.handlers, large: () => Buffer.alloc(bytes, (made++, 'x')) };
    await withThriftServer(handlers, { limits }, async (server) => {
      const [peer, other] = [await server.connect(), await server.connect()];
      const large = Array.from({ length: count }, () => binary.call('large', { bytes }));
      await peer.write(Buffer.concat([calls(binary, ['first']), ...large]));
      await gate.untilStarted(1);
      // Every call that may run has started when a few round trips of another peer change nothing.
      for (let before = -1; before < made;) {
        before = made;
        for (let trips = 0; trips < 5; trips++) {
          await other.write(binary.call('nothing', {}));
          await binary.reply(other, 'nothing');
        }
      }
      expect(made).toBeGreaterThan(0);
      expect(made).toBeLessThanOrEqual(most);
      gate.end('first');
      expect(await binary.reply(peer)).toMatchObject({ result: { success: 'first' } });
      for (let n = 0; n < count; n++) {
        expect((await binary.reply(peer, 'large')).result['success']).toHaveLength(bytes);
      }
      expect(made).toBe(count);
    });
  });

  it('of the process: further ones are queued, beyond the queue rejected as not run', async () => {
    const gate = new Gate();
    await withThriftServer(gate.handlers, { limits: { maxCalls: 2, maxQueuedCalls: 1 } }, async (server) => {
      const peers = await Promise.all(['a', 'b', 'c', 'd'].map(() => server.connect()));
      const ask = async (n: number, text: string): Promise<void> => peers[n]?.write(calls(binary, [text]));
      await ask(0, 'a');
      await gate.untilStarted(1);
      await ask(1, 'b');
      await gate.untilStarted(2);
      await ask(2, 'c');
      while (server.server.load.calls < 3) await new Promise(setImmediate);
      await ask(3, 'd');
      const rejected = await binary.reply(peers[3] as never);
      expect(rejected.error).toMatchObject({ code: 'INTERNAL_ERROR', message: 'Overloaded: not run, safe to retry' });
      expect(server.rejections).toMatchObject([{ reason: 'overloaded' }]);
      gate.end('a');
      await gate.untilStarted(3);
      expect(gate.started).toEqual(['a', 'b', 'c']);
      for (const text of ['b', 'c']) gate.end(text);
      for (const n of [0, 1, 2]) expect((await binary.reply(peers[n] as never)).error).toBeUndefined();
      expect(server.server.load.calls).toBe(0);
    });
  });

  it('drop a queued call when its peer disconnects', async () => {
    const gate = new Gate();
    await withThriftServer(gate.handlers, { limits: { maxCalls: 1, maxQueuedCalls: 1 } }, async (server) => {
      const peer = await server.connect();
      await peer.write(calls(binary, ['a']));
      await gate.untilStarted(1);
      for (let round = 0; round < 5; round++) {
        const waiting = await server.connect();
        await waiting.write(calls(binary, ['waits']));
        while (server.server.load.calls < 2) await new Promise(setImmediate);
        waiting.reset();
        while (server.server.load.calls > 1) await new Promise(setImmediate);
      }
      gate.end('a');
      expect((await binary.reply(peer)).error).toBeUndefined();
      expect(gate.started).toEqual(['a']);
    });
  });
});
