import { describe, expect, it } from '@jest/globals';
import type { RawPeer } from '@tasks/testing/raw-peer';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer, type TestServer } from '../support/thrift-server.js';

const [binary] = dialects as [Dialect];
/** Two peers with that many calls of a millisecond make a queue that is too long after any idle time. */
const PIPELINED = 128;
const OVERLOADED = 'Overloaded: not run, safe to retry';

/** A handler that uses the processor for a millisecond. */
function work({ text }: { text: string }): string {
  for (const endMs = performance.now() + 1; performance.now() < endMs;);
  return text;
}

async function withBusyServer(maxWaitMs: number, test: (server: TestServer) => Promise<void>): Promise<void> {
  await withThriftServer({ ...probeHandlers, echo: work }, { limits: { maxWaitMs } }, test);
}

/** Peers that always have PIPELINED calls under way. */
class Flood {
  answered = 0;
  rejected = 0;
  #isRunning = true;

  async run(peer: RawPeer): Promise<void> {
    const calls = Buffer.concat(Array.from({ length: PIPELINED }, () => binary.call('echo', { text: 'x' })));
    while (this.#isRunning) {
      await peer.write(calls);
      for (let i = 0; i < PIPELINED; i++) {
        const { error } = await binary.reply(peer);
        if (error === undefined) this.answered++;
        else {
          expect(error.message).toBe(OVERLOADED);
          this.rejected++;
        }
      }
    }
  }

  stop(): void {
    this.#isRunning = false;
  }
}

/** Calls, and waits for the reply. */
async function callInTurn(dialect: Dialect, peer: RawPeer): Promise<void> {
  await peer.write(dialect.call('echo', { text: 'in turn' }));
  expect(await dialect.reply(peer)).toMatchObject({ result: { success: 'in turn' } });
}

/** Sends calls at once, and checks that each reply is to the next of them. Returns how many were rejected. */
async function callTogether(dialect: Dialect, peer: RawPeer, count: number): Promise<number> {
  const seqids = Array.from({ length: count }, (_, index) => index + 1);
  await peer.write(Buffer.concat(seqids.map((seqid) => dialect.call('echo', { text: String(seqid) }, { seqid }))));
  let rejected = 0;
  for (const seqid of seqids) {
    const reply = await dialect.reply(peer);
    expect(reply).toMatchObject({ seqid, name: 'echo' });
    if (reply.error === undefined) expect(reply.result).toMatchObject({ success: String(seqid) });
    else {
      expect(reply.error.message).toBe(OVERLOADED);
      rejected++;
    }
  }
  return rejected;
}

describe('more calls than the processor can handle', () => {
  it('are rejected as not run, except those of peers that wait for each reply', async () => {
    await withBusyServer(2, async (server) => {
      const flood = new Flood();
      const floods = [await server.connect(), await server.connect()].map((peer) => flood.run(peer));
      const sequential = await server.connect();
      for (let calls = 0; flood.rejected < 50 || calls < 5; calls++) {
        await callInTurn(binary, sequential);
      }
      flood.stop();
      await Promise.all(floods);
      expect(flood.answered).toBeGreaterThan(0);
      expect(server.rejections.length).toBe(flood.rejected);
      expect(server.rejections.every(({ reason }) => reason === 'overloaded')).toBe(true);
    });
  });

  it('are all answered where they may wait', async () => {
    await withBusyServer(60_000, async (server) => {
      const flood = new Flood();
      const floods = [await server.connect(), await server.connect()].map((peer) => flood.run(peer));
      const sequential = await server.connect();
      for (let calls = 0; calls < 5; calls++) {
        await callInTurn(binary, sequential);
      }
      flood.stop();
      await Promise.all(floods);
      expect(server.rejections).toEqual([]);
    });
  });

  it('leave none rejected once they have ended', async () => {
    await withBusyServer(2, async (server) => {
      const flood = new Flood();
      const floods = [await server.connect(), await server.connect()].map((peer) => flood.run(peer));
      const peer = await server.connect();
      while (flood.rejected < 50) await callInTurn(binary, peer);
      flood.stop();
      await Promise.all(floods);
      while ((await callTogether(binary, peer, 8)) > 0);
    });
  });

  it('are rejected in the dialect and the order of the calls', async () => {
    await withBusyServer(2, async (server) => {
      const flood = new Flood();
      const floods = [await server.connect(), await server.connect()].map((peer) => flood.run(peer));
      for (const dialect of dialects.filter((_, index) => index % 3 === 1)) {
        const peer = await server.connect();
        while ((await callTogether(dialect, peer, PIPELINED)) === 0);
      }
      flood.stop();
      await Promise.all(floods);
    });
  });
});
