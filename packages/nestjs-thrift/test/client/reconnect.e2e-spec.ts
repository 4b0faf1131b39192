import { describe, expect, it } from '@jest/globals';
import { ThriftTransportError } from '../../src/errors.js';
import { ThriftError } from '../../src/nest/rpc-exceptions.js';
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

describe('a closed connection', () => {
  it('by a FIN without pending calls is reopened for the next call, without an error', () =>
    withScript(
      async (connection, nth) => {
        if (nth > 0) return connection.echoAll();
        await connection.echo();
        connection.peer.end();
      },
      (server) =>
        withProbe(server.port, {}, async (probe, client) => {
          const gone = new Promise((resolve) => {
            client.on('disconnect', resolve);
          });
          expect(await probe.echo({ text: 'a' })).toBe('a');
          expect(await gone).toBeUndefined();
          expect(await probe.echo({ text: 'b' })).toBe('b');
          expect(server.accepted).toBe(2);
        }),
    ));

  it('rejects the calls that were sent, and none that waited', () =>
    withScript(
      async (connection, nth) => {
        if (nth > 0) return connection.echoAll();
        await connection.call();
        connection.peer.reset();
      },
      (server) =>
        withProbe(server.port, { limits: { maxCallsPerConnection: 1 } }, async (probe) => {
          const [sent, waited] = [rejectionOf(probe.echo({ text: 'a' })), probe.echo({ text: 'b' })];
          expect(await sent).toMatchObject({ reason: 'connection-lost', executed: 'maybe' });
          expect(await waited).toBe('b');
        }),
    ));

  it('is retried with growing pauses until the server is back', async () => {
    const first = await ScriptedServer.start(() => undefined);
    const { port } = first;
    await first.close();
    await withProbe(port, {}, async (probe, client) => {
      const attempts: number[] = [];
      const third = new Promise<void>((resolve) => {
        client.status.subscribe((status) => {
          if (status === 'connecting' && attempts.push(performance.now()) === 3) resolve();
        });
      });
      const call = probe.echo({ text: 'a' });
      await third;
      const second = await ScriptedServer.start((connection) => connection.echoAll(), 'unframed', port);
      expect(await call).toBe('a');
      const [one, two, three] = attempts as [number, number, number];
      expect(two - one).toBeGreaterThan(20);
      expect(three - two).toBeGreaterThan(45);
      await client.close();
      await second.close();
    });
  });

  it('right after the accept is not retried without a pause', () =>
    withScript(
      (connection) => {
        connection.peer.end();
      },
      (server) =>
        withProbe(server.port, { limits: { maxCallsPerConnection: 1 } }, async (probe) => {
          const calls = Array.from({ length: 50 }, () => rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 300 })));
          for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(ThriftTransportError);
          expect(server.accepted).toBeLessThan(10);
        }),
    ));

  it('differs from one that never opened: connect rejects at once', async () => {
    const server = await ScriptedServer.start(() => undefined);
    const { port } = server;
    await server.close();
    await withProbe(port, {}, async (_, client) => {
      const reported = new Promise((resolve) => {
        client.on('error', resolve);
      });
      const error = await rejectionOf(client.connect());
      expect(await reported).toBe(error);
      expect(error).toBeInstanceOf(ThriftTransportError);
      expect(error).toMatchObject({ reason: 'connect-failed', executed: 'no' });
    });
  });
});

it('a call does not wait for an unreachable server, if so configured', async () => {
  const first = await ScriptedServer.start(() => undefined);
  const { port } = first;
  await first.close();
  await withProbe(port, { waitForConnection: false }, async (probe, client) => {
    const calls = [rejectionOf(probe.echo({ text: 'a' })), rejectionOf(probe.echo({ text: 'b' }))];
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ reason: 'connect-failed', executed: 'no' });
    }
    const second = await ScriptedServer.start((connection) => connection.echoAll(), 'unframed', port);
    expect(await probe.echo({ text: 'c' })).toBe('c');
    await client.close();
    await second.close();
  });
});

const OVERLOADED = 'Overloaded: not run, safe to retry';
const OVERLOADED_LATE = 'Overloaded: waited 40 ms for a slot, not run, safe to retry';
const SHUTTING_DOWN = 'Shutting down: not run, safe to retry';

describe('a rejected call', () => {
  it.each([OVERLOADED, OVERLOADED_LATE, SHUTTING_DOWN])('with "%s" is retried after a pause', (message) =>
    withScript(
      async (connection, nth) => {
        if (nth === 0) await connection.peer.write(connection.rejection(await connection.call(), message));
        await connection.echoAll();
      },
      (server) =>
        withProbe(server.port, {}, async (probe) => {
          expect(await probe.echo({ text: 'a' })).toBe('a');
          // When a server shuts down, a new connection may lead to another one.
          expect(server.accepted).toBe(message.startsWith('Shutting') ? 2 : 1);
        }),
    ),
  );

  it('is retried up to the limit, then rejects with the reason and as not run', () =>
    withScript(
      async (connection) => {
        for (let n = 0; n < 3; n++) {
          await connection.peer.write(connection.rejection(await connection.call(), OVERLOADED));
        }
        await connection.echoAll();
      },
      (server) =>
        withProbe(server.port, { maxRetries: 2 }, async (probe) => {
          const error = (await rejectionOf(probe.echo({ text: 'a' }))) as Error;
          expect(error).toBeInstanceOf(ThriftTransportError);
          expect(error).toMatchObject({ reason: 'overloaded', executed: 'no', message: OVERLOADED });
          expect(error.cause).toBeInstanceOf(ThriftError);
          expect(await probe.echo({ text: 'b' })).toBe('b');
        }),
    ));

  it('is retried up to its deadline, then rejects with the reason', async () => {
    let calls = 0;
    await withScript(
      async (connection) => {
        for (;;) {
          const call = await Promise.race([connection.call(), connection.peer.ended]);
          if (call === undefined) return;
          calls++;
          await connection.peer.write(connection.rejection(call, OVERLOADED));
        }
      },
      (server) =>
        withProbe(server.port, { maxRetries: 100 }, async (probe) => {
          // It is `deadline` where the last attempt waits for its answer just then.
          expect(await rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 600 }))).toMatchObject({
            reason: expect.stringMatching(/^(?:overloaded|deadline)$/),
          });
        }),
    );
    expect(calls).toBeGreaterThan(1);
  });

  it('for its deadline may have run, and is never retried', () =>
    withScript(
      async (connection) => {
        await connection.peer.write(
          connection.rejection(await connection.call(), 'Deadline exceeded: it may have run'),
        );
        await connection.echoAll();
      },
      (server) =>
        withProbe(server.port, {}, async (probe) => {
          expect(await rejectionOf(probe.echo({ text: 'a' }))).toMatchObject({ reason: 'deadline', executed: 'maybe' });
        }),
    ));

  it.each([
    'Internal server error',
    'Overloaded: the printer has no paper',
    'Shutting down: the reactor',
    'Deadline exceeded: for the tax return',
    'the printer is Overloaded: not run, safe to retry',
  ])('for another reason, "%s", is not retried', (message) =>
    withScript(
      async (connection) => {
        await connection.peer.write(connection.rejection(await connection.call(), message));
        await connection.echoAll();
      },
      (server) =>
        withProbe(server.port, {}, async (probe) => {
          expect(await rejectionOf(probe.echo({ text: 'a' }))).toMatchObject({ code: 'INTERNAL_ERROR', message });
        }),
    ),
  );

  it('by the client, whose queue is full, was not run', () =>
    withScript(
      (connection) => connection.peer.closed,
      (server) =>
        withProbe(server.port, { limits: { maxCallsPerConnection: 1, maxQueuedCalls: 2 } }, async (probe, client) => {
          await client.connect();
          const calls = [1, 2, 3].map(() => rejectionOf(probe.echo({ text: 'a' }, { timeoutMs: 50 })));
          const error = await rejectionOf(probe.echo({ text: 'b' }));
          expect(error).toMatchObject({ reason: 'overloaded', executed: 'no' });
          await Promise.all(calls);
        }),
    ));
});
