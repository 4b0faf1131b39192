import { jest } from '@jest/globals';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { MongooseTaskStore } from '../../../../src/infrastructure/persistence/mongoose/mongoose-task-store.js';
import { StoreDefects } from '../../../../src/infrastructure/persistence/store-defects.js';
import { dropAndStop } from '../../../support/app.js';
import { describeSeries } from '../../../support/series-races.js';

jest.setTimeout(60_000);

// The stand-in is atomic over one connection, and the test chooses the order of the commands.
await describeWithMongo('In MongoDB', (mongo) => {
  describeSeries('a task that repeats', 8, () => {
    const { uri, database } = mongo;
    const options = { uri, place: 'the test server', database, serverSelectionTimeoutMs: 30_000 };
    const log = { info: () => undefined, warn: () => undefined };
    const store = MongooseTaskStore.open(options, log, new StoreDefects());
    const stop = async (): Promise<void> => {
      await store.close();
      await dropAndStop(mongo);
    };
    return Promise.resolve({ tasks: store.tasks, stop });
  });
});
