import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BusyPoll } from '../../src/server/busy-poll.js';

describe('BusyPoll', () => {
  let nowMs: number;

  beforeEach(() => {
    nowMs = 1_000;
    jest.useFakeTimers({ doNotFake: ['performance'] });
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  /** Replies at intervals, in µs; returns whether the event loop polls after the last one. */
  function reply(poll: BusyPoll, ...intervalsUs: readonly number[]): boolean {
    for (const us of intervalsUs) {
      nowMs += us / 1_000;
      poll.onReply();
    }
    return jest.getTimerCount() > 0;
  }

  /** Runs event-loop iterations for a time, in µs. */
  function runFor(us: number): void {
    const untilMs = nowMs + us / 1_000;
    for (; nowMs < untilMs; nowMs += 0.005) jest.advanceTimersToNextTimer();
  }

  it('polls after replies that follow each other closely', () => {
    expect(reply(new BusyPoll(60), 0, 100)).toBe(true);
  });

  it('does not poll after the first reply, nor after a pause of the client', () => {
    const poll = new BusyPoll(60);
    expect(reply(poll, 0)).toBe(false);
    expect(reply(poll, 500)).toBe(false);
  });

  it('goes on while the next reply comes in time', () => {
    const poll = new BusyPoll(60);
    reply(poll, 0, 50);
    for (let call = 0; call < 10; call++) {
      runFor(50);
      expect(reply(poll, 0)).toBe(true);
    }
  });

  it('ends when no reply comes in time, and pauses for the next replies', () => {
    const poll = new BusyPoll(60);
    reply(poll, 0, 50);
    runFor(80);
    expect(jest.getTimerCount()).toBe(0);
    expect(reply(poll, ...new Array<number>(100).fill(50))).toBe(false);
    expect(reply(poll, 50)).toBe(true);
  });

  it('never polls for 0 µs', () => {
    expect(reply(new BusyPoll(0), 0, 10, 10)).toBe(false);
  });
});
