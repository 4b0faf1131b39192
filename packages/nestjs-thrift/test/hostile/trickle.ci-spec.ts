import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createFraming } from '../../src/framing/create-framing.js';
import { InputBuffer } from '../../src/framing/input-buffer.js';
import { resolveLimits } from '../../src/limits.js';
import { jsonProtocol } from '../../src/protocol/json/json.js';
import type { RawPeer } from '@tasks/testing/raw-peer';
import { dialects } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

/** Ten times the need of a busy machine. */
const MAX_MS = 10_000;
const BYTE = Buffer.from('x');
const BEGINNING = Buffer.from('[1,"nothing",1,1,{"77":{"str":"');

/** The cost of a byte does not grow with earlier ones; the factor and the constant allow for noise. */
function expectLinear(lateMs: number, earlyMs: number): void {
  expect(lateMs).toBeLessThan(4 * earlyMs + 500);
}

describe('a JSON string that arrives byte by byte', () => {
  it('costs one pass after 100 MB, and is rejected at the limit', () => {
    const limits = resolveLimits({ maxMessageBytes: 100_000_000 });
    const [framing, input] = [createFraming('unframed', jsonProtocol, limits), new InputBuffer()];
    const take = (piece: Buffer): void => {
      input.append(piece);
      expect(framing.read(input)).toBeUndefined();
      input.compact();
    };
    const timeForBytes = (count: number): number => {
      const startMs = performance.now();
      for (let n = 0; n < count; n++) {
        input.append(BYTE);
        if (framing.read(input) !== undefined) throw new Error('ended early');
        input.compact();
        if (n % 1_000 === 0 && performance.now() - startMs > MAX_MS) throw new Error(`slow after ${String(n)} bytes`);
      }
      return performance.now() - startMs;
    };
    take(BEGINNING);
    timeForBytes(200_000);
    const earlyMs = timeForBytes(1_000_000);
    take(Buffer.alloc(98_000_000 - input.length, BYTE));
    expectLinear(timeForBytes(1_000_000), earlyMs);
    take(Buffer.alloc(99_999_999 - input.length, BYTE));
    input.append(BYTE);
    expect(() => framing.read(input)).toThrow(/allowed: 100000000/);
  });

  it('through a socket costs one pass too, after 40 MB', async () => {
    const limits = { maxMessageBytes: 50_000_000 };
    const [dialect] = dialects.filter(({ name }) => name === 'JSON unframed') as [(typeof dialects)[number]];
    await withThriftServer(probeHandlers, { limits }, async (server) => {
      const peer = await server.connect();
      await peer.write(BEGINNING);
      await trickle(peer, 1_000);
      const earlyMs = await trickle(peer, 5_000);
      await peer.write(Buffer.alloc(40_000_000, BYTE));
      expectLinear(await trickle(peer, 5_000), earlyMs);
      await peer.write(Buffer.from('"}}]'));
      expect((await dialect.reply(peer, 'nothing')).error).toBeUndefined();
      expect(server.rejections).toEqual([]);
    });
  });
});

/** Sends the bytes one per event-loop iteration, so each in its own segment; returns the duration in ms. */
async function trickle(peer: RawPeer, count: number): Promise<number> {
  const startMs = performance.now();
  for (let n = 0; n < count; n++) {
    await peer.write(BYTE);
    await setImmediate();
  }
  return performance.now() - startMs;
}
