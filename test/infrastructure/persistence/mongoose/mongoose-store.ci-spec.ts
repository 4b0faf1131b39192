import { jest } from '@jest/globals';
import { mongo } from 'mongoose';
import { MongooseTaskStore } from '../../../../src/infrastructure/persistence/mongoose/mongoose-task-store.js';
import { StoreDefects } from '../../../../src/infrastructure/persistence/store-defects.js';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { describeStore } from '../../../support/store-contract.js';

// FerretDB is slower than MongoDB, and has one connection: calls wait for each other.
jest.setTimeout(180_000);

await describeWithMongo('In MongoDB', ({ uri, database, stop }) => {
  describeStore('the store', () => {
    const options = { uri, place: 'the test server', database, serverSelectionTimeoutMs: 120_000 };
    const log = { info: () => undefined, warn: () => undefined };
    const store = MongooseTaskStore.open(options, log, new StoreDefects());
    return Promise.resolve({
      tasks: store.tasks,
      probe: store,
      stop: async () => {
        await store.close();
        const client = new mongo.MongoClient(uri);
        await client.db(database).dropDatabase();
        await client.close();
        await stop();
      },
    });
  });
});
