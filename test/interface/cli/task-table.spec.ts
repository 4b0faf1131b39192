import { describe, expect, it } from '@jest/globals';
import { taskTable } from '../../../src/interface/cli/task-table.js';
import type { Task } from '@tasks/idl';
import { taskId } from '../../support/builders.js';

const COLUMNS = 80;

function tasks(count: number): Task[] {
  return Array.from({ length: count }, (_, n) => ({
    id: taskId(n),
    userId: 'alice',
    name: n % 10 === 0 ? 'a long name '.repeat(10) : `task ${String(n)}`,
    createdOn: '2026-11-23T21:45:00.647Z',
    done: n % 2 === 0,
  }));
}

function linesOf(count: number): string[] {
  return taskTable(tasks(count), COLUMNS).split('\n');
}

describe('A table of tasks', () => {
  it.each([1, 99, 100, 101, 200, 250])(
    'of %s rows has one head, one frame, and a line between any two rows',
    (count) => {
      const lines = linesOf(count);
      expect(lines.filter((line) => line.length !== COLUMNS)).toEqual([]);
      const firstCharacters = lines.map(([first]) => first);
      expect(firstCharacters[0]).toBe('┌');
      expect(firstCharacters.at(-1)).toBe('└');
      expect(firstCharacters.filter((character) => character === '├')).toHaveLength(count);
      expect(firstCharacters.slice(1, -1).filter((character) => !'├│'.includes(character ?? ''))).toEqual([]);
      expect(lines.filter((line) => line.includes('created (UTC)'))).toHaveLength(1);
      expect(lines.filter((line) => line.startsWith('├')).map((line) => line.replaceAll(/[─┼]/g, ''))).toEqual(
        Array.from({ length: count }, () => '├┤'),
      );
      const ids = lines.flatMap((line) => /^│ ([0-9a-f]{24}) │/.exec(line)?.[1] ?? []);
      expect(ids).toEqual(tasks(count).map(({ id }) => id));
    },
  );

  it('takes no longer per row when it is long', () => {
    const timeOf = (count: number): number => {
      const list = tasks(count);
      const { user } = process.cpuUsage();
      taskTable(list, COLUMNS);
      return (process.cpuUsage().user - user) / count;
    };
    timeOf(1_000);
    expect(timeOf(10_000) / timeOf(1_000)).toBeLessThan(3);
  }, 60_000);
});
