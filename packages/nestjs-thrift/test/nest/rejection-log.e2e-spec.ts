import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ThriftPeer } from '../../src/connection/peer.js';
import type { RejectionReason } from '../../src/server/events.js';
import { RejectionLog } from '../../src/nest/rejection-log.js';
import { probeHandlers } from '../support/thrift-probe.js';
import { withThriftServer } from '../support/thrift-server.js';

function countRejections(lines: readonly string[]): number {
  const others = lines.map((line) => Number(/\(and (\d+) more since the last such line\)$/.exec(line)?.[1] ?? 0));
  return others.reduce((sum, count) => sum + count, lines.length);
}

describe('The log of rejections', () => {
  let lines: { readonly text: string; readonly atMs: number }[];
  let log: RejectionLog;

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    const keep = (text: string): void => void lines.push({ text, atMs: performance.now() });
    log = new RejectionLog({ warn: keep });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function reject(reason: RejectionReason, port = 1): void {
    const peer = { address: '10.0.0.9', port } as unknown as ThriftPeer;
    log.add({ reason, message: 'closed', peer });
  }

  function linesOf(reason: RejectionReason): readonly { readonly text: string; readonly atMs: number }[] {
    return lines.filter(({ text }) => text.startsWith(`${reason}: `));
  }

  it('has at most one line a second for each reason, and counts every rejection', () => {
    for (let event = 0; event < 2_500; event++) {
      reject('malformed');
      if (event % 5 === 0) reject('size-limit');
      jest.advanceTimersByTime(1);
    }
    jest.advanceTimersByTime(1_000);
    for (const [reason, events] of [
      ['malformed', 2_500],
      ['size-limit', 500],
    ] as const) {
      const logged = linesOf(reason);
      expect(logged).toHaveLength(4);
      for (const [i, { atMs }] of logged.entries()) {
        if (i > 0) expect(atMs - (logged[i - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(1_000);
      }
      expect(countRejections(logged.map(({ text }) => text))).toBe(events);
    }
  });

  it.each([
    ['10.0.0.9:1', '10.0.0.9', 1],
    ['/run/tasks.sock', '/run/tasks.sock', undefined],
    ['(address unknown, reset already)', '', undefined],
  ])('names the address of the peer: %s', (place, address, port) => {
    log.add({ reason: 'malformed', message: 'closed', peer: { address, port } as unknown as ThriftPeer });
    expect(lines.map(({ text }) => text)).toEqual([`malformed: ${place} closed`]);
  });

  it('writes the count of suppressed lines even without a further rejection', () => {
    for (let port = 1; port <= 10; port++) reject('malformed', port);
    expect(lines.map(({ text }) => text)).toEqual(['malformed: 10.0.0.9:1 closed']);
    jest.advanceTimersByTime(1_000);
    expect(lines.map(({ text }) => text)).toEqual([
      'malformed: 10.0.0.9:1 closed',
      'malformed: 10.0.0.9:10 closed (and 8 more since the last such line)',
    ]);
    jest.advanceTimersByTime(10_000);
    expect(lines).toHaveLength(2);
    reject('malformed', 11);
    expect(lines.at(-1)?.text).toBe('malformed: 10.0.0.9:11 closed');
  });

  it('writes everything when the server closes', () => {
    for (let port = 1; port <= 3; port++) reject('malformed', port);
    log.flush();
    log.flush();
    expect(lines.map(({ text }) => text)).toEqual([
      'malformed: 10.0.0.9:1 closed',
      'malformed: 10.0.0.9:3 closed (and 1 more since the last such line)',
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('A flood of bad peers', () => {
  const PEERS = 200;

  it('causes one line a second per reason, which count all of them', async () => {
    const startMs = performance.now();
    let lines: readonly string[] = [];
    await withThriftServer(probeHandlers, {}, async (listening) => {
      lines = listening.logLines;
      await Promise.all(
        Array.from({ length: PEERS }, async (_, i) => {
          const peer = await listening.connect();
          await peer.write(
            Buffer.from(i % 2 === 0 ? 'GET / HTTP/1.1\r\n\r\n' : '\x0f\xff\xff\xff\x80\x01\x00\x01', 'latin1'),
          );
          await peer.ended;
        }),
      );
    });
    const seconds = (performance.now() - startMs) / 1_000;
    for (const reason of ['foreign-protocol', 'size-limit']) {
      const logged = lines.filter((line) => line.startsWith(`${reason}: `));
      expect(countRejections(logged)).toBe(PEERS / 2);
      // One more at the close, with the rest.
      expect(logged.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    }
  });
});
