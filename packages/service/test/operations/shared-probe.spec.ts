import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SharedProbe, type ProbeClock } from '../../src/operations/shared-probe.js';

const OK = 'OK';
const SILENT = 'No answer within 1000 ms';

/** A dependency whose answers the test provides. */
class HeldStore {
  asked = 0;
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  readonly roundTrip = (): Promise<void> => {
    this.asked++;
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  };

  /** Waits for the next round trip, then answers it. */
  async answer(failure?: Error): Promise<void> {
    await setImmediate();
    const question = this.#waiting.shift();
    if (failure) question?.reject(failure);
    else question?.resolve();
  }
}

/** A clock that the test advances. */
class Timers implements ProbeClock {
  passedMs = 0;
  readonly running = new Set<{ at: number; onElapsed: () => void }>();
  readonly nowMs = () => this.passedMs;
  readonly startTimer = (milliseconds: number, onElapsed: () => void) => {
    const timer = { at: this.passedMs + milliseconds, onElapsed };
    this.running.add(timer);
    return () => this.running.delete(timer);
  };

  pass(milliseconds: number): void {
    this.passedMs += milliseconds;
    for (const timer of [...this.running].filter(({ at }) => at <= this.passedMs)) {
      this.running.delete(timer);
      timer.onElapsed();
    }
  }
}

let store: HeldStore;
let time: Timers;
let probe: SharedProbe;

beforeEach(() => {
  store = new HeldStore();
  time = new Timers();
  probe = new SharedProbe(() => store.roundTrip(), time);
});

/** Result for a caller. */
function ask(): Promise<string> {
  return probe.roundTrip().then(
    () => OK,
    (error: unknown) => (error as Error).message,
  );
}

describe('A shared probe', () => {
  it('is OK only once the store has answered', async () => {
    const check = ask();
    await store.answer();
    expect(await check).toBe(OK);
    expect(time.running.size).toBe(0);
  });

  it("rejects with the store's error", async () => {
    const check = ask();
    await store.answer(new Error('ECONNREFUSED'));
    expect(await check).toBe('ECONNREFUSED');
  });

  it('rejects when the probe itself is broken', async () => {
    probe = new SharedProbe(() => {
      throw new Error('not connected');
    }, time);
    expect(await ask()).toBe('not connected');
  });

  it('gives the store one second', async () => {
    const check = ask();
    await Promise.resolve();
    time.pass(999);
    expect(time.running.size).toBe(1);
    time.pass(1);
    expect(await check).toBe(SILENT);
  });

  it('accepts an answer that arrived while the event loop was blocked', async () => {
    const check = ask();
    await setImmediate();
    time.pass(3_000);
    await store.answer();
    expect(await check).toBe(OK);
    expect(time.running.size).toBe(0);
  });

  it('rejects without an answer after the event loop was blocked', async () => {
    const check = ask();
    await setImmediate();
    time.pass(3_000);
    time.pass(250);
    expect(await check).toBe(SILENT);
    expect(time.running.size).toBe(0);
  });

  it('asks the store once for concurrent callers and a second after the answer', async () => {
    const checks = [ask(), ask()];
    await store.answer();
    expect(await Promise.all(checks)).toEqual([OK, OK]);
    time.pass(999);
    expect(await ask()).toBe(OK);
    expect(store.asked).toBe(1);
    time.pass(1);
    const later = ask();
    await store.answer(new Error('gone'));
    expect(await later).toBe('gone');
    expect(store.asked).toBe(2);
  });

  it('does not ask a hanging store again until it answers, then recovers', async () => {
    for (let second = 0; second < 5; second++) {
      const check = ask();
      await setImmediate();
      time.pass(1_000);
      expect(await check).toBe(SILENT);
      time.pass(1_000);
    }
    expect(store.asked).toBe(1);
    const check = ask();
    await store.answer();
    await store.answer();
    expect(await check).toBe(OK);
    expect(store.asked).toBe(2);
    expect(time.running.size).toBe(0);
  });

  it('is never OK while the store takes two and a half seconds for each answer', async () => {
    const first = ask();
    await setImmediate();
    time.pass(1_000);
    expect(await first).toBe(SILENT);
    time.pass(1_000);
    const second = ask();
    time.pass(500);
    await store.answer();
    await setImmediate();
    expect(store.asked).toBe(2);
    time.pass(500);
    expect(await second).toBe(SILENT);
    time.pass(1_500);
    const third = ask();
    time.pass(500);
    await store.answer();
    await setImmediate();
    expect(store.asked).toBe(3);
    time.pass(500);
    expect(await third).toBe(SILENT);
  });

  it('reports the error of a round trip even if it comes late', async () => {
    const first = ask();
    await setImmediate();
    time.pass(1_000);
    expect(await first).toBe(SILENT);
    time.pass(1_000);
    const second = ask();
    await store.answer(new Error('no server'));
    expect(await second).toBe('no server');
    expect(store.asked).toBe(1);
  });
});
