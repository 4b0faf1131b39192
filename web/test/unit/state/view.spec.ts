import { describe, expect, it } from '@jest/globals';
import type { Task } from '../../../src/state/task.js';
import { comparatorOf, matcherOf, type Selection } from '../../../src/state/view.js';

const task = (name: string, fields: Partial<Task> = {}): Task => ({
  id: '1'.padStart(24, '0'),
  name,
  done: false,
  list: 'l',
  createdOn: '2026-01-01T00:00:00.000Z',
  ...fields,
});
const TODAY: Selection = { view: { kind: 'today' }, text: '', sorting: 'manual', tomorrow: '2026-12-02' };

describe('A search', () => {
  it.each([
    ['Überweisung', 'uberweisung', true],
    ['STRASSE', 'strasse', true],
    ['ﬁle the report', 'FILE', true],
    ['Buy milk and bread', 'bread milk', true],
    ['Buy milk', 'milk bread', false],
    ['Buy milk', 'bread', false],
  ])('in %s for %s finds it: %s', (name, text, expected) => {
    expect(matcherOf({ ...TODAY, text })(task(name))).toBe(expected);
  });
});

describe('A view', () => {
  it.each([
    ['today', { dueOn: '2026-12-01' }, true],
    ['today', { dueOn: '2026-12-01T23:59' }, true],
    ['today', { dueOn: '2026-12-02' }, false],
    ['today', {}, false],
    ['upcoming', { dueOn: '2026-12-02' }, true],
    ['upcoming', { dueOn: '2026-12-01T23:59' }, false],
    ['starred', { starred: true }, true],
    ['starred', { starred: false }, false],
    ['all', {}, true],
  ] as const)('%s with %j: %s', (kind, fields, expected) => {
    expect(matcherOf({ ...TODAY, view: { kind } })(task('A', fields))).toBe(expected);
  });

  it('orders by date where it is about dates, and what has none last', () => {
    const rows = [task('None'), task('Later', { dueOn: '2026-12-03' }), task('Soon', { dueOn: '2026-12-01T09:00' })];
    const order = (selection: Selection): string[] => rows.toSorted(comparatorOf(selection)).map(({ name }) => name);
    expect(order(TODAY)).toEqual(['Soon', 'Later', 'None']);
    expect(order({ ...TODAY, view: { kind: 'list', list: 'l' }, sorting: 'due' })).toEqual(['Soon', 'Later', 'None']);
  });
});
