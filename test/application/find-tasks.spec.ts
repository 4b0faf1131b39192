import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { FindTasks, type FindTasksInput } from '../../src/application/find-tasks.js';
import { PageReader, type TaskPage } from '../../src/application/page-tasks.js';
import type { Task } from '../../src/domain/task.js';
import { MemoryTaskRepository } from '../../src/infrastructure/persistence/memory/memory-task.repository.js';
import { aTask, instant, taskId } from '../support/builders.js';

/** Characters with the most expensive search form: marks that have to be sorted. */
const EXPENSIVE_NAME = `a${'\u0301\u0327'.repeat(2_047)}`;

/** A store that counts concurrent reads. */
class CountingRepository extends MemoryTaskRepository {
  running = 0;
  mostRunning = 0;
  read = 0;

  override async pageByUser(...args: Parameters<MemoryTaskRepository['pageByUser']>): Promise<Task[]> {
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    await yieldToEventLoop();
    const tasks = await super.pageByUser(...args);
    this.running--;
    this.read += tasks.length;
    return tasks;
  }
}

let tasks: CountingRepository;
let find: FindTasks;
const caller = { signal: new AbortController().signal };

beforeEach(() => {
  tasks = new CountingRepository();
  find = new FindTasks(tasks, new PageReader(), yieldToEventLoop);
});

function execute(input: Partial<FindTasksInput>): Promise<TaskPage> {
  return find.execute({ userId: 'alice', limit: 10, ...input }, caller);
}

async function namesFound(input: Partial<FindTasksInput>): Promise<string[]> {
  return (await execute(input)).tasks.map(({ name }) => name);
}

/** Adds tasks with these names, oldest first. */
async function added(names: readonly string[], fields: Partial<Task> = {}): Promise<void> {
  for (const [n, name] of names.entries())
    await tasks.add(aTask({ id: taskId(n + 1), createdOn: instant(n), name, ...fields }));
}

describe('FindTasks', () => {
  it('pages like PageTasks without a filter', async () => {
    await added(['a', 'b', 'c']);
    const first = await execute({ limit: 2 });
    expect(first.tasks.map(({ name }) => name)).toEqual(['c', 'b']);
    const last = await execute({ limit: 2, after: first.next, filter: {} });
    expect(last).toEqual({ tasks: [aTask({ name: 'a' })] });
    expect(await namesFound({ filter: { text: '' } })).toEqual(['c', 'b', 'a']);
  });

  it('finds only open or only done tasks, with and without a text', async () => {
    await added(['milk', 'bread', 'oat milk']);
    await tasks.update(taskId(1), 'alice', { done: true });
    expect(await namesFound({ filter: { done: true } })).toEqual(['milk']);
    expect(await namesFound({ filter: { done: false } })).toEqual(['oat milk', 'bread']);
    expect(await namesFound({ filter: { done: false, text: 'milk' } })).toEqual(['oat milk']);
    expect(await namesFound({ filter: { done: true, text: 'bread' } })).toEqual([]);
  });

  it.each([
    ['MILK', 'buy milk'],
    ['milk', 'BUY MILK NOW'],
    ['käse', 'KA\u0308SE'],
    ['\uff2d\uff29\uff2c\uff2b', 'milk'],
    ['milk', '\uff4d\uff49\uff4c\uff4b'],
    ['ffi', 'o\ufb03ce'],
    ['²', 'm2'],
    ['🥛', 'buy 🥛'],
    [' b', 'a b'],
    ['.*', 'a .* b'],
    ['milk buy', 'buy oat milk'],
    ['  mil  oat ', 'oat milk'],
    ['kase', 'Käse'],
    ['käse', 'Kase'],
    ['И', 'й'],
    ['か', 'か'],
  ])('finds %j in %j', async (text, name) => {
    await added(['something else', name]);
    expect(await namesFound({ filter: { text } })).toEqual([name]);
  });

  it.each([
    ['milk bread', 'buy milk'],
    ['か', 'が'],
    ['mlk', 'milk'],
  ])('does not find %j in %j', async (text, name) => {
    await added([name]);
    expect(await namesFound({ filter: { text } })).toEqual([]);
  });

  it('ends a page early at long notes, and goes on after them', async () => {
    for (let n = 1; n <= 300; n++) {
      const task = aTask({ id: taskId(n), createdOn: instant(n), name: 'milk' });
      await tasks.add(task.with({ note: 'n'.repeat(8_192) }));
    }
    const first = await execute({ limit: 1_000, filter: { text: 'milk' } });
    expect(first.tasks).toHaveLength(Math.floor(1_048_576 / 8_196));
    const second = await execute({ limit: 1_000, filter: { text: 'milk' }, after: first.next });
    expect(second.tasks[0]?.id).toBe(taskId(300 - first.tasks.length));
  });

  it('does not find tasks of other users', async () => {
    await added(['milk']);
    expect(await execute({ userId: 'mallory', filter: { text: 'milk' } })).toEqual({ tasks: [] });
  });

  it('compares at most 1,000 tasks a call and continues after them', async () => {
    await added(['milk', ...Array.from({ length: 1_999 }, () => 'bread')]);
    const first = await execute({ filter: { text: 'milk' } });
    expect(first).toEqual({ tasks: [], next: expect.any(String) });
    expect(tasks.read).toBe(1_000);
    const second = await execute({ filter: { text: 'milk' }, after: first.next });
    expect(second.tasks).toHaveLength(1);
    expect((await execute({ filter: { text: 'milk' }, after: second.next })).tasks).toEqual([]);
  });

  it('stops earlier at long names, and continues after them', async () => {
    await added(['milk', ...Array.from({ length: 100 }, () => 'b'.repeat(4_096))]);
    const first = await execute({ filter: { text: 'milk' } });
    expect(first).toEqual({ tasks: [], next: expect.any(String) });
    const second = await execute({ filter: { text: 'milk' }, after: first.next });
    expect(second).toEqual({ tasks: [aTask({ name: 'milk' })] });
  });

  it('finds every match once, page by page, while tasks are added', async () => {
    const names = Array.from({ length: 2_500 }, (_, n) => (n % 7 === 0 ? `milk ${String(n)}` : `bread ${String(n)}`));
    await added(names);
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await execute({ limit: 50, filter: { text: 'milk' }, after });
      expect(page.tasks.length).toBeLessThanOrEqual(50);
      found.push(...page.tasks.map(({ name }) => name));
      await tasks.add(aTask({ id: taskId(10_000 + found.length), createdOn: instant(9_999), name: 'milk, later' }));
      after = page.next;
    } while (after !== undefined);
    expect(found).toEqual(names.filter((name) => name.startsWith('milk')).reverse());
  });

  it('has a next page unless the last match is on the page', async () => {
    await added(['bread', 'milk', 'milk']);
    expect(await execute({ limit: 2, filter: { text: 'milk' } })).not.toHaveProperty('next');
    expect(await execute({ limit: 1, filter: { text: 'milk' } })).toHaveProperty('next');
  });

  it('lets other work run between slices of 250 tasks, or of one long name', async () => {
    await added(Array.from({ length: 500 }, () => 'bread'));
    let yields = 0;
    find = new FindTasks(tasks, new PageReader(), () => {
      yields++;
      return Promise.resolve();
    });
    await execute({ filter: { text: 'milk' } });
    expect(yields).toBe(2);
    await added(
      Array.from({ length: 10 }, () => EXPENSIVE_NAME),
      { userId: 'bob' },
    );
    await execute({ userId: 'bob', filter: { text: 'milk' } });
    expect(yields).toBe(2 + 10);
  });

  it('compares for one search at a time and reads for 16, however many there are', async () => {
    await added(Array.from({ length: 10 }, () => 'b'.repeat(4_096)));
    let comparing = 0;
    let mostComparing = 0;
    find = new FindTasks(tasks, new PageReader(), async () => {
      mostComparing = Math.max(mostComparing, ++comparing);
      await yieldToEventLoop();
      comparing--;
    });
    await Promise.all(Array.from({ length: 40 }, () => execute({ filter: { text: 'milk' } })));
    expect({ mostComparing, mostRunning: tasks.mostRunning }).toEqual({ mostComparing: 1, mostRunning: 16 });
  });

  it('stops when the caller disconnects, and the next search runs', async () => {
    await added(Array.from({ length: 900 }, () => 'bread'));
    const leaving = new AbortController();
    const searching = find.execute(
      { userId: 'alice', limit: 10, filter: { text: 'milk' } },
      { signal: leaving.signal },
    );
    leaving.abort(new Error('gone'));
    await expect(searching).rejects.toThrow('gone');
    expect(tasks.read).toBeLessThanOrEqual(250);
    expect(await namesFound({ filter: { text: 'milk' } })).toEqual([]);
  });

  it.each([
    [{ userId: '' }, 'userId must not be empty'],
    [{ limit: 0 }, 'limit must be 1 to 1000'],
    [{ after: 'x' }, 'after must be the `nextCursor` of an earlier page'],
    [{ filter: { text: 't'.repeat(257) } }, 'filter.text must be at most 256 characters'],
    [{ filter: { text: '\ufdfa'.repeat(15) } }, 'filter.text must be at most 256 characters'],
    [{ filter: { text: '\udc00' } }, 'filter.text must be well-formed Unicode text'],
  ])('rejects %j', async (input, message) => {
    await expect(execute(input)).rejects.toMatchObject({ code: 'INVALID_INPUT', message });
  });
});
