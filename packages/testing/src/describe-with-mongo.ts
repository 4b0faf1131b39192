import { describe, it } from '@jest/globals';
import { startMongo, type TestMongo } from './mongo.js';

/** Tests with their own MongoDB, which they have to stop; skipped without MongoDB. */
export async function describeWithMongo(name: string, tests: (mongo: TestMongo) => void): Promise<void> {
  const mongo = await startMongo();
  if (mongo) {
    describe(name, () => {
      tests(mongo);
    });
  } else {
    describe.skip(name, () => {
      it('needs a MongoDB', () => undefined);
    });
  }
}
