import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Deferred } from '@tasks/testing/deferred';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer, type Handlers } from '../support/thrift-server.js';

const MAX_CALLS = 4;
const PEERS = 12;
const REJECTED = { error: { message: 'Overloaded: not run, safe to retry' } };
const [binary] = dialects as [Dialect];

/** Handlers that finish on request, regardless of their signal. */
class StubbornHandlers {
  readonly done = new Deferred<undefined>();
  running = 0;
  mostRunning = 0;
  readonly handlers: Handlers = {
    ...probeHandlers,
    echo: async ({ text }: { text: string }) => {
      this.running++;
      this.mostRunning = Math.max(this.mostRunning, this.running);
      await this.done.promise;
      this.running--;
      return text;
    },
  };

  async untilRunning(count: number): Promise<void> {
    while (this.running !== count) await setImmediate();
  }
}

describe.each(dialects)('peers that speak $name, call and disconnect', (dialect) => {
  it('run no more handlers than the limit; other peers are served afterwards', async () => {
    const stubborn = new StubbornHandlers();
    const call = dialect.call('echo', { text: 'x' });
    const limits = { maxCalls: MAX_CALLS, maxQueuedCalls: 0 };
    await withThriftServer(stubborn.handlers, { limits }, async (server) => {
      for (let n = 0; n < PEERS; n++) {
        const peer = await server.connect();
        const rejected = n === 0 ? stubborn.untilRunning(MAX_CALLS) : server.next('rejection');
        await peer.write(Buffer.concat(Array.from({ length: MAX_CALLS }, () => call)));
        await rejected;
        await server.cut();
      }
      expect(stubborn.mostRunning).toBe(MAX_CALLS);
      stubborn.done.resolve(undefined);
      await stubborn.untilRunning(0);
      const other = await server.connect();
      await other.write(call);
      expect(await dialect.reply(other)).toMatchObject({ result: { success: 'x' } });
    });
  });
});

describe('orphaned handlers', () => {
  it('free their slots at the deadline, even when they hang', async () => {
    const stubborn = new StubbornHandlers();
    const limits = { maxCalls: 1, maxQueuedCalls: 1, callTimeoutMs: 1_500 };
    await withThriftServer(stubborn.handlers, { limits }, async (server) => {
      const peer = await server.connect();
      await peer.write(binary.call('echo', { text: 'hangs' }));
      await stubborn.untilRunning(1);
      await server.cut();
      expect(server.server.load.calls).toBe(1);
      while (server.server.load.calls > 0) await setImmediate();
      expect(stubborn.running).toBe(1);
      const other = await server.connect();
      await other.write(binary.call('count', { texts: ['a'] }));
      expect(await binary.reply(other, 'count')).toMatchObject({ result: { success: 1 } });
      stubborn.done.resolve(undefined);
    });
  });

  it('count with their request memory: new calls are rejected, connections stay open', async () => {
    const stubborn = new StubbornHandlers();
    const large = binary.call('echo', { text: 'x'.repeat(700_000) });
    await withThriftServer(stubborn.handlers, { limits: { maxBufferedBytes: 3_000_000 } }, async (server) => {
      const peer = await server.connect();
      for (let count = 1; count <= 3; count++) {
        void peer.write(large);
        await stubborn.untilRunning(count);
      }
      await server.cut();
      const other = await server.connect();
      void other.write(large);
      expect(await binary.reply(other)).toMatchObject(REJECTED);
      stubborn.done.resolve(undefined);
      await stubborn.untilRunning(0);
      void other.write(large);
      expect((await binary.reply(other)).error).toBeUndefined();
    });
  });
});
