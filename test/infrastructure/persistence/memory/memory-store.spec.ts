import { Test } from '@nestjs/testing';
import { HealthProbe } from '../../../../src/application/health-probe.js';
import { TaskRepository } from '../../../../src/application/task.repository.js';
import { MemoryPersistenceModule } from '../../../../src/infrastructure/persistence/memory/memory-persistence.module.js';
import { describeStore } from '../../../support/store-contract.js';

describeStore('The store in memory', async () => {
  const app = await Test.createTestingModule({ imports: [MemoryPersistenceModule.register()] }).compile();
  return { tasks: app.get(TaskRepository), probe: app.get(HealthProbe), stop: () => app.close() };
});
