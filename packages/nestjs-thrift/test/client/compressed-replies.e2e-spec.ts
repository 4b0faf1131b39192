import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ThriftTransportError } from '../../src/errors.js';
import { zlibQueue } from '../../src/framing/zlib-queue.js';
import { rejectionOf, withProbe, type Probe } from './probe-client.js';
import { ScriptedServer, type ScriptedConnection } from './scripted-server.js';

const ZLIB = [1];
const LARGE = 'x'.repeat(900_000);

/** A client of a server that answers the first two calls by this script. */
async function against(
  answer: (connection: ScriptedConnection, replies: (...texts: string[]) => Promise<void>) => Promise<void>,
  test: (probe: Probe) => Promise<void>,
): Promise<void> {
  const script = async (connection: ScriptedConnection): Promise<void> => {
    const calls = [await connection.call(), await connection.call()];
    await answer(connection, async (...texts) => {
      const bytes = texts.map((text, index) => connection.reply(calls[index] ?? { seqid: 0 }, text));
      await connection.peer.write(Buffer.concat(bytes));
    });
  };
  const server = await ScriptedServer.start(script, 'header', 0, 'compact', ZLIB);
  try {
    await withProbe(server.port, { protocol: 'compact', framing: 'header', maxRetries: 0 }, test);
  } finally {
    await server.close();
  }
}

describe('a compressed reply', () => {
  const add = jest.spyOn(zlibQueue, 'add');
  afterEach(() => {
    add.mockClear();
  });

  it('is inflated in the pool, and the reply after it waits', () =>
    against(
      (_, replies) => replies(LARGE, 'small'),
      async (probe) => {
        const settled: string[] = [];
        const note = (text: string): void => {
          settled.push(text);
        };
        await Promise.all([probe.echo({ text: 'a' }).then(note), probe.echo({ text: 'b' }).then(note)]);
        expect(settled).toEqual([LARGE, 'small']);
        expect(add).toHaveBeenCalledTimes(1);
      },
    ));

  it('that is small is inflated at once', () =>
    against(
      (_, replies) => replies('one', 'two'),
      async (probe) => {
        expect(await Promise.all([probe.echo({ text: 'a' }), probe.echo({ text: 'b' })])).toEqual(['one', 'two']);
        expect(add).not.toHaveBeenCalled();
      },
    ));

  it('that cannot be inflated fails its connection, and the call after it', () =>
    against(
      async (connection, replies) => {
        await replies('x'.repeat(1_100_000), 'small');
        await connection.peer.closed;
      },
      async (probe) => {
        const errors = await Promise.all([
          rejectionOf(probe.echo({ text: 'a' })),
          rejectionOf(probe.echo({ text: 'b' })),
        ]);
        expect(errors.every((error) => error instanceof ThriftTransportError)).toBe(true);
        expect((errors[0] as Error).message).toMatch(/inflate to more than/);
      },
    ));
});
