import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { MongoStore } from './mongo-store.js';
import { restartSystem, type SystemRestartResult } from './system-restart.js';

const RESTARTS = 2;
const PATIENCE_MS = 180_000;

/** The short form of `npm run scenario -- rolling-restart --gateway`. */
await describeWithMongo('Gateways and task services that are restarted one after the other under load', (mongo) => {
  let result: SystemRestartResult;

  beforeAll(async () => {
    const store = await MongoStore.on(mongo);
    try {
      result = await restartSystem(store, { restarts: RESTARTS, addsPerSecond: 5, drainDelayMs: 1_000 });
    } finally {
      await store.close();
    }
  }, PATIENCE_MS);

  afterAll(() => mongo.stop());

  it('end with 0', () => {
    expect(result.exitCodes).toEqual(Array.from({ length: 2 * RESTARTS }, () => 0));
  });

  it('have stored every task that they acknowledged, and none twice', () => {
    expect(result.acknowledged).toBeGreaterThan(30);
    expect(result).toMatchObject({ lost: [], doubled: [], missing: 0 });
  });

  it('have answered every request in the end', () => {
    expect(result).toMatchObject({ failed: [], skipped: 0 });
  });
});
