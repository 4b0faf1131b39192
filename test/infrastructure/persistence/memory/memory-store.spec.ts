import { MemoryTaskStore } from '../../../../src/infrastructure/persistence/memory/memory-task.repository.js';
import { describeStore } from '../../../support/store-contract.js';

describeStore('The store in memory', () => {
  const store = new MemoryTaskStore();
  return Promise.resolve({ tasks: store.tasks, probe: store, stop: () => store.close() });
});
