import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { MongoStore } from './mongo-store.js';
import { restartBehindName } from './name-restart.js';
import { restartRolling, type RollingRestartResult } from './rolling-restart.js';

const RESTARTS = 3;
const PATIENCE_MS = 90_000;

/** The short form of `npm run scenario -- rolling-restart`. */
await describeWithMongo('Instances that are restarted one after the other under load', (mongo) => {
  let result: RollingRestartResult;

  beforeAll(async () => {
    const store = await MongoStore.on(mongo);
    try {
      const load = { addsPerSecond: 100, ownClients: 4, npmClients: 0 };
      result = await restartRolling(store, { restarts: RESTARTS, drainDelayMs: 1_000, ...load });
    } finally {
      await store.close();
    }
  }, PATIENCE_MS);

  afterAll(() => mongo.stop());

  it('end with 0', () => {
    expect(result.exitCodes).toEqual(Array.from({ length: RESTARTS }, () => 0));
  });

  it('have stored every task that they acknowledged, and none twice', () => {
    expect(result.acknowledged).toBeGreaterThan(100);
    expect(result).toMatchObject({ lost: [], doubled: [] });
  });

  it('have run no call that they rejected or did not answer', () => {
    expect(result).toMatchObject({ rejectedButStored: [], failedButStored: [], unansweredButStored: [] });
  });

  it('fail no call sent to a ready instance', () => {
    expect(result).toMatchObject({ errorsOfReady: 0, turnedAway: 0, skipped: 0 });
  });
});

/** The short form of `npm run scenario -- rolling-restart --name`. */
await describeWithMongo('Three instances behind one name that are restarted one after the other', (mongo) => {
  afterAll(() => mongo.stop());

  it(
    'fail no call of a client of the name, and lose and double nothing',
    async () => {
      const store = await MongoStore.on(mongo);
      try {
        const result = await restartBehindName(store, { restarts: RESTARTS, addsPerSecond: 60 });
        expect(result).toMatchObject({ exitCodes: [0, 0, 0], lost: [], doubled: [], skipped: 0 });
        expect([...result.errors]).toEqual([]);
        expect(result.acknowledged).toBeGreaterThan(100);
      } finally {
        await store.close();
      }
    },
    PATIENCE_MS,
  );
});
