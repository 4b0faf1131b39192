import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RawPeer } from '@tasks/testing/raw-peer';
import { dialects } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { TestServer } from '../support/thrift-server.js';

const MIB = 1_048_576;
const MAX_MESSAGE = 10_000;
const PIECE = Buffer.alloc(32_768, 'x');

let server: TestServer;
beforeAll(async () => {
  // With the shorter timeout, connections are checked every 100 ms.
  server = await TestServer.start(probeHandlers, {
    limits: { maxMessageBytes: MAX_MESSAGE, partialMessageTimeoutMs: 400 },
  });
});
afterAll(() => server.close());

describe.each(dialects)('a rejected peer of $name', (dialect) => {
  const tooLarge = dialect.call('echo', { text: 'x'.repeat(MAX_MESSAGE) }, { seqid: 3 });

  /** Rejected, with its error reply not read yet. */
  async function rejectedPeer(): Promise<RawPeer> {
    const peer = await server.connect();
    peer.stopReading();
    const rejected = server.next('rejection');
    await peer.write(tooLarge);
    await rejected;
    return peer;
  }

  it('that continues to send is closed after 1 MiB', async () => {
    const peer = await rejectedPeer();
    const gone = new AbortController();
    const disconnected = server.next('disconnect').then(() => {
      gone.abort();
    });
    let sent = 0;
    for (; !gone.signal.aborted && sent < 64 * MIB; sent += PIECE.length) {
      void peer.write(PIECE);
      await setImmediate();
    }
    await disconnected;
    expect(sent).toBeGreaterThan(MIB);
    expect(sent).toBeLessThan(64 * MIB);
  });

  it('that sends less gets its whole error reply, however late it reads, then FIN', async () => {
    const peer = await rejectedPeer();
    for (let sent = 0; sent + PIECE.length < MIB - tooLarge.length; sent += PIECE.length) {
      await peer.write(PIECE);
      await setImmediate();
    }
    peer.socket.resume();
    expect(await dialect.reply(peer)).toMatchObject({ error: { code: 'PROTOCOL_ERROR' } });
    await peer.ended;
    expect(peer.received).toHaveLength(0);
    const disconnected = server.next('disconnect');
    const startMs = performance.now();
    peer.end();
    await disconnected;
    // Without FIN it is open for two seconds.
    expect(performance.now() - startMs).toBeLessThan(1_900);
  });
});

it('a rejected peer in any dialect that never sends FIN is closed after two seconds', async () => {
  const startMs = performance.now();
  let open = dialects.length;
  const lives: number[] = [];
  const allGone = new Promise<void>((resolve) => {
    server.server.on('disconnect', () => {
      lives.push(performance.now() - startMs);
      if (--open === 0) resolve();
    });
  });
  await Promise.all(
    dialects.map(async (dialect) => {
      const peer = await server.connect();
      await peer.write(dialect.call('echo', { text: 'x'.repeat(MAX_MESSAGE) }));
      expect(await dialect.reply(peer)).toMatchObject({ error: { code: 'PROTOCOL_ERROR' } });
      await peer.ended;
    }),
  );
  await allGone;
  expect(Math.min(...lives)).toBeGreaterThan(2_000);
  expect(Math.max(...lives)).toBeLessThan(6_000);
});
