import { describe, expect, it } from '@jest/globals';
import { CallWindow } from '../../src/client/call-window.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';
import { rejectionOf, withProbe } from './probe-client.js';

function sizeOf(window: CallWindow): number {
  let calls = 0;
  while (window.allows(calls)) calls++;
  return calls;
}

describe('the window of concurrent calls', () => {
  it('is open at first', () => {
    expect(sizeOf(new CallWindow(100))).toBe(100);
  });

  it('halves once for rejections of concurrent calls, and again for later ones', () => {
    const window = new CallWindow(100);
    for (let seqid = 21; seqid <= 60; seqid++) window.rejected(seqid, 81 - seqid, 60);
    expect(sizeOf(window)).toBe(30);
    window.rejected(61, 30, 90);
    expect(sizeOf(window)).toBe(15);
  });

  it('grows by one per round of answers, up to its initial size', () => {
    const window = new CallWindow(100);
    window.rejected(1, 20, 20);
    expect(sizeOf(window)).toBe(10);
    for (let answer = 0; answer < 11; answer++) window.answered();
    expect(sizeOf(window)).toBe(11);
    for (let answer = 0; answer < 10_000; answer++) window.answered();
    expect(sizeOf(window)).toBe(100);
  });

  it('always admits one call', () => {
    const window = new CallWindow(100);
    for (let seqid = 1; seqid < 50; seqid++) window.rejected(seqid, 1, seqid);
    expect(sizeOf(window)).toBe(1);
  });

  it('halves after the sequence ids wrapped around', () => {
    const window = new CallWindow(100);
    window.rejected(2_000_000_000, 100, 2_000_000_000);
    window.rejected(5, 50, 5);
    expect(sizeOf(window)).toBe(25);
  });
});

describe('many calls to a server that accepts few at a time', () => {
  const busy = {
    ...probeHandlers,
    echo: ({ text }: { text: string }) => new Promise((resolve) => setTimeout(resolve, 1, text)),
  };
  const limits = { maxCalls: 4, maxQueuedCalls: 0 };

  it('are all answered: rejected ones wait in the client', () =>
    withThriftServer(busy, { limits }, (server) =>
      withProbe(server.port, {}, async (probe) => {
        const texts = Array.from({ length: 400 }, (_, n) => String(n));
        expect(await Promise.all(texts.map((text) => probe.echo({ text })))).toEqual(texts);
        expect(server.rejections.length).toBeGreaterThan(0);
      }),
    ));

  it('are rejected without retries', () =>
    withThriftServer(busy, { limits }, (server) =>
      withProbe(server.port, { maxRetries: 0 }, async (probe, client) => {
        await client.connect();
        const calls = Array.from({ length: 50 }, () => rejectionOf(probe.echo({ text: 'x' })).catch(() => 'answered'));
        const outcomes = await Promise.all(calls);
        expect(outcomes).toContain('answered');
        expect(outcomes).toContainEqual(expect.objectContaining({ reason: 'overloaded', executed: 'no' }));
      }),
    ));
});
