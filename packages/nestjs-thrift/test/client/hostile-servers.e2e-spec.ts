import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { ClientThrift } from '../../src/nest/thrift-client.js';
import type { ThriftClientOptions } from '../../src/client/client-options.js';
import { Deferred } from '@tasks/testing/deferred';
import type { RawPeer } from '@tasks/testing/raw-peer';
import { rejectionOf, withProbe, type Probe } from './probe-client.js';
import { ScriptedServer, type Script } from './scripted-server.js';

/** Runs `test` with a client of a server that runs `script`. */
async function against(
  script: Script,
  test: (probe: Probe, server: ScriptedServer, client: ClientThrift) => Promise<void>,
  options: Partial<ThriftClientOptions> = {},
): Promise<void> {
  const server = await ScriptedServer.start(script, options.framing);
  try {
    await withProbe(server.port, options, (probe, client) => test(probe, server, client));
  } finally {
    await server.close();
  }
}

/** The first connection misbehaves, later ones work: a client must always recover. */
function firstOnly(misbehave: Script): Script {
  return (connection, nth) => (nth === 0 ? misbehave(connection, nth) : connection.echoAll());
}

const garbage: [what: string, bytes: Buffer, message: RegExp][] = [
  ['random bytes', Buffer.from('f3a9c2d4e5b6a7988776655443322110', 'hex'), /method name of -206978348 bytes/],
  ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /it speaks HTTP, not Thrift/],
  ['a declared name of 2 GiB', Buffer.from('800100027fffffff', 'hex'), /method name of 2147483647 bytes/],
];

describe('a server that answers with something other than a reply', () => {
  it.each(garbage)('%s: the calls are rejected, and a new connection serves the next', (_, bytes, message) =>
    against(
      firstOnly(async (connection) => {
        await connection.call();
        await connection.peer.write(bytes);
        await connection.peer.closed;
      }),
      async (probe, server) => {
        const [first, second] = [rejectionOf(probe.echo({ text: 'a' })), rejectionOf(probe.echo({ text: 'b' }))];
        for (const error of [await first, await second]) expect((error as Error).message).toMatch(message);
        expect(await second).toMatchObject({ reason: 'connection-lost', executed: 'maybe' });
        expect(await probe.echo({ text: 'c' })).toBe('c');
        expect(server.accepted).toBe(2);
      },
    ),
  );

  it('a reply of exactly the limit is accepted', () =>
    against(
      async (connection) => {
        await connection.echo();
      },
      async (probe) => {
        const text = 'x'.repeat(2_000 - 16 - 7 - 1);
        expect(await probe.echo({ text })).toBe(text);
      },
      { limits: { maxMessageBytes: 2_000 } },
    ));
});

describe('a server that stops', () => {
  it('reading: a call that it does not read is rejected, and the next is served', () =>
    against(
      firstOnly(async ({ peer }) => {
        peer.stopReading();
        await peer.closed;
      }),
      async (probe) => {
        const error = await rejectionOf(probe.echo({ text: 'x'.repeat(15_000_000) }));
        expect(error).toMatchObject({ reason: 'connection-lost', executed: 'maybe' });
        expect((error as Error).message).toMatch(/takes none of its calls/);
        expect(await probe.echo({ text: 'b' })).toBe('b');
      },
      { limits: { replyStallTimeoutMs: 100 } },
    ));

  it('reading, and sends FIN, is cut off and does not keep the process alive', async () => {
    const half = new Deferred<RawPeer>();
    await against(
      firstOnly(async ({ peer }) => {
        peer.stopReading();
        half.resolve(peer);
        await peer.closed;
      }),
      async (probe, _, client) => {
        await client.connect();
        const socket = client.unwrap();
        const closed = once(socket, 'close');
        const rejection = rejectionOf(probe.echo({ text: 'x'.repeat(15_000_000) }));
        // Fills the buffers of both operating systems, so that a part of the call remains.
        for (let sent = -1; sent < socket.bytesWritten;) {
          sent = socket.bytesWritten;
          await delay(50);
        }
        (await half.promise).end();
        expect(await rejection).toMatchObject({ reason: 'connection-lost', executed: 'maybe' });
        await closed;
      },
    );
  });

  it('and continues in time: a slow reply is received', () =>
    against(
      async (connection) => {
        const call = await connection.call();
        for (const byte of connection.reply(call, 'slow')) {
          await connection.peer.write(Buffer.of(byte));
          // The sleep is the subject of the test: each is far shorter than the limit, all together are longer.
          await delay(50);
        }
      },
      async (probe) => {
        expect(await probe.echo({ text: 'a' })).toBe('slow');
      },
      { limits: { partialMessageTimeoutMs: 1_000 } },
    ));
});

describe('a server that sends a reply a byte at a time', () => {
  it('loses its calls to a new connection, once some were given up without a whole reply', () =>
    against(
      firstOnly(async (connection) => {
        const reply = connection.reply(await connection.call(), 'x'.repeat(100_000));
        for (const byte of reply) {
          if (connection.peer.socket.closed) return;
          await connection.peer.write(Buffer.of(byte));
          await delay(10);
        }
      }),
      async (probe, server) => {
        let givenUp = 0;
        for (; server.accepted < 2; givenUp++) await Promise.allSettled([probe.echo({ text: 'a' }, { timeoutMs: 50 })]);
        expect(await probe.echo({ text: 'b' })).toBe('b');
        // Before it replaces a connection for the number of calls without a reply.
        expect(givenUp).toBeLessThan(500);
      },
      { limits: { partialMessageTimeoutMs: 1_000 } },
    ));

  it('is waited for while the reply is large and its call has time, beside a new connection', async () => {
    const others = new Deferred<undefined>();
    const text = 'x'.repeat(500);
    await against(
      firstOnly(async (connection) => {
        const reply = connection.reply(await connection.call(), text);
        await connection.call();
        let sent = 0;
        const isServed = others.promise.then(() => true);
        while (!(await Promise.race([isServed, delay(10, false)]))) {
          await connection.peer.write(reply.subarray(sent, ++sent));
        }
        await connection.peer.write(reply.subarray(sent));
        await connection.peer.ended;
      }),
      async (probe, server) => {
        const large = probe.echo({ text: 'large' });
        while (server.accepted < 2) await Promise.allSettled([probe.echo({ text: 'a' }, { timeoutMs: 50 })]);
        expect(await probe.echo({ text: 'b' })).toBe('b');
        others.resolve(undefined);
        expect(await large).toBe(text);
      },
      { limits: { partialMessageTimeoutMs: 1_000 } },
    );
  });
});
