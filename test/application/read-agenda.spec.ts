import { beforeEach, describe, expect, it } from '@jest/globals';
import { AgendaView } from '@tasks/idl';
import { CountTotals } from '../../src/application/count-totals.js';
import { PageReader } from '../../src/application/page-tasks.js';
import { ReadAgenda, type AgendaFilter } from '../../src/application/read-agenda.js';
import type { TaskDetails } from '../../src/domain/task-details.js';
import { MemoryTaskRepository } from '../../src/infrastructure/persistence/memory/memory-task.repository.js';
import { aTask, instant, taskId } from '../support/builders.js';

const USERS = ['alice', 'bob'];
const DUE: AgendaFilter = { view: AgendaView.DUE };
const STARRED: AgendaFilter = { view: AgendaView.STARRED };
const caller = { signal: new AbortController().signal };

let tasks: MemoryTaskRepository;
let count: number;

beforeEach(() => {
  tasks = new MemoryTaskRepository();
  count = 0;
});

async function added(userId: string, details: TaskDetails, done = false): Promise<void> {
  count++;
  await tasks.add(
    aTask({ id: taskId(count), userId, name: String(count), done, createdOn: instant(count) }).with(details),
  );
}

async function pages(filter: AgendaFilter, limit: number, userIds = USERS): Promise<string[][]> {
  const read: string[][] = [];
  let after: string | undefined;
  do {
    const page = await new ReadAgenda(tasks, new PageReader()).execute({ userIds, filter, limit, after }, caller);
    read.push(page.tasks.map(({ name }) => name));
    after = page.next;
  } while (after !== undefined);
  return read;
}

describe('ReadAgenda', () => {
  beforeEach(async () => {
    await added('alice', { dueOn: '2026-12-02' });
    await added('bob', { dueOn: '2026-12-01T09:30', starred: true });
    await added('bob', { dueOn: '2026-12-01' });
    await added('alice', { dueOn: '2026-12-01' });
    await added('alice', { dueOn: '2026-12-01' }, true);
    await added('carol', { dueOn: '2026-12-01', starred: true });
    await added('alice', { starred: true });
    await added('alice', {});
  });

  it('lists open tasks of these users by date, then id, in pages', async () => {
    expect(await pages(DUE, 10)).toEqual([['3', '4', '2', '1']]);
    expect(await pages(DUE, 2)).toEqual([
      ['3', '4'],
      ['2', '1'],
    ]);
    expect(await pages(DUE, 1)).toEqual([['3'], ['4'], ['2'], ['1']]);
  });

  it('lists open tasks with a star, oldest first', async () => {
    expect(await pages(STARRED, 1)).toEqual([['2'], ['7']]);
    expect(await pages(STARRED, 5, ['carol', 'alice', 'alice'])).toEqual([['6', '7']]);
  });

  it.each<[AgendaFilter, string[]]>([
    [{ ...DUE, dueBefore: '2026-12-02' }, ['3', '4', '2']],
    [{ ...DUE, dueFrom: '2026-12-02' }, ['1']],
    [{ ...DUE, dueFrom: '2026-12-01T09:30', dueBefore: '2026-12-02T00:00' }, ['2', '1']],
    [{ ...DUE, dueFrom: '2026-12-01', dueBefore: '2026-12-01T09:30' }, ['3', '4']],
    [{ ...DUE, dueFrom: '2026-12-03' }, []],
  ])('lists what is due within %j', async (filter, names) => {
    expect(await pages(filter, 2)).toEqual(names.length > 2 ? [names.slice(0, 2), names.slice(2)] : [names]);
  });

  it('goes on after a long text that another writer stored as a date', async () => {
    for (const dueOn of ['x'.repeat(300), 'y\n.'.repeat(300)]) await added('bob', { dueOn });
    const found = await pages(DUE, 1);
    expect(found).toHaveLength(6);
  });

  it('ends a page early at long notes', async () => {
    for (let n = 0; n < 300; n++) await added('bob', { dueOn: '2027-01-01', note: 'n'.repeat(8_192) });
    const [first, ...more] = await pages(DUE, 1_000);
    expect(first?.length).toBeLessThan(140);
    expect([...(first ?? []), ...more.flat()]).toHaveLength(304);
  });

  it.each<[object, string]>([
    [{ userIds: [] }, 'userIds must be 1-200'],
    [{ userIds: Array.from({ length: 201 }, () => 'u') }, 'userIds must be 1-200'],
    [{ userIds: ['alice', ''] }, 'userIds must not be empty'],
    [{ limit: 1_001 }, 'limit must be 1 to 1000'],
    [{ after: 'x' }, 'after must be the `nextCursor` of an earlier page'],
    [{ filter: STARRED, after: `2026-12-01.${taskId(1)}` }, 'after must be the `nextCursor` of an earlier page'],
    [{ filter: { ...DUE, dueFrom: '2026-13-01' } }, 'filter.dueFrom must be a date and time of the years 1900-2999'],
    [
      { filter: { ...STARRED, dueFrom: '2026-12-01' } },
      'filter must have dueFrom and dueBefore only with the view DUE',
    ],
  ])('rejects %j', async (input, message) => {
    const reading = new ReadAgenda(tasks, new PageReader()).execute(
      { userIds: USERS, filter: DUE, limit: 10, ...input },
      caller,
    );
    await expect(reading).rejects.toMatchObject({ code: 'INVALID_INPUT', message });
  });
});

describe('CountTotals', () => {
  it('counts open, done, overdue tasks and those due today, of each user', async () => {
    for (const dueOn of ['2026-11-30', '2026-12-01', '2026-12-01T23:59', '2026-12-02']) await added('alice', { dueOn });
    await added('alice', { dueOn: '2026-11-30T12:00' });
    await added('alice', { dueOn: '2026-11-30' }, true);
    await added('alice', {});
    const totals = await new CountTotals(tasks).execute({ userIds: ['alice', 'bob', 'alice'], today: '2026-12-01' });
    expect([...totals]).toEqual([
      ['alice', { open: 6, done: 1, overdue: 2, dueToday: 2 }],
      ['bob', { open: 0, done: 0, overdue: 0, dueToday: 0 }],
    ]);
  });

  it.each(['2026-12-01T10:00', 'today', ''])('rejects %j as a day', async (today) => {
    const counting = new CountTotals(tasks).execute({ userIds: ['alice'], today });
    await expect(counting).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
