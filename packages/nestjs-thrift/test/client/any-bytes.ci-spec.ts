import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ThriftProtocolError, ThriftTransportError } from '../../src/errors.js';
import { ThriftError } from '../../src/nest/rpc-exceptions.js';
import { clientDialects } from './client-dialects.js';
import { withProbe } from './probe-client.js';
import { ScriptedServer, type ScriptedConnection } from './scripted-server.js';

/** Changes to the bytes of a valid reply. */
interface Damage {
  readonly insert: Uint8Array;
  readonly at: number;
  readonly remove: number;
  readonly thenClose: boolean;
}

const ERRORS = [ThriftError, ThriftProtocolError, ThriftTransportError];

const damage: fc.Arbitrary<Damage> = fc.record({
  insert: fc.uint8Array({ maxLength: 12 }),
  at: fc.nat(60),
  remove: fc.nat(12),
  thenClose: fc.boolean(),
});

function spoil(reply: Buffer, { insert, at, remove }: Damage): Buffer {
  return Buffer.concat([reply.subarray(0, at), insert, reply.subarray(at + remove)]);
}

it.each(clientDialects)(
  'in $name, any bytes settle every call, and later calls work',
  async ({ protocol, framing, transforms }) => {
    let next: Damage | undefined;
    const script = async (connection: ScriptedConnection): Promise<void> => {
      const spoilt = next;
      if (spoilt === undefined) return connection.echoAll();
      next = undefined;
      const call = await connection.call();
      await connection.peer.write(spoil(connection.reply(call, call.text), spoilt));
      if (spoilt.thenClose) connection.peer.end();
      await connection.peer.closed;
    };
    const server = await ScriptedServer.start(script, framing, 0, protocol, transforms);
    const limits = { partialMessageTimeoutMs: 20, callTimeoutMs: 300 };
    await fc.assert(
      fc.asyncProperty(damage, async (given) => {
        next = given;
        await withProbe(server.port, { protocol, framing, limits }, async (probe) => {
          const calls = [probe.echo({ text: 'one' }), probe.echo({ text: 'two' })];
          for (const outcome of await Promise.allSettled(calls)) {
            if (outcome.status === 'fulfilled') expect(typeof outcome.value).toBe('string');
            else expect(ERRORS.some((of) => outcome.reason instanceof of)).toBe(true);
          }
        });
        await withProbe(server.port, { protocol, framing }, async (probe) => {
          expect(await probe.echo({ text: 'three' })).toBe('three');
        });
      }),
      { numRuns: 20, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
    );
    await server.close();
  },
  60_000,
);
