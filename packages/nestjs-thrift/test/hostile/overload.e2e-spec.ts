import { describe, expect, it } from '@jest/globals';
import type { RawPeer } from '@tasks/testing/raw-peer';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

const [binary] = dialects as [Dialect];
const PIPELINED = 256;

/** A handler that uses the processor for a tenth of a millisecond. */
function work({ text }: { text: string }): string {
  for (const endMs = performance.now() + 0.1; performance.now() < endMs;);
  return text;
}

describe('more calls than the processor can handle', () => {
  it('are rejected as not run, except those of peers that wait for each reply', async () => {
    await withThriftServer(
      { ...probeHandlers, echo: work },
      { limits: { maxWaitMs: 2 } },
      async (server) => {
        let [rejected, flooding] = [0, true];
        const flood = async (peer: RawPeer): Promise<void> => {
          const calls = Buffer.concat(Array.from({ length: PIPELINED }, () => binary.call('echo', { text: 'x' })));
          while (flooding) {
            await peer.write(calls);
            for (let i = 0; i < PIPELINED; i++) {
              const { error } = await binary.reply(peer);
              if (error === undefined) continue;
              expect(error.message).toBe('Overloaded: not run, safe to retry');
              rejected++;
            }
          }
        };
        const floods = [await server.connect(), await server.connect()].map(flood);
        const sequential = await server.connect();
        for (let calls = 0; rejected < 100 || calls < 20; calls++) {
          await sequential.write(binary.call('echo', { text: 'sequential' }));
          expect(await binary.reply(sequential)).toMatchObject({ result: { success: 'sequential' } });
        }
        flooding = false;
        await Promise.all(floods);
        expect(server.rejections.every(({ reason }) => reason === 'overloaded')).toBe(true);
      },
    );
  });
});
