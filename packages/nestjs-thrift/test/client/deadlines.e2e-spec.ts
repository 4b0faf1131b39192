import { getEventListeners, once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { ThriftContext } from '../../src/nest/context.js';
import { ThriftTransportError } from '../../src/errors.js';
import { Deferred } from '@tasks/testing/deferred';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';
import { rejectionOf, withProbe } from './probe-client.js';
import { ScriptedServer, type Script } from './scripted-server.js';

async function withScript(script: Script, test: (server: ScriptedServer) => Promise<void>): Promise<void> {
  const server = await ScriptedServer.start(script);
  try {
    await test(server);
  } finally {
    await server.close();
  }
}

describe('a deadline', () => {
  it('rejects a call without a reply as possibly run, and drops the late reply', () =>
    withScript(
      async (connection) => {
        const late = await connection.call();
        const next = await connection.call();
        await connection.peer.write(connection.reply(late, 'late'));
        await connection.peer.write(connection.reply(next, 'next'));
      },
      (server) =>
        withProbe(server.port, {}, async (probe, client) => {
          await client.connect();
          const error = await rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 200 }));
          expect(error).toBeInstanceOf(ThriftTransportError);
          expect(error).toMatchObject({
            reason: 'deadline',
            executed: 'maybe',
            message: 'Deadline exceeded: no reply of Probe.echo within 200 ms; it may have run',
          });
          expect(await probe.echo({ text: 'b' })).toBe('next');
          expect(server.accepted).toBe(1);
        }),
    ));

  it('defaults to the limit', () =>
    withScript(
      (connection) => connection.peer.closed,
      (server) =>
        withProbe(server.port, { limits: { callTimeoutMs: 25 } }, async (probe) => {
          expect(await rejectionOf(probe.echo({ text: 'a' }))).toMatchObject({ reason: 'deadline' });
        }),
    ));

  it('ends calls in the order of their deadlines, not of their start', () =>
    withScript(
      (connection) => connection.peer.closed,
      (server) =>
        withProbe(server.port, {}, async (probe) => {
          const dueMs: number[] = [];
          const endedDueMs: number[] = [];
          const calls = [90, 30, 60, 30].map((timeoutMs, call) => {
            dueMs[call] = performance.now() + timeoutMs;
            return rejectionOf(probe.echo({ text: 'a' }, { timeoutMs })).then(() => endedDueMs.push(dueMs[call] ?? 0));
          });
          await Promise.all(calls);
          // Timers have whole milliseconds, and a slow machine pauses between two calls.
          const inOrder = endedDueMs.every((due, place) => place === 0 || due >= (endedDueMs[place - 1] ?? 0) - 2);
          expect({ inOrder, endedDueMs, dueMs }).toMatchObject({ inOrder: true });
        }),
    ));

  it('applies while there is no connection, and reports that nothing was sent', async () => {
    const server = await ScriptedServer.start(() => undefined);
    const { port } = server;
    await server.close();
    await withProbe(port, {}, async (probe) => {
      const error = await rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 500 }));
      expect(error).toMatchObject({ reason: 'connect-failed', executed: 'no' });
      expect((error as Error).message).toMatch(/Can't connect to 127.0.0.1:\d+: .*ECONNREFUSED.*within 500 ms/);
    });
  });

  it('applies while the connection has no free slot', () =>
    withScript(
      (connection) => connection.peer.closed,
      (server) =>
        withProbe(server.port, { limits: { maxCallsPerConnection: 1 } }, async (probe, client) => {
          await client.connect();
          const first = rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 1_500 }));
          const second = await rejectionOf(probe.echo({ text: 'b' }, { timeoutMs: 40 }));
          expect(second).toMatchObject({ reason: 'deadline', executed: 'no' });
          expect(await first).toMatchObject({ reason: 'deadline', executed: 'maybe' });
        }),
    ));

  it('must be a valid time', () =>
    withScript(
      () => undefined,
      (server) =>
        withProbe(server.port, {}, async (probe) => {
          const error = await rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: NaN }));
          expect(error).toBeInstanceOf(RangeError);
          expect(error).toMatchObject({ message: 'timeoutMs is NaN, allowed are 0 to 86400000' });
        }),
    ));

  it('on a silent server leads to a new connection', () =>
    withScript(
      async (connection, nth) => {
        if (nth === 0) await connection.peer.ended;
        else await connection.echo();
      },
      (server) =>
        withProbe(server.port, { limits: { partialMessageTimeoutMs: 10 } }, async (probe, client) => {
          await client.connect();
          await rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 200 }));
          expect(await probe.echo({ text: 'b' })).toBe('b');
          expect(server.accepted).toBe(2);
        }),
    ));
});

describe('calls that timed out', () => {
  it('without a late answer are dropped: a new connection replaces the old one', () =>
    withScript(
      async (connection, nth) => {
        if (nth > 0) return connection.echoAll();
        for (let call = 0; call < 3; call++) await connection.call();
        await connection.peer.ended;
      },
      (server) =>
        withProbe(server.port, { limits: { maxCallsPerConnection: 2 } }, async (probe, client) => {
          await client.connect();
          for (let call = 0; call < 3; call++) {
            await rejectionOf(probe.echo({ text: 'a' }, { signal: AbortSignal.timeout(5) }));
          }
          expect(await probe.echo({ text: 'b' })).toBe('b');
          expect(server.accepted).toBe(2);
        }),
    ));
});

describe('a signal', () => {
  it('rejects a call that was sent', () =>
    withScript(
      async (connection) => {
        const aborted = await connection.call();
        const next = await connection.call();
        await connection.peer.write(connection.reply(aborted, 'late'));
        await connection.peer.write(connection.reply(next, 'next'));
      },
      (server) =>
        withProbe(server.port, {}, async (probe, client) => {
          await client.connect();
          const controller = new AbortController();
          const call = rejectionOf(probe.echo({ text: 'a' }, { signal: controller.signal }));
          controller.abort(new Error('changed my mind'));
          const error = (await call) as Error;
          expect(error).toMatchObject({ reason: 'aborted', executed: 'maybe' });
          expect(error.cause).toMatchObject({ message: 'changed my mind' });
          expect(await probe.echo({ text: 'b' })).toBe('next');
        }),
    ));

  it('is released when the call settles, so that one signal can serve many calls', () =>
    withScript(
      (connection) => connection.echoAll(),
      (server) =>
        withProbe(server.port, {}, async (probe) => {
          const { signal } = new AbortController();
          const call = probe.echo({ text: 'a' }, { signal });
          expect(getEventListeners(signal, 'abort')).toHaveLength(1);
          await call;
          expect(getEventListeners(signal, 'abort')).toHaveLength(0);
        }),
    ));

  it('that is already aborted prevents sending', () =>
    withScript(
      () => undefined,
      (server) =>
        withProbe(server.port, {}, async (probe) => {
          const error = await rejectionOf(probe.echo({ text: 'a' }, { signal: AbortSignal.abort() }));
          expect(error).toMatchObject({ reason: 'aborted', executed: 'no' });
          expect(server.accepted).toBe(0);
        }),
    ));
});

describe.each(['header', 'framed-header', 'ttheader'] as const)('a deadline in %s', (framing) => {
  it("also aborts the handler's signal on the server", async () => {
    const [started, aborted] = [new Deferred<ThriftContext>(), new Deferred<unknown>()];
    const handlers = {
      ...probeHandlers,
      echo: async (_: never, context: ThriftContext) => {
        started.resolve(context);
        if (!context.signal.aborted) await once(context.signal, 'abort');
        aborted.resolve(context.signal.reason);
      },
    };
    await withThriftServer(handlers, {}, async (server) => {
      await withProbe(server.port, { framing }, async (probe, client) => {
        await client.connect();
        const call = rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 500 }));
        const { remainingMs } = await started.promise;
        expect(remainingMs).toBeLessThanOrEqual(500);
        expect(await call).toMatchObject({ reason: 'deadline', executed: 'maybe' });
        expect(await aborted.promise).toMatchObject({ message: expect.stringMatching(/^Deadline exceeded: /) });
      });
    });
  });
});
