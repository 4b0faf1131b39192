import { describe, expect, it } from '@jest/globals';
import { earliestDay, nextInSeries, successorKey, successorOf } from '../../src/domain/series.js';
import { parseWallClock, formatWallClock } from '../../src/domain/wall-clock.js';
import { aTask, instant, taskId } from '../support/builders.js';

const NOW = parseWallClock('2026-12-01T10:00', 'now');
const MONTHLY = { dueOn: '2026-12-01T09:30', repeat: 'FREQ=MONTHLY;BYMONTHDAY=1;COUNT=3' };

describe('The next of a series', () => {
  it('has the time of day, and the occurrences that are left', () => {
    expect(nextInSeries(aTask().with(MONTHLY), NOW)).toEqual({
      dueOn: '2027-01-01T09:30',
      repeat: 'FREQ=MONTHLY;BYMONTHDAY=1;COUNT=2',
    });
  });

  it.each([
    {},
    { dueOn: '2026-12-01' },
    { repeat: 'FREQ=DAILY' },
    { ...MONTHLY, dueOn: 'x' },
    { ...MONTHLY, repeat: '?' },
  ])('does not exist for %j', (details) => {
    expect(nextInSeries(aTask().with(details), NOW)).toBeUndefined();
  });
});

describe('A successor', () => {
  it('has what the task has, but for its state and times', () => {
    const details = { ...MONTHLY, note: 'n', starred: true, position: 'a' } as const;
    const done = { doneOn: instant(1), changedOn: instant(1), successor: { id: taskId(3), revision: 'r' } };
    const task = aTask({ done: true }).with({ ...details, ...done });
    const next = { dueOn: '2027-01-01T09:30', repeat: 'FREQ=MONTHLY' };
    expect(successorOf(task, next, taskId(2), instant(7))).toEqual(
      aTask({ id: taskId(2), createdOn: instant(7) }).with({ ...details, ...next }),
    );
  });

  it('has the same key for all who tick a task, and another one for any other date, task, owner or attempt', () => {
    const task = aTask().with(MONTHLY);
    const keys = [
      successorKey(task, 0),
      successorKey(task, 1),
      successorKey(task.with({ dueOn: '2026-12-02' }), 0),
      successorKey(task.ownedBy('bob'), 0),
      successorKey(aTask({ id: taskId(2) }).with(MONTHLY), 0),
    ];
    expect(new Set(keys).size).toBe(5);
    expect(successorKey(task.with({ name: 'other', done: true }), 0)).toBe(keys[0]);
  });
});

describe('The earliest day on earth', () => {
  it.each([
    ['2026-12-01T11:59:59.999Z', '2026-11-30'],
    ['2026-12-01T12:00:00.000Z', '2026-12-01'],
    ['1969-12-31T23:00:00.000Z', '1969-12-31'],
  ])('at %s is %s', (time, day) => {
    expect(formatWallClock(earliestDay(new Date(time)))).toBe(day);
  });
});
