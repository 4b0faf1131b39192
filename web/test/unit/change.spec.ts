import { describe, expect, it } from '@jest/globals';
import { Overlay, withChange, withReleased, type Change, type QueuedChange } from '../../src/state/change.js';
import type { Task } from '../../src/state/task.js';

const task = (id: string, done = false): Task => ({
  id,
  name: `Task ${id}`,
  done,
  createdOn: '2026-01-01T00:00:00.000Z',
});
const create = (id: string): Change => ({
  kind: 'create',
  id,
  name: `New ${id}`,
  createdOn: '2026-01-02T00:00:00.000Z',
});

function overlay(changes: readonly Change[], tasks: readonly Task[]): { rows: string[]; counts: object } {
  const find = (id: string): Task | undefined => tasks.find((one) => one.id === id);
  const applied = new Overlay(changes, find);
  const rows = [...applied.created(), ...tasks.map((one) => applied.row(one)).filter((row) => row !== undefined)];
  const done = tasks.filter((one) => one.done).length;
  return {
    rows: rows.map((row) => `${row.name}${row.done ? ' ✓' : ''}${row.unsaved ? ' *' : ''}`),
    counts: applied.counts({ open: tasks.length - done, done }, find),
  };
}

describe('Overlay', () => {
  it('shows new tasks on top, the newest first', () => {
    expect(overlay([create('b'), create('c')], [task('a')])).toEqual({
      rows: ['New c *', 'New b *', 'Task a'],
      counts: { open: 3, done: 0 },
    });
  });

  it('applies changes in their order', () => {
    const changes: Change[] = [
      { kind: 'patch', id: 'a', changes: { done: true } },
      { kind: 'patch', id: 'a', changes: { name: 'Renamed' } },
      { kind: 'remove', id: 'b' },
    ];
    expect(overlay(changes, [task('a'), task('b')])).toEqual({ rows: ['Renamed ✓ *'], counts: { open: 0, done: 1 } });
  });

  it('clears what was done by then, and not what is done later', () => {
    const changes: Change[] = [
      { kind: 'patch', id: 'a', changes: { done: true } },
      { kind: 'clear-done' },
      { kind: 'patch', id: 'c', changes: { done: true } },
    ];
    const { rows, counts } = overlay(changes, [task('a'), task('b', true), task('c')]);
    expect(rows).toEqual(['Task c ✓ *']);
    expect(counts).toEqual({ open: 0, done: 1 });
  });

  it('shows a confirmed task once while later changes to it wait', () => {
    const changes: Change[] = [create('a'), { kind: 'patch', id: 'a', changes: { done: true } }];
    expect(overlay(changes, [task('a')]).rows).toEqual(['Task a ✓ *']);
  });
});

describe('withChange', () => {
  let sequence = 0;
  const queued = (change: Change, state: QueuedChange['state'] = 'waiting'): QueuedChange => ({
    ...change,
    sequence: ++sequence,
    state,
  });
  const patch = (id: string, changes: { name?: string; done?: boolean }): Change => ({ kind: 'patch', id, changes });
  const kinds = (queue: readonly QueuedChange[]): string[] => queue.map(({ kind }) => kind);

  it('drops everything about a row whose creation was never sent', () => {
    const queue = [queued(create('a')), queued(patch('a', { done: true })), queued(create('b'))];
    const rest = withChange(queue, queued({ kind: 'remove', id: 'a' }));
    expect(rest).toEqual([queue[2]]);
  });

  it.each(['sending', 'retrying'] as const)('keeps the creation in state %s, and the removal after it', (state) => {
    const queue = [queued(create('a'), state)];
    expect(kinds(withChange(queue, queued({ kind: 'remove', id: 'a' })))).toEqual(['create', 'remove']);
  });

  it('makes a rename part of a creation that was never sent, and of no other', () => {
    const [merged] = withChange([queued(create('a'))], queued(patch('a', { name: 'Better' })));
    expect(merged).toMatchObject({ kind: 'create', name: 'Better' });
    expect(kinds(withChange([queued(create('a'), 'retrying')], queued(patch('a', { name: 'Better' }))))).toEqual([
      'create',
      'patch',
    ]);
  });

  it('merges changes to one row', () => {
    const queue = withChange([queued(patch('a', { done: true }))], queued(patch('a', { name: 'Better' })));
    expect(queue).toMatchObject([{ changes: { done: true, name: 'Better' } }]);
  });

  it('does not merge into a change that is on its way', () => {
    expect(
      withChange([queued(patch('a', { done: true }), 'sending')], queued(patch('a', { done: false }))),
    ).toHaveLength(2);
  });

  it('sends a held "clear done" before anything else is done, which it would clear', () => {
    const queue = withChange([queued({ kind: 'clear-done' }, 'held')], queued(patch('a', { done: true })));
    expect(queue.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
  });

  it('keeps a held "clear done" held for changes that it cannot touch', () => {
    const queue = withChange([queued({ kind: 'clear-done' }, 'held')], queued(patch('a', { name: 'x' })));
    expect(queue.map(({ state }) => state)).toEqual(['held', 'waiting']);
  });

  it('drops creation and removal when the removal is released before either is sent', () => {
    const removal = queued({ kind: 'remove', id: 'a' }, 'held');
    const queue = withChange([queued(create('a'))], removal);
    expect(kinds(queue)).toEqual(['create', 'remove']);
    expect(withReleased(queue, removal.sequence)).toEqual([]);
  });
});
