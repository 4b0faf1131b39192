import { once } from 'node:events';
import { NEVER } from 'rxjs';
import { describe, expect, it } from '@jest/globals';
import { Deferred } from '@tasks/testing/deferred';
import type { ThriftContext } from '../../src/nest/context.js';
import { dialects } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const headed = dialects.filter(({ framing }) => framing.endsWith('header'));

describe('a call that takes too long', () => {
  it.each(dialects)('in $name gets a deadline error, an aborted signal, and no late result', async (dialect) => {
    const aborted = new Deferred<ThriftContext>();
    const handlers = {
      ...probeHandlers,
      echo: async ({ text }: { text: string }, context: ThriftContext) => {
        if (text === 'quick') return text;
        if (!context.signal.aborted) await once(context.signal, 'abort');
        aborted.resolve(context);
        return 'too late';
      },
    };
    await withThriftServer(handlers, { limits: { callTimeoutMs: 250 } }, async (server) => {
      const peer = await server.connect();
      await peer.write(dialect.call('echo', { text: 'slow' }, { seqid: 4 }));
      const { seqid, error } = await dialect.reply(peer);
      expect({ seqid, error }).toMatchObject({
        seqid: 4,
        error: {
          code: 'INTERNAL_ERROR',
          message: expect.stringMatching(/^Deadline exceeded: echo .+ 250 ms/),
        },
      });
      expect((await aborted.promise).remainingMs).toBe(0);
      await peer.write(dialect.call('echo', { text: 'quick' }, { seqid: 5 }));
      expect(await dialect.reply(peer)).toMatchObject({ seqid: 5, result: { success: 'quick' } });
    });
  });
});

describe.each(headed)('the header client_timeout in $name', (dialect) => {
  const ask = (timeout: string): Buffer => {
    const headers = new Map([['client_timeout', timeout]]);
    return dialect.call(
      'echo',
      { text: 'x' },
      { headers: { sequenceId: 1, outOfOrder: false, transforms: [], headers } },
    );
  };

  it('that expires while the call is queued is answered as not run', async () => {
    const handlers = { ...probeHandlers, echo: () => NEVER };
    await withThriftServer(handlers, { limits: { callTimeoutMs: 400, maxCalls: 1 } }, async (server) => {
      const peer = await server.connect();
      await peer.write(Buffer.concat([ask('1000'), ask('40')]));
      expect((await dialect.reply(peer)).error?.message).toMatch(/^Deadline exceeded: /);
      expect((await dialect.reply(peer)).error?.message).toMatch(/^Overloaded: waited 40 ms for a slot, not run/);
      expect(server.server.load.calls).toBe(0);
    });
  });

  it('shortens the deadline', async () => {
    await withThriftServer({ ...probeHandlers, echo: () => NEVER }, {}, async (server) => {
      const peer = await server.connect();
      const startMs = performance.now();
      await peer.write(ask('250'));
      expect((await dialect.reply(peer)).error?.message).toMatch(/^Deadline exceeded: echo took longer than 250 ms/);
      // Without the header it takes thirty seconds.
      expect(performance.now() - startMs).toBeLessThan(10_000);
    });
  });

  it('never extends it, and is ignored when invalid', async () => {
    let left = 0;
    const handlers = {
      ...probeHandlers,
      echo: (_: never, context: ThriftContext) => String((left = context.remainingMs)),
    };
    await withThriftServer(handlers, { limits: { callTimeoutMs: 5_000 } }, async (server) => {
      const peer = await server.connect();
      for (const timeout of ['60000', '0', '-5', 'soon', '1e9', '']) {
        await peer.write(ask(timeout));
        expect((await dialect.reply(peer)).error).toBeUndefined();
        expect(left).toBeGreaterThan(4_000);
        expect(left).toBeLessThanOrEqual(5_000);
      }
    });
  });
});
