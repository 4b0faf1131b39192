import { expect } from '@jest/globals';
import type { Task, TasksClient } from '@tasks/idl';
import { createObjectIdGenerator } from '@tasks/service';

const nextId = createObjectIdGenerator();

export const DUE_ON = '2026-12-01';
/** The caller's wall clock in the tests, and the date of a successor. */
export const NOW = '2026-12-03T10:00';
export const NEXT_DUE_ON = '2026-12-04';

/** Adds tasks that repeat each day. Their names differ. */
export async function addSeries(tasks: TasksClient, userId: string, count = 1): Promise<Task[]> {
  const ofSeries = Array.from({ length: count }, (_, n) => ({
    id: nextId(),
    name: `series ${String(n)}`,
    note: 'note',
    dueOn: DUE_ON,
    repeat: 'FREQ=DAILY',
    starred: true,
    position: 'aa',
  }));
  const added: Task[] = [];
  for (let at = 0; at < count; at += 100) {
    const results = await tasks.insertAll({ userId, tasks: ofSeries.slice(at, at + 100) });
    added.push(...results.flatMap(({ task }) => task ?? []));
  }
  expect(added).toHaveLength(count);
  return added;
}

/** The user's tasks by name, oldest first. */
export async function byName(tasks: TasksClient, userId: string): Promise<Map<string, Task[]>> {
  const found = new Map<string, Task[]>();
  for (let after: string | undefined; ;) {
    const page = await tasks.page({ userId, limit: 1_000, after });
    for (const task of page.tasks ?? []) found.set(task.name ?? '', [task, ...(found.get(task.name ?? '') ?? [])]);
    after = page.nextCursor;
    if (after === undefined) return found;
  }
}

/** Expects that each of these tasks is done and has one successor, which is open, and returns the successors. */
export async function expectOneSuccessorEach(
  tasks: TasksClient,
  userId: string,
  ofSeries: readonly Task[],
): Promise<Task[]> {
  const found = await byName(tasks, userId);
  expect([...found.keys()].sort()).toEqual(ofSeries.map(({ name = '' }) => name).sort());
  return ofSeries.map(({ id, name = '', createdOn }) => {
    const [first, successor, ...more] = (found.get(name) ?? []).sort((one) => (one.id === id ? -1 : 1));
    expect(more).toEqual([]);
    expect(first).toMatchObject({ id, done: true, dueOn: DUE_ON, createdOn, doneOn: expect.any(String) });
    expect(successor).toMatchObject({ ...ofKept(first), done: false, dueOn: NEXT_DUE_ON });
    expect(successor).not.toHaveProperty('doneOn');
    return successor as Task;
  });
}

/** Adds and completes a task of a series. */
export async function completeOne(tasks: TasksClient, userId: string): Promise<Task> {
  const [{ id: taskId } = {}] = await addSeries(tasks, userId);
  const { task = {}, successor } = await tasks.edit({ taskId, userId, edit: { done: true, now: NOW } });
  expect(successor).toMatchObject({ dueOn: NEXT_DUE_ON });
  return task;
}

/** Expects that the store still knows the successor that the task made: an undo takes it back. */
export async function expectUndone(tasks: TasksClient, userId: string, { id: taskId }: Task): Promise<void> {
  expect((await tasks.page({ userId, limit: 9 })).tasks).toHaveLength(2);
  const undone = await tasks.edit({ taskId, userId, edit: { done: false } });
  expect(undone.successor).toBeUndefined();
  expect((await tasks.page({ userId, limit: 9 })).tasks).toEqual([undone.task]);
}

/** What a successor takes over. */
function ofKept({ name, note, starred, repeat, position, userId }: Task = {}): Task {
  return { name, note, starred, repeat, position, userId };
}
