import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { HealthProbe } from '../../../../src/application/health-probe.js';
import { TaskRepository } from '../../../../src/application/task.repository.js';
import { EmbeddedPersistenceModule } from '../../../../src/infrastructure/persistence/embedded/embedded-persistence.module.js';
import { describeStore } from '../../../support/store-contract.js';

describeStore('The embedded store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tasks-embedded-'));
  const dataDirectory = join(folder, 'not/there/yet');
  const imports = [EmbeddedPersistenceModule.register({ dataDirectory })];
  const app = await Test.createTestingModule({ imports }).compile();
  const stop = async () => {
    await app.close();
    await rm(folder, { recursive: true });
  };
  return { tasks: app.get(TaskRepository), probe: app.get(HealthProbe), stop };
});
