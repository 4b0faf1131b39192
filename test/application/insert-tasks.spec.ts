import { beforeEach, describe, expect, it } from '@jest/globals';
import { InsertTasks, type TaskToInsert } from '../../src/application/insert-tasks.js';
import { TaskError } from '../../src/domain/task.errors.js';
import { MemoryTaskRepository } from '../../src/infrastructure/persistence/memory/memory-task.repository.js';
import { aTask, instant, taskId } from '../support/builders.js';

let tasks: MemoryTaskRepository;
const now = (): Date => instant(100_000);

beforeEach(() => {
  tasks = new MemoryTaskRepository();
});

function insert(...batch: TaskToInsert[]): ReturnType<InsertTasks['execute']> {
  return new InsertTasks(tasks, now).execute({ userId: 'alice', tasks: batch });
}

/** The message of each rejection, and whether each other task is new. */
async function outcomes(...batch: TaskToInsert[]): Promise<(boolean | string)[]> {
  const results = await insert(...batch);
  return results.map((result) => ('rejection' in result ? result.rejection.message : result.created));
}

describe('InsertTasks', () => {
  it('adds tasks with all of their fields, under the ids of the caller', async () => {
    const details = { note: 'n', dueOn: '2026-12-31', starred: true, repeat: 'FREQ=MONTHLY', position: 'a0' };
    const [whole, plain] = await insert({ id: taskId(1).toUpperCase(), name: 'rent', ...details }, { id: taskId(2) });
    const stored = { ...details, starred: true, repeat: 'FREQ=MONTHLY;BYMONTHDAY=-1' } as const;
    expect(whole).toEqual({ task: aTask({ name: 'rent', createdOn: now() }).with(stored), created: true });
    expect(plain).toEqual({ task: aTask({ id: taskId(2), name: '', createdOn: now() }), created: true });
  });

  it('returns what the user has under an id, unchanged, as it does when it is repeated', async () => {
    const batch = [{ id: taskId(1), name: 'first' }, { id: taskId(2) }];
    const first = await insert(...batch);
    expect(await outcomes(...batch)).toEqual([false, false]);
    expect(await insert({ id: taskId(1), name: 'second' })).toEqual([{ ...first[0], created: false }]);
  });

  it('rejects a task alone, whatever the others are', async () => {
    await tasks.add(aTask({ id: taskId(3), userId: 'bob' }));
    expect(
      await outcomes(
        { id: taskId(1) },
        { name: 'no id' },
        { id: taskId(2), name: 'n'.repeat(4_097) },
        { id: taskId(3) },
        { id: taskId(4), repeat: 'FREQ=DAILY' },
        { id: taskId(5), createdOn: 'yesterday' },
        { id: taskId(5), createdOn: '2026-02-30T00:00:00Z' },
        { id: taskId(6) },
        { id: taskId(1) },
      ),
    ).toEqual([
      true,
      'id must be 24 hexadecimal digits',
      'name must be at most 4096 characters',
      'Task id is taken',
      'repeat must have a dueOn: clear both, or set both',
      'createdOn must be a time like 2026-11-23T21:45:00.647Z, from 1900 on',
      'createdOn must be a time like 2026-11-23T21:45:00.647Z, from 1900 on',
      true,
      false,
    ]);
    expect(await tasks.count('alice')).toEqual({ open: 2, done: 0 });
  });

  it('takes times of the caller that are not later than a minute from now', async () => {
    const times = { createdOn: '2020-01-01T00:00:00Z', doneOn: '2021-01-01T00:00:00.5Z' };
    const soon = instant(100_000 + 60_000).toISOString();
    const later = instant(100_000 + 60_001).toISOString();
    const results = await insert(
      { id: taskId(1), done: true, ...times },
      { id: taskId(2), done: false, ...times },
      { id: taskId(3), done: true },
      { id: taskId(4), createdOn: soon },
      { id: taskId(5), createdOn: later },
    );
    const stored = results.map((result) => 'task' in result && [result.task.createdOn, result.task.details.doneOn]);
    expect(stored).toEqual([
      [new Date(times.createdOn), new Date('2021-01-01T00:00:00.500Z')],
      [new Date(times.createdOn), undefined],
      [now(), now()],
      [new Date(soon), undefined],
      [now(), undefined],
    ]);
  });

  it.each([0, 101])('rejects a batch of %d', async (size) => {
    const batch = Array.from({ length: size }, (_, n) => ({ id: taskId(n) }));
    await expect(insert(...batch)).rejects.toMatchObject(TaskError.invalid('tasks', 'must be 1-100'));
  });
});
