import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { ListTasks } from '../../src/application/list-tasks.js';
import type { Task } from '../../src/domain/task.js';
import { MemoryTaskRepository } from '../../src/infrastructure/persistence/memory/memory-task.repository.js';
import { aTask, instant, taskId } from '../support/builders.js';
import { Deferred } from '@tasks/testing/deferred';

const MANY = 5_000;
const NEVER_ABORTED = { signal: new AbortController().signal };

/** Counts reads, and blocks them while `gate` is set. */
class WatchedTaskRepository extends MemoryTaskRepository {
  reads = 0;
  reading = 0;
  mostReading = 0;
  gate: Promise<void> | undefined;

  override async pageByUser(...args: Parameters<MemoryTaskRepository['pageByUser']>): Promise<Task[]> {
    this.reads++;
    const isOfLongList = args[1] > 250;
    this.reading += Number(isOfLongList);
    this.mostReading = Math.max(this.mostReading, this.reading);
    await (this.gate ?? yieldToEventLoop());
    this.reading -= Number(isOfLongList);
    return super.pageByUser(...args);
  }
}

let tasks: WatchedTaskRepository;

beforeEach(() => {
  tasks = new WatchedTaskRepository();
});

function listTasks(maxTasks = MANY): ListTasks {
  return new ListTasks(tasks, maxTasks, yieldToEventLoop);
}

async function addMany(count: number, userId = 'alice'): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => taskId(n + 1));
  for (const [n, id] of ids.entries()) await tasks.add(aTask({ id, userId, createdOn: instant(n >> 1) }));
  return ids.reverse();
}

async function yields(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await yieldToEventLoop();
}

describe('ListTasks', () => {
  it('lists only the tasks of one user, newest first', async () => {
    await tasks.add(aTask({ id: taskId(1), createdOn: instant(1) }));
    await tasks.add(aTask({ id: taskId(2), createdOn: instant(2) }));
    await tasks.add(aTask({ id: taskId(3), userId: 'bob' }));
    const listed = await listTasks().execute({ userId: 'alice' }, NEVER_ABORTED);
    expect(listed.map((task) => task.id)).toEqual([taskId(2), taskId(1)]);
  });

  it('lists nothing for an unknown user and rejects an empty one', async () => {
    expect(await listTasks().execute({ userId: 'nobody' }, NEVER_ABORTED)).toEqual([]);
    await expect(listTasks().execute({ userId: '' }, NEVER_ABORTED)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'userId must not be empty',
    });
  });

  it.each([249, 250, 251, 1_249, 1_250, 1_251, MANY])('lists each of %d tasks once and in order', async (count) => {
    const ids = await addMany(count);
    const listed = await listTasks().execute({ userId: 'alice' }, NEVER_ABORTED);
    expect(listed.map((task) => task.id)).toEqual(ids);
  });

  it('lists up to the maximum, and rejects a longer list before it is read completely', async () => {
    await addMany(3_000);
    await expect(listTasks(3_000).execute({ userId: 'alice' }, NEVER_ABORTED)).resolves.toHaveLength(3_000);
    tasks.reads = 0;
    await expect(listTasks(1_000).execute({ userId: 'alice' }, NEVER_ABORTED)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'userId has more than 1000 tasks: read them page by page',
    });
    expect(tasks.reads).toBe(2);
  });

  it('reads few long lists at a time, in order of their calls', async () => {
    await addMany(1_000);
    const answered: number[] = [];
    const list = listTasks();
    const lists = Array.from({ length: 40 }, async (_, n) => {
      const listed = await list.execute({ userId: 'alice' }, NEVER_ABORTED);
      answered.push(n);
      return listed.length;
    });
    expect(await Promise.all(lists)).toEqual(Array.from({ length: 40 }, () => 1_000));
    expect(answered).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(tasks.mostReading).toBe(4);
  });

  it('lets short lists overtake long ones', async () => {
    await addMany(1_000);
    await addMany(1, 'bob');
    const list = listTasks();
    const gate = new Deferred<void>();
    const long = Array.from({ length: 10 }, () => list.execute({ userId: 'alice' }, NEVER_ABORTED));
    await yields(1);
    tasks.gate = gate.promise;
    await yields(3);
    tasks.gate = undefined;
    expect(await list.execute({ userId: 'bob' }, NEVER_ABORTED)).toHaveLength(1);
    gate.resolve();
    expect((await Promise.all(long)).map((listed) => listed.length)).toEqual(new Array(10).fill(1_000));
  });

  it('stops reading when the caller disconnects, and starts the next', async () => {
    await addMany(MANY);
    const list = listTasks();
    const caller = new AbortController();
    const abandoned = Array.from({ length: 10 }, () => list.execute({ userId: 'alice' }, caller));
    const wanted = list.execute({ userId: 'alice' }, NEVER_ABORTED);
    await yields(1);
    caller.abort(new Error('gone'));
    for (const { status } of await Promise.allSettled(abandoned)) expect(status).toBe('rejected');
    expect(await wanted).toHaveLength(MANY);
    // Each of the eleven read its first part; four were at their second when the callers disconnected; the last one
    // started again.
    expect(tasks.reads).toBeLessThanOrEqual(11 + 4 + 6);
  });

  it('holds no tasks for waiting lists, and reads few first parts at a time', async () => {
    await addMany(1_000);
    const list = listTasks();
    const gate = new Deferred<void>();
    tasks.gate = gate.promise;
    const lists = Array.from({ length: 50 }, () => list.execute({ userId: 'alice' }, NEVER_ABORTED));
    await yields(2);
    expect(tasks.reads).toBe(32);
    tasks.gate = undefined;
    gate.resolve();
    expect((await Promise.all(lists)).map((listed) => listed.length)).toEqual(new Array(50).fill(1_000));
  });

  it('rejects when too many wait, and serves callers with few calls beside a busy one', async () => {
    await addMany(1_000);
    const list = listTasks();
    const [greedy, modest] = [{}, {}];
    const ask = (peer: object, userId: string): Promise<Task[]> => list.execute({ userId }, { ...NEVER_ABORTED, peer });
    const many = Promise.allSettled(Array.from({ length: 1_000 }, () => ask(greedy, 'alice')));
    await yields(3);
    expect(await ask(modest, 'alice')).toHaveLength(1_000);
    expect(await ask(modest, 'nobody')).toEqual([]);
    const busy = (await many).filter(({ status }) => status === 'rejected');
    expect(busy.length).toBeGreaterThan(800);
    for (const { reason } of busy as PromiseRejectedResult[]) expect(reason).toMatchObject({ code: 'BUSY' });
  });

  it('counts a long list instead of reading all of it', async () => {
    await addMany(20_000);
    const list = listTasks(15_000);
    await expect(list.execute({ userId: 'alice' }, NEVER_ABORTED)).rejects.toThrow('more than 15000 tasks');
    expect(tasks.reads).toBeLessThanOrEqual(12);
    await expect(listTasks(20_000).execute({ userId: 'alice' }, NEVER_ABORTED)).resolves.toHaveLength(20_000);
  });

  it('rejects a list as soon as its names are longer than a reply may be', async () => {
    for (let n = 0; n < 2_000; n++) await tasks.add(aTask({ id: taskId(n + 1), name: 'x'.repeat(1_000) }));
    const list = new ListTasks(tasks, MANY, yieldToEventLoop, 1_100_000);
    await expect(list.execute({ userId: 'alice' }, NEVER_ABORTED)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'userId has tasks whose names have more than 1100000 characters: read them page by page',
    });
    expect(tasks.reads).toBe(2);
    await expect(new ListTasks(tasks, MANY, yieldToEventLoop, 2_000_000).execute({ userId: 'alice' }, NEVER_ABORTED)).resolves.toHaveLength(2_000); // prettier-ignore
  });
});
