import { MemoryTaskRepository } from '../../src/infrastructure/persistence/memory/memory-task.repository.js';
import { describeSeries } from '../support/series-races.js';

describeSeries('A task that repeats, in memory', 400, () =>
  Promise.resolve({ tasks: new MemoryTaskRepository(), stop: () => Promise.resolve() }),
);
