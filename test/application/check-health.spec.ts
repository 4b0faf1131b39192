import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { CheckHealth } from '../../src/application/check-health.js';
import { DrainState } from '../../src/application/drain-state.js';
import { HealthProbe } from '../../src/application/health-probe.js';

const OK = { ok: true, message: 'OK' };
const STORE_DOWN = { ok: false, message: 'Task store unavailable' };
const SHUTTING_DOWN = { ok: false, message: 'Shutting down' };

/** A store whose answers the test gives by hand. */
class HeldProbe extends HealthProbe {
  asked = 0;
  readonly #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  override roundTrip(): Promise<void> {
    this.asked++;
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Waits for the question, then answers it. */
  async answer(failure?: Error): Promise<void> {
    await setImmediate();
    const question = this.#waiting.shift();
    if (failure) question?.reject(failure);
    else question?.resolve();
  }
}

/** Time that passes only when told to. */
class Timers {
  nowMs = 0;
  readonly running = new Set<{ at: number; onElapsed: () => void }>();
  readonly now = () => new Date(this.nowMs);
  readonly start = (milliseconds: number, onElapsed: () => void) => {
    const timer = { at: this.nowMs + milliseconds, onElapsed };
    this.running.add(timer);
    return () => this.running.delete(timer);
  };

  pass(milliseconds: number): void {
    this.nowMs += milliseconds;
    for (const timer of [...this.running].filter(({ at }) => at <= this.nowMs)) {
      this.running.delete(timer);
      timer.onElapsed();
    }
  }
}

let probe: HeldProbe;
let time: Timers;
let drain: DrainState;
let health: CheckHealth;

beforeEach(() => {
  probe = new HeldProbe();
  time = new Timers();
  drain = new DrainState(time.now);
  health = new CheckHealth(probe, drain, time.now, time.start);
});

describe('CheckHealth', () => {
  it('is OK only once the store has answered', async () => {
    const check = health.execute();
    await probe.answer();
    expect(await check).toEqual(OK);
    expect(time.running.size).toBe(0);
  });

  it('says that the store is unavailable when it fails, and with what', async () => {
    const check = health.execute();
    await probe.answer(new Error('ECONNREFUSED'));
    expect(await check).toEqual({ ...STORE_DOWN, cause: new Error('ECONNREFUSED') });
  });

  it('says so when the probe itself is broken', async () => {
    probe.roundTrip = () => {
      throw new Error('not connected');
    };
    expect(await health.execute()).toMatchObject(STORE_DOWN);
  });

  it('gives the store one second', async () => {
    const check = health.execute();
    await Promise.resolve();
    time.pass(999);
    expect(time.running.size).toBe(1);
    time.pass(1);
    expect(await check).toMatchObject(STORE_DOWN);
  });

  it('hears an answer that came while this very process stood still', async () => {
    const check = health.execute();
    await setImmediate();
    time.pass(3_000);
    await probe.answer();
    expect(await check).toEqual(OK);
    expect(time.running.size).toBe(0);
  });

  it('says that the store is silent when no answer came while this process stood still', async () => {
    const check = health.execute();
    await setImmediate();
    time.pass(3_000);
    time.pass(250);
    expect(await check).toMatchObject({ ...STORE_DOWN, cause: { message: 'No answer within 1000 ms' } });
    expect(time.running.size).toBe(0);
  });

  it('asks the store once for all who ask at the same time and in the second after the answer', async () => {
    const checks = [health.execute(), health.execute()];
    await probe.answer();
    expect(await Promise.all(checks)).toEqual([OK, OK]);
    time.pass(999);
    expect(await health.execute()).toEqual(OK);
    expect(probe.asked).toBe(1);
    time.pass(1);
    const later = health.execute();
    await probe.answer(new Error('gone'));
    expect(await later).toMatchObject(STORE_DOWN);
    expect(probe.asked).toBe(2);
  });

  it('asks a hanging store nothing more until it answers, then asks anew, and recovers', async () => {
    for (let second = 0; second < 5; second++) {
      const check = health.execute();
      await setImmediate();
      time.pass(1_000);
      expect(await check).toMatchObject(STORE_DOWN);
      time.pass(1_000);
    }
    expect(probe.asked).toBe(1);
    const check = health.execute();
    await probe.answer();
    await probe.answer();
    expect(await check).toEqual(OK);
    expect(probe.asked).toBe(2);
    expect(time.running.size).toBe(0);
  });

  it('is never OK while the store takes two and a half seconds for each answer', async () => {
    const first = health.execute();
    await setImmediate();
    time.pass(1_000);
    expect(await first).toMatchObject(STORE_DOWN);
    time.pass(1_000);
    const second = health.execute();
    time.pass(500);
    await probe.answer();
    await setImmediate();
    expect(probe.asked).toBe(2);
    time.pass(500);
    expect(await second).toMatchObject(STORE_DOWN);
    time.pass(1_500);
    const third = health.execute();
    time.pass(500);
    await probe.answer();
    await setImmediate();
    expect(probe.asked).toBe(3);
    time.pass(500);
    expect(await third).toMatchObject(STORE_DOWN);
  });

  it('says what a round trip failed with although that comes late', async () => {
    const first = health.execute();
    await setImmediate();
    time.pass(1_000);
    expect(await first).toMatchObject({ cause: { message: 'No answer within 1000 ms' } });
    time.pass(1_000);
    const second = health.execute();
    await probe.answer(new Error('no server'));
    expect(await second).toEqual({ ...STORE_DOWN, cause: new Error('no server') });
    expect(probe.asked).toBe(1);
  });

  it('does not keep an old answer when the clock is set back', async () => {
    const check = health.execute();
    await probe.answer();
    await check;
    time.nowMs -= 3_600_000;
    const later = health.execute();
    await probe.answer(new Error('gone'));
    expect(await later).toMatchObject(STORE_DOWN);
  });

  it('says that it is shutting down as soon as the drain begins, also to those who wait', async () => {
    const waiting = health.execute();
    await probe.answer();
    drain.start();
    expect(await waiting).toEqual(SHUTTING_DOWN);
    expect(await health.execute()).toEqual(SHUTTING_DOWN);
    expect(probe.asked).toBe(1);
  });
});
