import { expect, it } from '@jest/globals';
import { total } from './process-watch.js';
import { startSoakStore } from './soak-store.js';
import { soakService } from './soak.js';

const SOAK_MS = 3_000;

it('The service answers mixed calls and misbehaving peers, and exits with 0', async () => {
  const store = await startSoakStore('embedded');
  try {
    const { meter, misdeeds, leftOpen, exitCode } = await soakService(store, {
      durationMs: SOAK_MS,
      callsPerSecond: 200,
      seed: Date.now() % 1_000_000,
      sampleIntervalMs: 500,
      progressIntervalMs: SOAK_MS,
      restMs: 0,
      onProgress: () => undefined,
      signal: new AbortController().signal,
    });
    expect({ errors: [...meter.errors], leftOpen: [...leftOpen], exitCode }).toEqual({
      errors: [],
      leftOpen: [],
      exitCode: 0,
    });
    expect(meter.calls).toBeGreaterThan(300);
    expect(total(misdeeds)).toBeGreaterThan(20);
  } finally {
    await store.stop();
  }
}, 60_000);
