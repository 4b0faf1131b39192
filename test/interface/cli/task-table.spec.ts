import { describe, expect, it } from '@jest/globals';
import type { Task } from '@tasks/idl';
import stringWidth from 'string-width';
import { taskDetails, taskTable } from '../../../src/interface/cli/task-table.js';
import { taskId } from '../../support/builders.js';

const COLUMNS = 80;

function task(name: string, n = 0): Task {
  return { id: taskId(n), userId: 'alice', name, createdOn: '2026-11-23T21:45:00.647Z', done: n % 2 === 0 };
}

/** The names in a table, joined from their lines. */
function namesIn(table: string): string[] {
  const names: string[] = [];
  for (const line of table.split('\n').slice(1)) {
    const text = line.slice(53);
    if (line.startsWith(' ')) names.push(`${names.pop() ?? ''}${text}`);
    else names.push(text);
  }
  return names;
}

describe('A table of tasks', () => {
  it('has a header and one line per task', () => {
    const tasks = Array.from({ length: 200 }, (_, n) => task(`task ${String(n)}`, n));
    const lines = taskTable(tasks, COLUMNS).split('\n');
    expect(lines[0]).toBe('ID                        CREATED (UTC)        DONE  NAME');
    expect(lines[1]).toBe(`${taskId(0)}  2026-11-23 21:45:00  yes   task 0`);
    expect(lines).toHaveLength(201);
  });

  it.each([
    ['wide characters', '日本語のとても長いタスク名'.repeat(3)],
    ['emoji of several characters', '👩‍👩‍👧'.repeat(30)],
    ['a long word', 'x'.repeat(100)],
    ['combining characters', 'x\u0301'.repeat(60)],
  ])('wraps %s within the terminal, without loss', (_what, name) => {
    const table = taskTable([task(name), task('next', 1)], COLUMNS);
    expect(table.split('\n').filter((line) => stringWidth(line) > COLUMNS)).toEqual([]);
    expect(namesIn(table)).toEqual([name, 'next']);
  });

  it('has a column for the date where a task has one', () => {
    const lines = taskTable([{ ...task('rent'), dueOn: '2026-12-01T09:30' }, task('milk', 1)], COLUMNS).split('\n');
    expect(lines.map((line) => line.slice(47))).toEqual([
      'DONE  DUE               NAME',
      'yes   2026-12-01 09:30  rent',
      'no                      milk',
    ]);
  });

  it('fits a narrow terminal as far as possible', () => {
    expect(namesIn(taskTable([task('a name of some length')], 40)).join()).toBe('a name ofsome length');
  });

  it('takes constant time per row', () => {
    const timeOf = (count: number): number => {
      const list = Array.from({ length: count }, (_, n) => task(n % 10 === 0 ? 'a long name '.repeat(10) : 'short', n));
      const before = process.cpuUsage();
      taskTable(list, COLUMNS);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / count;
    };
    // The minimum of several runs, alternating: without compiler and garbage collector. Quadratic time would make it 40
    // times as long per row.
    const runs = Array.from({ length: 6 }, () => ({ few: timeOf(500), many: timeOf(20_000) }));
    const leastOf = (count: 'few' | 'many'): number => Math.min(...runs.map((run) => run[count]));
    expect(leastOf('many') / leastOf('few')).toBeLessThan(12);
  });
});

describe('One task', () => {
  it('has a line for each field, and a name that wraps beside its label', () => {
    expect(taskDetails(task('日本語 '.repeat(6).trimEnd()), 33).split('\n')).toEqual([
      `id       ${taskId(0)}`,
      'created  2026-11-23 21:45:00 UTC',
      'done     yes',
      'name     日本語 日本語 日本語',
      '         日本語 日本語 日本語',
    ]);
  });

  it('has a line for each later field that is set, and one for each of a note', () => {
    const later = { dueOn: '2026-12-01', repeat: 'FREQ=DAILY', starred: true, note: '- [ ] bank\n- [x] post' };
    const times = { doneOn: '2026-12-01T10:00:00.000Z', changedOn: '2026-12-01T10:00:00.000Z' };
    expect(taskDetails({ ...task('rent'), ...later, ...times }, COLUMNS).split('\n')).toEqual([
      `id       ${taskId(0)}`,
      'created  2026-11-23 21:45:00 UTC',
      'changed  2026-12-01 10:00:00 UTC',
      'done     yes, 2026-12-01 10:00:00 UTC',
      'due      2026-12-01',
      'repeat   FREQ=DAILY',
      'star     yes',
      'name     rent',
      'note     - [ ] bank',
      '         - [x] post',
    ]);
  });
});
