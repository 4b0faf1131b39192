import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { ClientThrift } from '../../../../src/infrastructure/thrift/client.js';
import { ThriftProtocolError, ThriftTransportError } from '../../../../src/infrastructure/thrift/errors.js';
import type { ThriftClientOptions } from '../../../../src/infrastructure/thrift/client/client-options.js';
import { Deferred } from '../../../support/deferred.js';
import type { RawPeer } from '../../../support/raw-peer.js';
import { rejectionOf, withProbe, type Probe } from './probe-client.js';
import { ScriptedServer, type Script } from './scripted-server.js';

/** Runs `test` with a client of a server that does what `script` says. */
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

/** The first connection misbehaves, later ones answer: a client must come back from anything. */
function firstOnly(misbehave: Script): Script {
  return (connection, nth) => (nth === 0 ? misbehave(connection, nth) : connection.echoAll());
}

const garbage: [what: string, bytes: (seqid: number) => Buffer, message: RegExp][] = [
  ['random bytes', () => Buffer.from('f3a9c2d4e5b6a7988776655443322110', 'hex'), /method name of -206978348 bytes/],
  ['HTTP', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /it speaks HTTP, not Thrift/],
  ['a declared name of 2 GiB', () => Buffer.from('800100027fffffff', 'hex'), /method name of 2147483647 bytes/],
  [
    'a reply to nobody',
    () => Buffer.from('80010002000000046563686f0001e24000', 'hex'),
    /sequence id 123456 of no call/,
  ],
  [
    'a CALL in place of a reply',
    (seqid) => Buffer.from(`80010001000000046563686f${hex(seqid)}00`, 'hex'),
    /message of type 1 is no reply/,
  ],
  [
    'a reply of another method',
    (seqid) => Buffer.from(`80010002000000046563686e${hex(seqid)}00`, 'hex'),
    /a reply of echn for a call of echo/,
  ],
];

function hex(seqid: number): string {
  return seqid.toString(16).padStart(8, '0');
}

describe('a server that answers with what is no reply', () => {
  it.each(garbage)('%s: the calls are rejected, and a fresh connection serves the next', (_, bytes, message) =>
    against(
      firstOnly(async (connection) => {
        const { seqid } = await connection.call();
        await connection.peer.write(bytes(seqid));
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

  it('a size over the limit is refused before the bytes are there, and the call learns which', () =>
    against(
      firstOnly(async (connection) => {
        const call = await connection.call();
        const reply = connection.reply(call, 'x'.repeat(4_000));
        await connection.peer.write(reply.subarray(0, 40));
        await connection.peer.closed;
      }),
      async (probe) => {
        const other = rejectionOf(probe.echo({ text: 'a' }));
        const error = await rejectionOf(probe.echo({ text: 'b' }));
        expect(await other).toBeInstanceOf(ThriftProtocolError);
        expect(await other).toMatchObject({ reason: 'size-limit' });
        expect(error).toBeInstanceOf(ThriftTransportError);
        expect(await probe.echo({ text: 'c' })).toBe('c');
      },
      { limits: { maxMessageBytes: 2_000 } },
    ));

  it('a reply that fits the limit exactly is taken', () =>
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

  it('in frames, a reply that does not fit the IDL is the matter of its call alone', () =>
    against(
      async (connection) => {
        const bad = await connection.call();
        const good = await connection.call();
        const reply = connection.reply(bad, 'xy');
        // Half a character of two bytes.
        reply[reply.length - 2] = 0xc3;
        await connection.peer.write(Buffer.concat([reply, connection.reply(good, 'fine')]));
      },
      async (probe, server) => {
        const [bad, good] = [rejectionOf(probe.echo({ text: 'a' })), probe.echo({ text: 'b' })];
        expect(await bad).toBeInstanceOf(ThriftProtocolError);
        expect(await good).toBe('fine');
        expect(server.accepted).toBe(1);
      },
      { framing: 'framed' },
    ));
});

describe('a server that stops', () => {
  const stops: [what: string, misbehave: Script, message: RegExp][] = [
    [
      'resets mid-call',
      (connection) =>
        connection.call().then(() => {
          connection.peer.reset();
        }),
      /ECONNRESET/,
    ],
    [
      'closes mid-call',
      (connection) =>
        connection.call().then(() => {
          connection.peer.end();
        }),
      /the server closed it; the call may have run/,
    ],
    [
      'closes in the middle of a reply',
      async (connection) => {
        const reply = connection.reply(await connection.call(), 'text');
        await connection.peer.write(reply.subarray(0, -3));
        connection.peer.end();
      },
      /the server closed it in the middle of a reply/,
    ],
    [
      'sends half a reply and then nothing',
      async (connection) => {
        const reply = connection.reply(await connection.call(), 'text');
        await connection.peer.write(reply.subarray(0, -3));
        await connection.peer.closed;
      },
      /sent \d+ bytes of a reply and no more/,
    ],
  ];

  it.each(stops)('and %s: the call is rejected as perhaps run, and the next is served', (_, misbehave, message) =>
    against(
      firstOnly(misbehave),
      async (probe) => {
        const error = await rejectionOf(probe.echo({ text: 'a' }));
        expect(error).toMatchObject({ reason: 'connection-lost', executed: 'maybe' });
        expect((error as Error).message).toMatch(message);
        expect(await probe.echo({ text: 'b' })).toBe('b');
      },
      { limits: { partialMessageTimeoutMs: 50 } },
    ),
  );

  it('reading: a call that it does not take is rejected, and the next is served', () =>
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

  it('reading, and sends FIN: the connection is cut, and does not keep the process', async () => {
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
        // As much as the operating systems of both sides take, so that a piece of the call is left over.
        for (let sent = -1; sent < socket.bytesWritten; ) {
          sent = socket.bytesWritten;
          await delay(50);
        }
        (await half.promise).end();
        expect(await rejection).toMatchObject({ reason: 'connection-lost', executed: 'maybe' });
        await closed;
      },
    );
  });

  it('and goes on again in time: a slow reply is waited for', () =>
    against(
      async (connection) => {
        const call = await connection.call();
        for (const byte of connection.reply(call, 'slow')) {
          await connection.peer.write(Buffer.of(byte));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
      async (probe) => {
        expect(await probe.echo({ text: 'a' })).toBe('slow');
      },
      { limits: { partialMessageTimeoutMs: 400 } },
    ));
});
