import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SqliteStore } from '@tasks/embedded-store';
import type { Task } from '../../../../src/domain/task.js';
import { EmbeddedTarget } from '../../../../src/infrastructure/persistence/embedded/embedded-archive.js';
import { EmbeddedTaskRepository } from '../../../../src/infrastructure/persistence/embedded/embedded-task.repository.js';
import { openTasks } from '../../../../src/infrastructure/persistence/embedded/open-tasks.js';
import type { TaskOperations } from '../../../../src/infrastructure/persistence/embedded/task-operations.js';
import { createObjectIdGenerator } from '@tasks/service';
import { ScratchFolder } from '@tasks/testing/scratch-folder';
import { aTask, instant } from '../../../support/builders.js';

const nextId = createObjectIdGenerator();

let folder: ScratchFolder;
let store: SqliteStore<TaskOperations>;
let tasks: EmbeddedTaskRepository;
let user: string;

beforeAll(async () => {
  folder = new ScratchFolder();
  store = await openTasks(folder.path, 'service');
  tasks = new EmbeddedTaskRepository(store);
});
afterAll(async () => {
  await store.close();
  folder[Symbol.dispose]();
});
beforeEach(() => {
  user = `user ${nextId()}`;
});

function mine(fields: Partial<Task> = {}): Task {
  return aTask({ id: nextId(), userId: user, ...fields });
}

async function added(count: number, isDone: (n: number) => boolean = () => false): Promise<Task[]> {
  const made = Array.from({ length: count }, (_, n) => mine({ createdOn: instant(n), done: isDone(n) }));
  await Promise.all(made.map((task) => tasks.add(task)));
  return made.reverse();
}

describe('Tasks in the embedded store', () => {
  it('are found by id, only by their own user', async () => {
    const task = mine();
    await tasks.add(task);
    expect(await tasks.find(task.id, user)).toEqual(task);
    expect(await tasks.find(task.id, `${user}2`)).toBeUndefined();
    expect(await tasks.find(nextId(), user)).toBeUndefined();
  });

  it('are created once: a repeat returns the stored one, another user’s id nothing', async () => {
    const task = mine();
    expect(await tasks.create(task)).toEqual(task);
    expect(await tasks.create(mine({ id: task.id, name: 'other' }))).toEqual(task);
    expect(await tasks.create(aTask({ id: task.id, userId: `${user}2` }))).toBeUndefined();
    expect(await tasks.pageByUser(user, 10)).toEqual([task]);
    expect(await tasks.pageByUser(`${user}2`, 10)).toEqual([]);
  });

  it('are created once by concurrent calls', async () => {
    const id = nextId();
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => tasks.create(mine({ id, name: String(n) }))),
    );
    expect(new Set(results.map((task) => task?.name))).toEqual(new Set(['0']));
    expect(await tasks.count(user)).toEqual({ open: 1, done: 0 });
  });

  it('are counted through every kind of change', async () => {
    expect(await tasks.count(user)).toEqual({ open: 0, done: 0 });
    const [first, second] = (await added(10, (n) => n < 3)) as [Task, Task];
    expect(await tasks.count(user)).toEqual({ open: 7, done: 3 });
    await tasks.update(first.id, user, { done: true });
    await tasks.update(first.id, user, { done: true, name: 'again' });
    expect(await tasks.count(user)).toEqual({ open: 6, done: 4 });
    await tasks.update(first.id, user, { done: false });
    await tasks.remove(second.id, user);
    expect(await tasks.count(user)).toEqual({ open: 6, done: 3 });
    await tasks.add(first);
    expect(await tasks.count(user)).toEqual({ open: 6, done: 3 });
    expect(await tasks.count(`${user}2`)).toEqual({ open: 0, done: 0 });
  });

  it('are paged by done, in the order of the whole list', async () => {
    const all = await added(30, (n) => n % 3 === 0);
    for (const done of [true, false]) {
      const wanted = all.filter((task) => task.done === done);
      expect(await tasks.pageByUser(user, 1_000, undefined, done)).toEqual(wanted);
      expect(await tasks.pageByUser(user, 4, undefined, done)).toEqual(wanted.slice(0, 4));
      expect(await tasks.pageByUser(user, 4, wanted[3], done)).toEqual(wanted.slice(4, 8));
    }
    const [newest] = all as [Task];
    const changed = await tasks.update(newest.id, user, { done: !newest.done });
    expect(await tasks.pageByUser(user, 1, undefined, !newest.done)).toEqual([changed]);
    expect(await tasks.pageByUser(user, 1, undefined, newest.done)).not.toContainEqual(changed);
  });

  it('are removed up to a limit, all or only done ones, and no other user’s', async () => {
    await added(600, (n) => n % 2 === 0);
    const other = aTask({ id: nextId(), userId: `${user}2`, done: true });
    await tasks.add(other);
    expect(await tasks.removeAll(user, 100, true)).toBe(100);
    expect(await tasks.count(user)).toEqual({ open: 300, done: 200 });
    expect(await tasks.removeAll(user, 1_000, true)).toBe(200);
    expect(await tasks.removeAll(user, 1_000, true)).toBe(0);
    expect(await tasks.pageByUser(user, 1_000, undefined, true)).toEqual([]);
    expect(await tasks.removeAll(user, 299, false)).toBe(299);
    expect(await tasks.count(user)).toEqual({ open: 1, done: 0 });
    expect(await tasks.removeAll(user, 1_000, false)).toBe(1);
    expect(await tasks.pageByUser(user, 10)).toEqual([]);
    expect(await tasks.pageByUser(`${user}2`, 10)).toEqual([other]);
  });

  it('are listed correctly after each acknowledged change', async () => {
    const listed = async (): Promise<string[]> => (await tasks.pageByUser(user, 250)).map(({ name }) => name);
    const task = mine({ name: 'a' });
    await tasks.add(task);
    expect([await listed(), await listed()]).toEqual([['a'], ['a']]);
    const reading = Promise.all(Array.from({ length: 50 }, listed));
    await tasks.update(task.id, user, { name: 'b' });
    expect(await listed()).toEqual(['b']);
    await reading;
    expect(await listed()).toEqual(['b']);
    await tasks.remove(task.id, user);
    expect(await listed()).toEqual([]);
  });

  it('keep what a command and the service change at the same time', async () => {
    const command = await openTasks(folder.path, 'command');
    try {
      const byCommand = new EmbeddedTaskRepository(command);
      const task = mine();
      await tasks.add(task);
      for (let n = 0; n < 10; n++) {
        const changes = { name: `name ${String(n)}`, done: n % 2 === 0 };
        await Promise.all([
          tasks.update(task.id, user, { name: changes.name }),
          byCommand.update(task.id, user, { done: changes.done }),
        ]);
        expect(await tasks.find(task.id, user)).toMatchObject(changes);
      }
    } finally {
      await command.close();
    }
  });

  it('are merged: missing ones added, others kept or replaced, also across users', async () => {
    const [same, differs, moved, missing] = [mine(), mine(), mine(), mine()];
    for (const task of [same, differs, moved]) await tasks.add(task);
    const merged = [same, differs.with({ done: true }), aTask({ id: moved.id, userId: `${user}2` }), missing];
    const target = await EmbeddedTarget.open(folder.path);
    expect(await target.merge(merged, false)).toEqual({ added: 1, same: 1, replaced: 0, kept: 2 });
    expect(await target.merge(merged, true)).toEqual({ added: 0, same: 2, replaced: 2, kept: 0 });
    expect(await tasks.count(user)).toEqual({ open: 2, done: 1 });
    expect(await tasks.count(`${user}2`)).toEqual({ open: 1, done: 0 });
    expect(await target.countPresent([same, moved, mine()])).toBe(2);
    await target.close();
  });

  it('are listed whole when their texts are long', async () => {
    const long = Array.from({ length: 300 }, (_, n) => mine({ createdOn: instant(n), name: '\0'.repeat(4_096) }));
    await Promise.all(long.map((task) => tasks.add(task)));
    expect(await tasks.pageByUser(user, 1_000)).toEqual(long.reverse());
    expect(await tasks.pageByUser(user, 299, long[0])).toEqual(long.slice(1));
  });
});
