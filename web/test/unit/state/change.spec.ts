import { describe, expect, it } from '@jest/globals';
import { Overlay, withAdded, withReleased, type Change, type QueuedChange } from '../../../src/state/change.js';
import type { Task, TaskChanges } from '../../../src/state/task.js';

const task = (id: string, done = false): Task => ({
  id,
  name: `Task ${id}`,
  done,
  createdOn: '2026-01-01T00:00:00.000Z',
  list: 'l',
});
const create = (id: string): Change => ({
  kind: 'create',
  list: 'l',
  id,
  name: `New ${id}`,
  createdOn: '2026-01-02T00:00:00.000Z',
});

function overlay(changes: readonly Change[], tasks: readonly Task[]): { rows: string[]; counts: object } {
  const find = (id: string): Task | undefined => tasks.find((one) => one.id === id);
  const applied = new Overlay(changes, find);
  const isNew = ([id]: [string, unknown]): boolean => find(id) === undefined;
  const created = [...applied.touched].filter(isNew).map(([, row]) => row);
  const rows = [...created, ...tasks.map((one) => applied.row(one))].filter((row) => row !== undefined);
  const done = tasks.filter((one) => one.done).length;
  return {
    rows: rows.map((row) => `${row.name}${row.done ? ' ✓' : ''}${row.unsaved ? ' *' : ''}`),
    counts: applied.counts({ open: tasks.length - done, done }, 'l'),
  };
}

describe('Overlay', () => {
  it('adds new tasks', () => {
    expect(overlay([create('b'), create('c')], [task('a')])).toEqual({
      rows: ['New b *', 'New c *', 'Task a'],
      counts: { open: 3, done: 0 },
    });
  });

  it('applies changes in their order', () => {
    const changes: Change[] = [
      { kind: 'edit', list: 'l', id: 'a', changes: { done: true } },
      { kind: 'edit', list: 'l', id: 'a', changes: { name: 'Renamed' } },
      { kind: 'remove', list: 'l', id: 'b' },
    ];
    expect(overlay(changes, [task('a'), task('b')])).toEqual({ rows: ['Renamed ✓ *'], counts: { open: 0, done: 1 } });
  });

  it('clears what was done by then, and not what is done later', () => {
    const changes: Change[] = [
      { kind: 'edit', list: 'l', id: 'a', changes: { done: true } },
      { kind: 'clear-done', list: 'l' },
      { kind: 'edit', list: 'l', id: 'c', changes: { done: true } },
    ];
    const { rows, counts } = overlay(changes, [task('a'), task('b', true), task('c')]);
    expect(rows).toEqual(['Task c ✓ *']);
    expect(counts).toEqual({ open: 0, done: 1 });
  });

  it('shows a confirmed task once while later changes to it wait', () => {
    const changes: Change[] = [create('a'), { kind: 'edit', list: 'l', id: 'a', changes: { done: true } }];
    expect(overlay(changes, [task('a')]).rows).toEqual(['Task a ✓ *']);
  });
});

describe('Overlay over lists', () => {
  it('counts a task that moves in both lists', () => {
    const moved = new Overlay([{ kind: 'move', list: 'l', id: 'a', to: 'm' }], () => task('a'));
    expect(moved.counts({ open: 3, done: 1 }, 'l')).toEqual({ open: 2, done: 1 });
    expect(moved.counts({ open: 0, done: 0 }, 'm')).toEqual({ open: 1, done: 0 });
    expect(moved.find('a')).toMatchObject({ list: 'm', unsaved: 'changed' });
  });

  it('removes fields that are set to null, and reads the steps of a note', () => {
    const changes: TaskChanges = { dueOn: null, note: '- [x] a\n- [ ] b' };
    const edited = new Overlay([{ kind: 'edit', list: 'l', id: 'a', changes }], () => ({
      ...task('a'),
      dueOn: '2026-12-01',
    }));
    expect(edited.find('a')).toMatchObject({ noteLength: 15, steps: { done: 1, total: 2 } });
    expect(edited.find('a')).not.toHaveProperty('dueOn');
  });
});

describe('withAdded', () => {
  let sequence = 0;
  const queued = (change: Change, state: QueuedChange['state'] = 'waiting'): QueuedChange => ({
    ...change,
    sequence: ++sequence,
    command: sequence,
    state,
  });
  const edit = (id: string, changes: TaskChanges): Change => ({ kind: 'edit', list: 'l', id, changes });
  const withChange = (queue: readonly QueuedChange[], change: QueuedChange) => withAdded(queue, [change]);
  const kinds = (queue: readonly QueuedChange[]): string[] => queue.map(({ kind }) => kind);

  it('drops everything about a row whose creation was never sent', () => {
    const queue = [queued(create('a')), queued(edit('a', { done: true })), queued(create('b'))];
    const rest = withChange(queue, queued({ kind: 'remove', list: 'l', id: 'a' }));
    expect(rest).toEqual([queue[2]]);
  });

  it.each(['sending', 'retrying'] as const)('keeps the creation in state %s, and the removal after it', (state) => {
    const queue = [queued(create('a'), state)];
    expect(kinds(withChange(queue, queued({ kind: 'remove', list: 'l', id: 'a' })))).toEqual(['create', 'remove']);
  });

  it('makes a rename part of a creation that was never sent, and of no other', () => {
    const [merged] = withChange([queued(create('a'))], queued(edit('a', { name: 'Better' })));
    expect(merged).toMatchObject({ kind: 'create', name: 'Better' });
    expect(kinds(withChange([queued(create('a'), 'retrying')], queued(edit('a', { name: 'Better' }))))).toEqual([
      'create',
      'edit',
    ]);
  });

  it('merges changes to one row', () => {
    const queue = withChange([queued(edit('a', { starred: true }))], queued(edit('a', { name: 'Better' })));
    expect(queue).toMatchObject([{ changes: { starred: true, name: 'Better' } }]);
  });

  it('merges no tick, which may make the next task of a series', () => {
    const queue = [queued(edit('a', { done: true }))];
    expect(withChange(queue, queued(edit('a', { done: false })))).toHaveLength(2);
    expect(withChange(queue, queued(edit('a', { name: 'Better' })))).toHaveLength(2);
  });

  it('does not merge into a change that is on its way', () => {
    expect(withChange([queued(edit('a', { name: 'A' }), 'sending')], queued(edit('a', { name: 'B' })))).toHaveLength(2);
  });

  it('sends a held "clear done" before anything else is done, which it would clear', () => {
    const queue = withChange([queued({ kind: 'clear-done', list: 'l' }, 'held')], queued(edit('a', { done: true })));
    expect(queue.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
  });

  it('keeps a held "clear done" held for changes that it cannot touch', () => {
    const queue = withChange([queued({ kind: 'clear-done', list: 'l' }, 'held')], queued(edit('a', { name: 'x' })));
    expect(queue.map(({ state }) => state)).toEqual(['held', 'waiting']);
  });

  it('drops creation and removal when the removal is released before either is sent', () => {
    const removal = queued({ kind: 'remove', list: 'l', id: 'a' }, 'held');
    const queue = withChange([queued(create('a'))], removal);
    expect(kinds(queue)).toEqual(['create', 'remove']);
    expect(withReleased(queue, removal.command)).toEqual([]);
  });

  it('takes the changes of a command in their order', () => {
    const command = [create('a'), edit('a', { name: 'A' }), create('b'), edit('c', { done: true })];
    const removal: Change = { kind: 'remove', list: 'l', id: 'b' };
    const queue = withAdded(
      [queued(edit('c', { starred: true }))],
      [...command, removal].map((one) => queued(one)),
    );
    expect(queue).toMatchObject([
      { id: 'c', changes: { starred: true } },
      { kind: 'create', id: 'a', name: 'A' },
      { id: 'c', changes: { done: true } },
    ]);
  });

  describe('with a thousand changes', () => {
    let reads = 0;
    /** A change that counts how often its task is read. */
    const counted = (id: number, state: QueuedChange['state']): QueuedChange => {
      const change = queued({ kind: 'remove', list: 'l', id: String(id) }, state);
      return Object.defineProperty(change, 'id', { get: () => (reads++, String(id)), enumerable: true });
    };
    const thousand = (from: number, state: QueuedChange['state']): QueuedChange[] =>
      Array.from({ length: 1_000 }, (_, place) => counted(from + place, state));

    it('reads each a few times when they are added', () => {
      reads = 0;
      expect(withAdded(thousand(0, 'held'), thousand(500, 'held'))).toHaveLength(2_000);
      expect(reads).toBeLessThan(20_000);
    });

    it('reads each a few times when they are released', () => {
      reads = 0;
      const queue = withReleased([...thousand(0, 'waiting'), ...thousand(1_000, 'held')]);
      expect(queue.map(({ state }) => state)).toEqual(Array(2_000).fill('waiting'));
      expect(reads).toBeLessThan(20_000);
    });
  });
});
