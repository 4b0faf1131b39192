import { beforeEach, describe, expect, it } from '@jest/globals';
import { PageReader, PageTasks } from '../../src/application/page-tasks.js';
import { MemoryTaskRepository } from '../../src/infrastructure/persistence/memory/memory-task.repository.js';
import { aTask, instant, taskId } from '../support/builders.js';

let tasks: MemoryTaskRepository;
let page: PageTasks;
const caller = { signal: new AbortController().signal };

beforeEach(async () => {
  tasks = new MemoryTaskRepository();
  page = new PageTasks(tasks, new PageReader());
  for (let n = 1; n <= 5; n++) await tasks.add(aTask({ id: taskId(n), createdOn: instant(Math.floor(n / 2)) }));
});

async function idsOf(limit: number, after?: string): Promise<{ ids: number[]; next: string | undefined }> {
  const { tasks, next } = await page.execute({ userId: 'alice', limit, after }, caller);
  return { ids: tasks.map((task) => parseInt(task.id, 16)), next };
}

describe('PageTasks', () => {
  it('returns all tasks in the order of the list, and marks the end', async () => {
    const first = await idsOf(2);
    const second = await idsOf(2, first.next);
    const third = await idsOf(2, second.next);
    expect([first.ids, second.ids, third.ids]).toEqual([[5, 4], [3, 2], [1]]);
    expect(third.next).toBeUndefined();
  });

  it('returns no cursor when the last page is full', async () => {
    expect(await idsOf(5)).toEqual({ ids: [5, 4, 3, 2, 1], next: undefined });
  });

  it('neither repeats nor hides a task when tasks are added or removed between pages', async () => {
    const first = await idsOf(2);
    await tasks.add(aTask({ id: taskId(9), createdOn: instant(100) }));
    await tasks.remove(taskId(4), 'alice');
    expect((await idsOf(3, first.next)).ids).toEqual([3, 2, 1]);
  });

  it('starts with the newest task for an empty cursor, as generated Go clients send', async () => {
    expect((await idsOf(2, '')).ids).toEqual([5, 4]);
  });

  it("shows only the caller's tasks, even with the cursor of another user", async () => {
    await tasks.add(aTask({ id: taskId(8), userId: 'bob', createdOn: instant(0) }));
    const { next } = await idsOf(2);
    const { tasks: seen } = await page.execute({ userId: 'bob', limit: 2, after: next }, caller);
    expect(seen.map((task) => task.userId)).toEqual(['bob']);
  });

  it('accepts times before 1970', async () => {
    await tasks.add(aTask({ id: taskId(10), userId: 'carol', createdOn: new Date(-5) }));
    await tasks.add(aTask({ id: taskId(11), userId: 'carol', createdOn: new Date(-6) }));
    const { next } = await page.execute({ userId: 'carol', limit: 1 }, caller);
    const { tasks: rest } = await page.execute({ userId: 'carol', limit: 1, after: next }, caller);
    expect(rest.map((task) => task.id)).toEqual([taskId(11)]);
  });

  it.each(['x', '.', `zzzzzzzzzzz.${taskId(1)}`, `1.${taskId(1)} `, `1.${taskId(1).slice(1)}`, `1e3!.${taskId(1)}`])(
    'rejects the cursor %j',
    async (after) => {
      await expect(page.execute({ userId: 'alice', limit: 1, after }, caller)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: 'after must be the `nextCursor` of an earlier page',
      });
    },
  );

  it.each([0, -1, 1_001, 1.5, NaN])('rejects a limit of %d', async (limit) => {
    await expect(page.execute({ userId: 'alice', limit }, caller)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'limit must be 1 to 1000',
    });
  });
});

describe('A page with long texts', () => {
  const NOTE = 'n'.repeat(8_192);
  const TEXTS = 1_048_576 / (8_192 + 'buy milk'.length);

  beforeEach(async () => {
    for (let n = 10; n < 400; n++)
      await tasks.add(aTask({ id: taskId(n), createdOn: instant(n) }).with({ note: NOTE }));
  });

  it('ends early, and the next one goes on', async () => {
    const ids: number[] = [];
    let next: string | undefined;
    do {
      const page = await idsOf(1_000, next);
      expect(page.ids.length).toBeLessThanOrEqual(Math.floor(TEXTS) + 5);
      ids.push(...page.ids);
      next = page.next;
    } while (next !== undefined);
    expect(ids).toEqual([...Array.from({ length: 390 }, (_, n) => 399 - n), 5, 4, 3, 2, 1]);
  });

  it('reads little more than it returns', async () => {
    let read = 0;
    const pageByUser = tasks.pageByUser.bind(tasks);
    tasks.pageByUser = async (...args) => {
      const found = await pageByUser(...args);
      read += found.length;
      return found;
    };
    const { ids } = await idsOf(1_000);
    expect(ids).toHaveLength(Math.floor(TEXTS));
    expect(read).toBeLessThan(ids.length + 20);
  });
});

describe('Pages of more than 100 tasks', () => {
  const [LONG, SHORT] = [101, 100];
  let reading: (() => void)[];

  beforeEach(() => {
    reading = [];
    tasks.pageByUser = () =>
      new Promise((resolve) => {
        reading.push(() => {
          resolve([]);
        });
      });
  });

  const read = (limit: number, signal = caller.signal): Promise<unknown> =>
    page.execute({ userId: 'alice', limit }, { signal });

  it('are read two at a time, shorter ones beside them', async () => {
    const long = [read(LONG), read(LONG), read(LONG)];
    expect(reading).toHaveLength(2);
    const short = read(SHORT);
    expect(reading).toHaveLength(3);
    for (const end of reading) end();
    await Promise.all([...long.slice(0, 2), short]);
    expect(reading).toHaveLength(4);
    reading[3]?.();
    await long[2];
  });

  it('are not read once their caller has disconnected', async () => {
    const disconnected = new AbortController();
    const before = [read(LONG), read(LONG)];
    const waiting = read(LONG, disconnected.signal);
    disconnected.abort(new Error('disconnected'));
    for (const end of reading) end();
    await expect(waiting).rejects.toThrow('disconnected');
    await Promise.all(before);
    expect(reading).toHaveLength(2);
  });
});
