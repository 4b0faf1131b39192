import { describe, expect, it } from '@jest/globals';
import type { ThriftClientOptions } from '../../src/client/client-options.js';
import { ThriftProtocolError, ThriftTransportError } from '../../src/errors.js';
import { CALL } from '../../src/protocol/constants.js';
import { clientDialects } from './client-dialects.js';
import { rejectionOf, withProbe, type Probe } from './probe-client.js';
import { ScriptedServer, type ReceivedCall, type Script, type ScriptedConnection } from './scripted-server.js';

const MAX_MESSAGE = 2_000;

describe.each(clientDialects)('a server that speaks $name', ({ protocol, framing, transforms }) => {
  /**
   * A client, and a server whose first connection misbehaves and whose later ones work: a client must always recover.
   */
  async function against(
    misbehave: (connection: ScriptedConnection) => unknown,
    test: (probe: Probe, server: ScriptedServer) => Promise<void>,
    limits: ThriftClientOptions['limits'] = {},
  ): Promise<void> {
    const script: Script = (connection, nth) => (nth === 0 ? misbehave(connection) : connection.echoAll());
    const server = await ScriptedServer.start(script, framing, 0, protocol, transforms);
    try {
      await withProbe(server.port, { protocol, framing, limits }, (probe) => test(probe, server));
    } finally {
      await server.close();
    }
  }

  it.each<[string, (connection: ScriptedConnection, call: ReceivedCall) => Buffer, RegExp]>([
    ['random bytes', () => Buffer.from('f3a9c2d4e5b6a798f8776655443322110', 'hex'), /./],
    ['HTTP', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /it speaks HTTP, not Thrift/],
    [
      'a reply to nobody',
      (connection, call) => connection.reply({ ...call, seqid: 123_456 }, 'a'),
      /sequence id 123456 of no call/,
    ],
    [
      'a CALL in place of a reply',
      (connection, call) => connection.reply(call, 'a', 'echo', CALL),
      /message of type 1 is no reply/,
    ],
    [
      'a reply of another method',
      (connection, call) => connection.reply(call, 'a', 'echn'),
      /a reply of echn for a call of echo/,
    ],
  ])('that answers with %s: the call is rejected, the next one served', (_, answer, message) =>
    against(
      async (connection) => {
        await connection.peer.write(answer(connection, await connection.call()));
        await connection.echoAll();
      },
      async (probe) => {
        const error = await rejectionOf(probe.echo({ text: 'a' }));
        expect([ThriftProtocolError, ThriftTransportError].some((of) => error instanceof of)).toBe(true);
        expect((error as Error).message).toMatch(message);
        expect(await probe.echo({ text: 'c' })).toBe('c');
      },
      { partialMessageTimeoutMs: 50 },
    ),
  );

  it('that exceeds the reply limit is rejected early, and the next call is served', () =>
    against(
      async (connection) => {
        const reply = connection.reply(await connection.call(), 'x'.repeat(2 * MAX_MESSAGE));
        // JSON declares no sizes, and zlib reveals them only while decompressing.
        const isDeclared = transforms.length === 0 && (framing !== 'unframed' || protocol !== 'json');
        await connection.peer.write(reply.subarray(0, isDeclared ? 100 : MAX_MESSAGE + 1));
        await connection.peer.closed;
      },
      async (probe, server) => {
        const error = await rejectionOf(probe.echo({ text: 'a' }));
        const cause = error instanceof ThriftTransportError ? error.cause : error;
        expect(cause).toBeInstanceOf(ThriftProtocolError);
        expect(cause).toMatchObject({ reason: 'size-limit' });
        expect(await probe.echo({ text: 'c' })).toBe('c');
        expect(server.accepted).toBe(2);
      },
      { maxMessageBytes: MAX_MESSAGE },
    ));

  it('that answers with invalid text fails only that call, where frames are used', () =>
    against(
      async (connection) => {
        const bad = await connection.call();
        const good = await connection.call();
        const answer = connection.spoiltReply(bad);
        await connection.peer.write(Buffer.concat([answer, connection.reply(good, 'fine')]));
      },
      async (probe, server) => {
        const [bad, good] = await Promise.allSettled([probe.echo({ text: 'a' }), probe.echo({ text: 'b' })]);
        expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(ThriftProtocolError) });
        if (framing === 'unframed') expect(good).toMatchObject({ status: 'rejected' });
        else expect(good).toEqual({ status: 'fulfilled', value: 'fine' });
        expect(server.accepted).toBe(1);
      },
    ));

  it.each<[string, (connection: ScriptedConnection) => Promise<void>, RegExp]>([
    [
      'resets mid-call',
      async (connection) => {
        await connection.call();
        connection.peer.reset();
      },
      /ECONNRESET/,
    ],
    [
      'closes mid-call',
      async (connection) => {
        await connection.call();
        connection.peer.end();
      },
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
  ])('that does %s: the call is rejected as possibly run, the next one served', (_, misbehave, message) =>
    against(
      misbehave,
      async (probe) => {
        const error = await rejectionOf(probe.echo({ text: 'a' }));
        expect(error).toMatchObject({ reason: 'connection-lost', executed: 'maybe' });
        expect((error as Error).message).toMatch(message);
        expect(await probe.echo({ text: 'b' })).toBe('b');
      },
      { partialMessageTimeoutMs: 50 },
    ),
  );
});
