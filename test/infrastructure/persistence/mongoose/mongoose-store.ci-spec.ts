import { jest } from '@jest/globals';
import { getConnectionToken } from '@nestjs/mongoose';
import { Test } from '@nestjs/testing';
import type { Connection } from 'mongoose';
import { HealthProbe } from '../../../../src/application/health-probe.js';
import { TaskRepository } from '../../../../src/application/task.repository.js';
import { MongoosePersistenceModule } from '../../../../src/infrastructure/persistence/mongoose/mongoose-persistence.module.js';
import { StoreDefects } from '../../../../src/infrastructure/persistence/store-defects.js';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { describeStore } from '../../../support/store-contract.js';

// FerretDB is slower than MongoDB, and has one connection: calls wait for each other.
jest.setTimeout(180_000);

await describeWithMongo('In MongoDB', ({ uri, database, stop }) => {
  describeStore('the store', async () => {
    const options = { uri, place: 'the test server', database, serverSelectionTimeoutMs: 120_000 };
    const app = await Test.createTestingModule({
      imports: [MongoosePersistenceModule.register(options, new StoreDefects())],
    }).compile();
    await app.init();
    return {
      tasks: app.get(TaskRepository),
      probe: app.get(HealthProbe),
      stop: async () => {
        await app.get<Connection>(getConnectionToken()).dropDatabase();
        await app.close();
        await stop();
      },
    };
  });
});
