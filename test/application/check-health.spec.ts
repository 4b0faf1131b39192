import { describe, expect, it } from '@jest/globals';
import { CheckHealth, type HealthProbe } from '../../src/application/check-health.js';

const OK = { ok: true, message: 'OK' };
const SHUTTING_DOWN = { ok: false, message: 'Shutting down' };

class Probe implements HealthProbe {
  asked = 0;
  failure: Error | undefined;

  roundTrip(): Promise<void> {
    this.asked++;
    return this.failure === undefined ? Promise.resolve() : Promise.reject(this.failure);
  }
}

class Drain {
  isOn = false;

  isDraining(): boolean {
    return this.isOn;
  }
}

describe('CheckHealth', () => {
  it('is OK when the store has answered', async () => {
    expect(await new CheckHealth(new Probe(), new Drain()).execute()).toEqual(OK);
  });

  it('is unavailable when the store fails, with its error', async () => {
    const probe = new Probe();
    probe.failure = new Error('ECONNREFUSED');
    const health = await new CheckHealth(probe, new Drain()).execute();
    expect(health).toEqual({ ok: false, message: 'Task store unavailable', cause: probe.failure });
  });

  it('reports the shutdown from the start of the drain, also to waiting callers', async () => {
    const probe = new Probe();
    const drain = new Drain();
    const health = new CheckHealth(probe, drain);
    const waiting = health.execute();
    drain.isOn = true;
    expect(await waiting).toEqual(SHUTTING_DOWN);
    expect(await health.execute()).toEqual(SHUTTING_DOWN);
    expect(probe.asked).toBe(1);
  });
});
