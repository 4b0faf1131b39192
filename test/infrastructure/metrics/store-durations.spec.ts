import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { DurationHistogram } from '@tasks/service';
import { ObservedTaskRepository } from '../../../src/infrastructure/observed-task.repository.js';
import { timeOperations } from '../../../src/infrastructure/metrics/store-durations.js';
import { MemoryTaskRepository } from '../../../src/infrastructure/persistence/memory/memory-task.repository.js';
import type { Task } from '../../../src/domain/task.js';
import { aTask } from '../../support/builders.js';

const BLOCKS_FOR_MS = 20;

/** Blocks the thread, like a store that writes synchronously; rejects the tasks of one user. */
class BlockingTaskRepository extends MemoryTaskRepository {
  override add(task: Task): Promise<void> {
    const untilMs = performance.now() + BLOCKS_FOR_MS;
    while (performance.now() < untilMs);
    if (task.userId === 'rejected') throw new Error('no more');
    return super.add(task);
  }
}

function timedStore(): { store: ObservedTaskRepository; metric: (name: string) => Promise<number> } {
  const registry = new Registry();
  const durations = new DurationHistogram('store_seconds', 'How long');
  durations.registerIn(registry);
  return {
    store: new ObservedTaskRepository(new BlockingTaskRepository(), timeOperations(durations)),
    metric: async (name) => {
      const line = (await registry.metrics()).split('\n').find((text) => text.startsWith(`store_seconds_${name} `));
      return Number(line?.split(' ')[1]);
    },
  };
}

describe('The durations of store operations', () => {
  it('include the time before the first await', async () => {
    const { store, metric } = timedStore();
    await store.add(aTask());
    expect(await metric('sum{operation="add",outcome="ok"}')).toBeGreaterThanOrEqual(BLOCKS_FOR_MS / 1_000);
    expect(await metric('count{operation="add",outcome="ok"}')).toBe(1);
  });

  it('distinguish failures, including synchronous ones', async () => {
    const { store, metric } = timedStore();
    await expect(store.add(aTask({ userId: 'rejected' }))).rejects.toThrow('no more');
    const sum = await metric('sum{operation="add",outcome="error"}');
    expect(sum).toBeGreaterThanOrEqual(BLOCKS_FOR_MS / 1_000);
    expect(await metric('count{operation="add",outcome="ok"}')).toBe(0);
  });

  it('are separated by operation, and results pass through', async () => {
    const { store, metric } = timedStore();
    const task = aTask();
    await store.add(task);
    expect(await store.pageByUser('alice', 1)).toEqual([task]);
    expect(await store.update(task.id, 'alice', { done: true })).toMatchObject({ done: true });
    expect(await store.remove(task.id, 'alice')).toBe(true);
    for (const operation of ['add', 'pageByUser', 'update', 'remove'])
      expect(await metric(`count{operation="${operation}",outcome="ok"}`)).toBe(1);
  });
});
