import { expect, it } from '@jest/globals';
import { createObjectIdGenerator } from '@tasks/service';
import type { DueSelection, TaskExpectation, TaskRepository } from '../../src/application/task.repository.js';
import type { Task } from '../../src/domain/task.js';
import type { TaskChanges } from '../../src/domain/task-details.js';
import type { TaskDetails } from '../../src/domain/task-details.js';
import { aTask, instant, taskId } from './builders.js';

/** Characters that databases cut, replace or read as their own. */
const STRANGE = '\u0000 \ufffd 🥛 $set.{"a"}\u2028';
const PARALLEL = 64;

const nextId = createObjectIdGenerator();

/** A value of every detail, and another one. */
const DETAILS = {
  note: [STRANGE, `other ${STRANGE}`],
  dueOn: ['2026-12-01T09:30', '2026-12-02'],
  starred: [true, true],
  repeat: ['FREQ=DAILY', 'FREQ=MONTHLY;BYDAY=-1FR'],
  doneOn: [instant(5), instant(6)],
  position: ['aZ09', 'b'],
  changedOn: [instant(7), instant(8)],
  successor: [
    { id: taskId(8), revision: 'ab01' },
    { id: taskId(9), revision: 'cd23' },
  ],
} as const satisfies Record<keyof TaskDetails, readonly unknown[]>;

const DETAIL_NAMES = Object.keys(DETAILS) as (keyof TaskDetails)[];

function every(which: 0 | 1): TaskChanges {
  return Object.fromEntries(DETAIL_NAMES.map((field) => [field, DETAILS[field][which]]));
}

/** What can be expected of a task with `every(0)`, a name and done. */
const EXPECTABLE = {
  name: [STRANGE, 'other', ''],
  done: [true, false],
  note: [...DETAILS.note, null],
  dueOn: [...DETAILS.dueOn, null],
  starred: [true, null],
  repeat: [...DETAILS.repeat, null],
  position: [...DETAILS.position, null],
  changedOn: [...DETAILS.changedOn, null],
  successor: [...DETAILS.successor, null],
} as const satisfies Record<Exclude<keyof TaskExpectation, 'unlike' | 'createdOn'>, readonly unknown[]>;

/** Tests of the details of tasks and of the methods over several tasks and users. Every test has a user of its own. */
export function testDetails(store: () => TaskRepository, ofTest: () => string): void {
  async function added(changes: TaskChanges = {}, fields: Partial<Task> = {}): Promise<Task> {
    const task = aTask({ id: nextId(), userId: ofTest(), ...fields }).with(changes);
    await store().add(task);
    return task;
  }

  function other(): string {
    return `${ofTest()}2`;
  }

  it('gives back every detail, to the millisecond and the last character', async () => {
    const [tasks, user] = [store(), ofTest()];
    const full = await added(every(0), { createdOn: instant(3) });
    const created = aTask({ id: nextId(), userId: user, createdOn: instant(2) }).with(every(1));
    expect(await tasks.create(created)).toEqual(created);
    const several = [0, 1].map((n) =>
      aTask({ id: nextId(), userId: user, createdOn: instant(1 - n) }).with(every(n as 0 | 1)),
    );
    expect(await tasks.createAll(several)).toEqual(several.map((task) => ({ task, isNew: true })));
    expect(await tasks.pageByUser(user, 10)).toEqual([full, created, ...several]);
    expect(await tasks.find(full.id, user)).toEqual(full);
    expect(await tasks.create(full.with({ note: null }))).toEqual(full);
    expect(full.details).toEqual(every(0));
  });

  it('reads a task without details as having none', async () => {
    const task = await added();
    const found = await store().find(task.id, ofTest());
    expect(found?.details).toEqual({});
    expect(found).toEqual(task);
  });

  it.each(DETAIL_NAMES)('sets, changes and unsets %s, and leaves the rest', async (field) => {
    const [tasks, user] = [store(), ofTest()];
    const [plain, full] = [await added(), await added(every(1))];
    for (const task of [plain, full]) {
      let expected = task;
      for (const value of [DETAILS[field][0], DETAILS[field][1], undefined, null, null, DETAILS[field][0]]) {
        expected = expected.with({ [field]: value });
        expect(await tasks.update(task.id, user, { [field]: value })).toEqual(expected);
        expect(await tasks.find(task.id, user)).toEqual(expected);
      }
    }
  });

  it('sets and unsets several details in one change', async () => {
    const [tasks, user] = [store(), ofTest()];
    const task = await added(every(0));
    const changes = { note: null, dueOn: '2027-01-01', repeat: null, name: STRANGE, done: true } as const;
    expect(await tasks.update(task.id, user, changes)).toEqual(task.with(changes));
    expect(await tasks.find(task.id, user)).toEqual(task.with(changes));
  });

  it.each(Object.keys(EXPECTABLE) as (keyof typeof EXPECTABLE)[])(
    'changes and removes a task only with the expected %s',
    async (field) => {
      const [tasks, user] = [store(), ofTest()];
      const doneOn = instant(9);
      for (const stored of EXPECTABLE[field]) {
        const task = await added({ ...every(0), name: STRANGE, done: true, [field]: stored });
        for (const wrong of EXPECTABLE[field].filter((value) => value !== stored)) {
          expect(await tasks.update(task.id, user, { note: 'wrong' }, { [field]: wrong })).toBeUndefined();
          expect(await tasks.remove(task.id, user, { [field]: wrong })).toBe(false);
        }
        expect(await tasks.find(task.id, user)).toEqual(task);
        const expected = { [field]: stored };
        expect(await tasks.update(task.id, other(), { note: 'wrong' }, expected)).toBeUndefined();
        expect(await tasks.update(task.id, user, {}, expected)).toEqual(task);
        expect(await tasks.update(task.id, user, { doneOn }, expected)).toEqual(task.with({ doneOn }));
        expect(await tasks.remove(task.id, other(), expected)).toBe(false);
        expect(await tasks.remove(task.id, user, expected)).toBe(true);
        expect(await tasks.remove(task.id, user, expected)).toBe(false);
      }
    },
  );

  it('changes nothing when one of several expectations fails', async () => {
    const [tasks, user] = [store(), ofTest()];
    const task = await added({ dueOn: '2026-12-01', starred: true });
    const expected = { done: false, dueOn: '2026-12-01', repeat: null, starred: true, name: task.name } as const;
    for (const wrong of [{ done: true }, { dueOn: null }, { repeat: 'FREQ=DAILY' }, { starred: null }, { name: '' }]) {
      expect(await tasks.update(task.id, user, { done: true }, { ...expected, ...wrong })).toBeUndefined();
    }
    expect(await tasks.update(task.id, user, { done: true }, { note: undefined, ...expected })).toEqual(
      task.with({ done: true }),
    );
  });

  it('changes and removes no task that was made anew under the expected id', async () => {
    const [tasks, user] = [store(), ofTest()];
    const task = await added({ note: STRANGE }, { createdOn: instant(1) });
    const expected = { note: STRANGE, createdOn: instant(2) };
    expect(await tasks.update(task.id, user, { note: 'wrong' }, expected)).toBeUndefined();
    expect(await tasks.remove(task.id, user, expected)).toBe(false);
    expect(await tasks.remove(task.id, user, { ...expected, createdOn: instant(1) })).toBe(true);
  });

  it('changes nothing when the task is unlike no field of an expectation', async () => {
    const [tasks, user] = [store(), ofTest()];
    const task = await added({ done: true, note: STRANGE, starred: true });
    const alike = { name: task.name, done: true, note: STRANGE, starred: true, dueOn: null, successor: null } as const;
    expect(await tasks.update(task.id, user, { changedOn: instant(9) }, { unlike: alike })).toBeUndefined();
    expect(await tasks.update(task.id, user, { changedOn: instant(9) }, { note: null, unlike: {} })).toBeUndefined();
    for (const [n, change] of [{ name: '' }, { done: false }, { note: null }, { dueOn: '2026-12-01' }].entries()) {
      const changes = { changedOn: instant(n) };
      const expected = { starred: true, unlike: { ...alike, ...change } } as const;
      expect(await tasks.update(task.id, user, changes, expected)).toEqual(task.with(changes));
    }
  });

  it('lets one of 64 changes win that expect the same', async () => {
    const [tasks, user] = [store(), ofTest()];
    const task = await added();
    const results = await Promise.all(
      Array.from({ length: PARALLEL }, (_, n) =>
        tasks.update(task.id, user, { position: `p${String(n)}` }, { position: null }),
      ),
    );
    const winners = results.filter((result) => result !== undefined);
    expect(winners).toHaveLength(1);
    expect(await tasks.find(task.id, user)).toEqual(winners[0]);
  });

  it('loses none of the details that 64 parallel changes of one task set', async () => {
    const [tasks, user] = [store(), ofTest()];
    const task = await added();
    const changes = Array.from({ length: PARALLEL }, (_, n) => {
      const field = DETAIL_NAMES[n % DETAIL_NAMES.length] ?? 'note';
      return { [field]: DETAILS[field][0] };
    });
    await Promise.all(changes.map((change) => tasks.update(task.id, user, change)));
    expect(await tasks.find(task.id, user)).toEqual(task.with(every(0)));
  });

  it('creates several tasks of several users, each unless its id is taken', async () => {
    const [tasks, user] = [store(), ofTest()];
    const [mine, theirs] = [await added({ note: 'stored' }), await added({}, { userId: other() })];
    const fresh = aTask({ id: nextId(), userId: user }).with(every(0));
    const freshTheirs = aTask({ id: nextId(), userId: other() });
    const batch = [
      fresh,
      aTask({ id: mine.id, userId: user }),
      aTask({ id: theirs.id, userId: user }),
      freshTheirs,
      aTask({ id: fresh.id, userId: user, name: 'twice' }),
      aTask({ id: fresh.id, userId: other() }),
    ];
    const answers = (isNew: boolean): unknown[] => [
      { task: fresh, isNew },
      { task: mine, isNew: false },
      undefined,
      { task: freshTheirs, isNew },
      { task: fresh, isNew: false },
      undefined,
    ];
    expect(await tasks.createAll(batch)).toEqual(answers(true));
    expect(await tasks.createAll(batch)).toEqual(answers(false));
    expect(await tasks.createAll([])).toEqual([]);
    expect(await tasks.count(user)).toEqual({ open: 2, done: 0 });
    expect(await tasks.count(other())).toEqual({ open: 2, done: 0 });
  });

  it('stores each task once for parallel batches that share ids, and returns it to all', async () => {
    const [tasks, user] = [store(), ofTest()];
    const ids = Array.from({ length: 100 }, () => nextId());
    const batches = Array.from({ length: 8 }, (_, batch) =>
      ids.map((id) => aTask({ id, userId: user, name: `batch ${String(batch)}` })),
    );
    const results = await Promise.all(batches.map((batch) => tasks.createAll(batch)));
    const stored = (await tasks.pageByUser(user, 1_000)).reverse();
    expect(stored.map(({ id }) => id)).toEqual(ids);
    for (const result of results) expect(result.map((created) => created?.task)).toEqual(stored);
    expect(results.flat().filter((created) => created?.isNew)).toHaveLength(ids.length);
  });

  it('moves a task whole, and back', async () => {
    const [tasks, user] = [store(), ofTest()];
    const task = await added({ ...every(0), done: true });
    await added();
    const moved = await tasks.move(task.id, user, other());
    expect(moved).toEqual(aTask({ id: task.id, userId: other() }).with({ ...every(0), done: true }));
    expect(await tasks.move(task.id, user, other())).toBeUndefined();
    expect(await tasks.find(task.id, user)).toBeUndefined();
    expect(await tasks.find(task.id, other())).toEqual(moved);
    expect(await tasks.update(task.id, user, { note: null })).toBeUndefined();
    expect([await tasks.count(user), await tasks.count(other())]).toEqual([
      { open: 1, done: 0 },
      { open: 0, done: 1 },
    ]);
    expect(await tasks.create(task)).toBeUndefined();
    expect(await tasks.move(task.id, other(), user)).toEqual(task);
    expect(await tasks.move(task.id, user, user)).toEqual(task);
    expect(await tasks.pageByUser(other(), 10)).toEqual([]);
    expect(await tasks.count(other())).toEqual({ open: 0, done: 0 });
    expect(await tasks.move(nextId(), user, other())).toBeUndefined();
  });

  it('moves a task to one of 64 users that it is moved to at once', async () => {
    const [tasks, user] = [store(), ofTest()];
    const task = await added();
    const targets = Array.from({ length: PARALLEL }, (_, n) => `${user}-${String(n)}`);
    const results = await Promise.all(targets.map((target) => tasks.move(task.id, user, target)));
    const [moved, ...more] = results.filter((result) => result !== undefined);
    expect(more).toEqual([]);
    for (const target of targets) {
      expect(await tasks.pageByUser(target, 10)).toEqual(target === moved?.userId ? [moved] : []);
    }
  });

  it('loses no change of a task that is moved at the same time', async () => {
    const [tasks, user] = [store(), ofTest()];
    for (let n = 0; n < 10; n++) {
      const task = await added();
      const [changed, moved] = await Promise.all([
        tasks.update(task.id, user, { note: 'changed' }),
        tasks.move(task.id, user, other()),
      ]);
      expect(moved).toBeDefined();
      const found = await tasks.find(task.id, other());
      expect(found?.details.note).toBe(changed?.details.note);
    }
  });

  it('removes several tasks of the user, and no others', async () => {
    const [tasks, user] = [store(), ofTest()];
    const [kept, first, second] = [await added(), await added(), await added({ done: true })];
    const theirs = await added({}, { userId: other() });
    await tasks.removeSome([first.id, second.id, theirs.id, nextId(), first.id], user);
    await tasks.removeSome([first.id], user);
    await tasks.removeSome([], user);
    expect(await tasks.pageByUser(user, 10)).toEqual([kept]);
    expect(await tasks.count(user)).toEqual({ open: 1, done: 0 });
    expect(await tasks.pageByUser(other(), 10)).toEqual([theirs]);
  });

  async function dueOf(selection: Omit<DueSelection, 'limit'>, limit: number): Promise<(string | undefined)[]> {
    const all: Task[] = [];
    for (let { after } = selection; ;) {
      const page = await store().pageByDue({ ...selection, limit, after });
      all.push(...page);
      const last = page.at(-1);
      if (page.length < limit || !last) return all.map(({ details, name }) => `${String(details.dueOn)} ${name}`);
      after = { dueOn: last.details.dueOn ?? '', id: last.id };
    }
  }

  it('pages over due tasks of several users by date and id, in pages of any size', async () => {
    const [tasks, user] = [store(), ofTest()];
    const users = [user, other(), `${user}\u0000`, `${user} without any`];
    const dates = ['2026-12-01', '2026-12-01T09:30', '2026-12-02', '1999-12-31T23:59', '2026-12-01'];
    for (const [n, userId] of users.slice(0, 3).entries())
      for (const dueOn of dates) await added({ dueOn, name: String(n) }, { userId });
    await added();
    await added({ dueOn: '2026-12-01', done: true });
    await added({ dueOn: '2026-12-01' }, { userId: `${user} left out` });
    const all = [
      ...['1999-12-31T23:59 0', '1999-12-31T23:59 1', '1999-12-31T23:59 2'],
      ...['2026-12-01 0', '2026-12-01 0', '2026-12-01 1', '2026-12-01 1', '2026-12-01 2', '2026-12-01 2'],
      ...['2026-12-01T09:30 0', '2026-12-01T09:30 1', '2026-12-01T09:30 2'],
      ...['2026-12-02 0', '2026-12-02 1', '2026-12-02 2'],
    ];
    for (const limit of [1, 2, 3, 14, 15, 100]) expect(await dueOf({ userIds: users }, limit)).toEqual(all);
    for (const limit of [2, 100]) {
      expect(await dueOf({ userIds: users, from: '2026-12-01T09:30' }, limit)).toEqual(all.slice(9));
      expect(await dueOf({ userIds: users, until: '2026-12-02' }, limit)).toEqual(all.slice(0, 12));
      expect(await dueOf({ userIds: users, from: '2026-12-01', until: '2026-12-01T09:30' }, limit)).toEqual(
        all.slice(3, 9),
      );
      expect(await dueOf({ userIds: [`${user}\u0000`], from: '2026-12-02' }, limit)).toEqual(all.slice(14));
    }
    const [first] = await tasks.pageByDue({ userIds: users, limit: 1 });
    expect(first).toMatchObject({ userId: user, details: { dueOn: '1999-12-31T23:59' } });
  });

  it('has a task among the due ones while it is open and has a date', async () => {
    const [tasks, user] = [store(), ofTest()];
    const task = await added();
    const due = async (userId = user): Promise<Task[]> => tasks.pageByDue({ userIds: [userId], limit: 5 });
    const changes = [
      { dueOn: '2026-12-01' },
      { done: true },
      { done: false },
      { dueOn: '2027-01-01' },
      { dueOn: null },
    ];
    for (const [n, change] of changes.entries()) {
      const changed = await tasks.update(task.id, user, change);
      expect(await due()).toEqual(n === 1 || n === 4 ? [] : [changed]);
    }
    await tasks.update(task.id, user, { dueOn: '2026-12-01' });
    const moved = await tasks.move(task.id, user, other());
    expect([await due(), await due(other())]).toEqual([[], [moved]]);
    await tasks.removeSome([task.id], other());
    expect(await due(other())).toEqual([]);
  });

  it('pages over tasks with a star of several users, oldest first, in pages of any size', async () => {
    const [tasks, user] = [store(), ofTest()];
    const users = [user, other(), `${user} without any`];
    const starred: Task[] = [];
    for (let n = 0; n < 4; n++)
      for (const userId of users.slice(0, 2))
        starred.push(await added({ starred: true }, { userId, createdOn: instant(n / 2) }));
    await added();
    await added({ starred: true, done: true });
    await added({ starred: true }, { userId: `${user} left out` });
    for (const limit of [1, 2, 3, 8, 9]) {
      const all: Task[] = [];
      for (let more = true; more;) {
        const page = await tasks.pageByStar({ userIds: users, limit, after: all.at(-1) });
        all.push(...page);
        more = page.length === limit;
      }
      expect(all).toEqual(starred);
    }
    const [first] = starred as [Task];
    await tasks.update(first.id, user, { starred: null });
    expect(await tasks.pageByStar({ userIds: users, limit: 10 })).toEqual(starred.slice(1));
  });

  it('counts open, done, overdue and due tasks of each user', async () => {
    const [tasks, user] = [store(), ofTest()];
    const users = [user, other(), `${user}\u0000`, user.slice(0, -1)];
    const dates = [
      '2026-11-30T23:59',
      '1900-01-01',
      '2026-12-01',
      '2026-12-01T00:00',
      '2026-12-01T23:59',
      '2026-12-02',
    ];
    for (const dueOn of dates) await added({ dueOn });
    await added();
    await added({ dueOn: '2026-11-30', done: true });
    await added({ dueOn: '2026-12-01', done: true });
    await added({ dueOn: '2026-12-01' }, { userId: other() });
    const none = { open: 0, done: 0, overdue: 0, dueToday: 0 };
    expect(await tasks.totals(users, '2026-12-01')).toEqual(
      new Map([
        [user, { open: 7, done: 2, overdue: 2, dueToday: 3 }],
        [other(), { ...none, open: 1, dueToday: 1 }],
        [`${user}\u0000`, none],
        [user.slice(0, -1), none],
      ]),
    );
    expect(await tasks.totals([user], '2026-12-31')).toEqual(
      new Map([[user, { open: 7, done: 2, overdue: 6, dueToday: 0 }]]),
    );
  });

  it('reads 200 users at once', async () => {
    const [tasks, user] = [store(), ofTest()];
    const userIds = Array.from({ length: 200 }, (_, n) => `${user}-${String(n)}`);
    const due = userIds.map((userId) => aTask({ id: nextId(), userId }).with({ dueOn: '2026-12-01', starred: true }));
    await tasks.createAll(due);
    expect(await tasks.pageByDue({ userIds, limit: 1_000 })).toEqual(due);
    expect(await tasks.pageByStar({ userIds, limit: 1_000 })).toEqual(due);
    const totals = await tasks.totals(userIds, '2026-12-01');
    expect([...totals.values()]).toEqual(userIds.map(() => ({ open: 1, done: 0, overdue: 0, dueToday: 1 })));
  });
}
