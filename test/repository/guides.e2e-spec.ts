import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ClientThrift } from 'nestjs-thrift';
import { startMongo } from '@tasks/testing/mongo';
import { projectRoot } from '@tasks/testing/project-copy';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { FollowedGuide, startService } from '../support/guide.js';

jest.setTimeout(300_000);

let guide: FollowedGuide | undefined;
afterEach(() => {
  guide?.[Symbol.dispose]();
});

async function followed(page: string): Promise<FollowedGuide> {
  guide = new FollowedGuide(page);
  expect(guide.patches).toBeGreaterThan(3);
  await guide.follow();
  return guide;
}

/** Calls the service in that folder, with the contract of the same folder, while it runs with these variables. */
async function withService<Service, Result>(
  folder: string,
  variables: Readonly<Record<string, string>>,
  act: (tasks: Service) => Promise<Result>,
): Promise<Result> {
  const service = await startService(folder, variables);
  const client = new ClientThrift({ idl: join(folder, 'idl/tasks.thrift'), host: '127.0.0.1', port: service.port });
  try {
    return await act(client.getService('Tasks') as Service);
  } finally {
    await client.close();
    await service.stop();
  }
}

interface LatestTasks {
  add(args: { userId: string; name: string }): Promise<unknown>;
  latest(args: { userId: string }): Promise<unknown>;
}

interface NotedTask {
  readonly id?: string;
  readonly userId: string;
  readonly name?: string;
  readonly note?: string;
}

interface NotedTasks {
  all(args: { userId: string }): Promise<NotedTask[]>;
  upsert(args: { task: NotedTask }): Promise<NotedTask>;
}

describe('A guide, followed exactly in a copy of the project', () => {
  it('docs/add-a-method.md gives a service that answers or rejects latest', async () => {
    const { copy } = await followed('docs/add-a-method.md');
    await withService(copy.path, { STORE: 'memory' }, async (tasks: LatestTasks) => {
      await tasks.add({ userId: 'alice', name: 'buy milk' });
      await tasks.add({ userId: 'alice', name: 'buy bread' });
      expect(await tasks.latest({ userId: 'alice' })).toMatchObject({ userId: 'alice', name: 'buy bread' });
      await expect(tasks.latest({ userId: 'bob' })).rejects.toMatchObject({ value: { code: 404 } });
      await expect(tasks.latest({ userId: '' })).rejects.toThrow('userId must not be empty');
    });
  });

  it('docs/add-a-field.md gives a field that every store keeps, beside older data', async () => {
    const field = await followed('docs/add-a-field.md');
    const mongo = await startMongo();
    try {
      await field.test(['test/e2e/fields'], mongo && { MONGODB_URI: mongo.uri });
    } finally {
      await mongo?.stop();
    }

    using folder = new ScratchFolder();
    const variables = { STORE: 'embedded', DATA_DIR: join(folder.path, 'data') };
    const userId = 'alice';
    const old = await withService(projectRoot, variables, (tasks: NotedTasks) =>
      tasks.upsert({ task: { userId, name: '{ milk' } }),
    );
    await withService(field.copy.path, variables, async (tasks: NotedTasks) => {
      expect(await tasks.all({ userId })).toEqual([old]);
      await expect(tasks.upsert({ task: { userId, note: 'n'.repeat(4_097) } })).rejects.toThrow(
        'task.note must be at most 4096 characters',
      );
      const noted = await tasks.upsert({ task: { id: old.id, userId, note: '2 litres' } });
      expect(noted).toEqual({ ...old, note: '2 litres' });
      expect(await tasks.upsert({ task: { id: old.id, userId, note: '' } })).toEqual(old);
      await tasks.upsert({ task: { userId: 'bob', note: 'new' } });
    });
    // The version before, after a downgrade.
    await withService(projectRoot, variables, async (tasks: NotedTasks) => {
      expect(await tasks.all({ userId })).toEqual([old]);
      await expect(tasks.all({ userId: 'bob' })).rejects.toThrow('503');
    });
  });

  it('docs/add-a-module.md gives a second aggregate, with tests that pass', async () => {
    const module = await followed('docs/add-a-module.md');
    await module.test(['test/domain/tag', 'test/e2e/tags']);
  });
});
