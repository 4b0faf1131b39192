import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { HealthProbe } from '../../../../src/application/health-probe.js';
import { TaskRepository } from '../../../../src/application/task.repository.js';
import { EmbeddedPersistenceModule } from '../../../../src/infrastructure/persistence/embedded/embedded-persistence.module.js';
import { ListCache } from '../../../../src/infrastructure/persistence/embedded/list-cache.js';
import { aTask, taskId } from '../../../support/builders.js';
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

it('reads lists again after LevelDB was reopened, since a failed change may be stored', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tasks-embedded-'));
  const imports = [EmbeddedPersistenceModule.register({ dataDirectory: folder })];
  const app = await Test.createTestingModule({ imports }).compile();
  const [tasks, lists] = [app.get(TaskRepository), app.get(ListCache)];
  const [alice, bob] = [aTask({ id: taskId(1), userId: 'alice' }), aTask({ id: taskId(2), userId: 'bob' })];
  await tasks.add(alice);
  await tasks.pageByUser('alice', 10);
  const page = { userId: 'alice', limit: 10, after: undefined };
  expect(lists.find(page)).toEqual([alice]);
  await rename(folder, `${folder}-elsewhere`);
  await expect(tasks.add(bob)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await rename(`${folder}-elsewhere`, folder);
  const isAdded = (): Promise<boolean> =>
    tasks.add(bob).then(
      () => true,
      () => false,
    );
  while (!(await isAdded())) await setTimeout(50);
  expect(lists.find(page)).toBeUndefined();
  expect(await tasks.pageByUser('alice', 10)).toEqual([alice]);
  await app.close();
  await rm(folder, { recursive: true });
});
