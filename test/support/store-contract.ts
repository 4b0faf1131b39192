import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NAME_MAX_LENGTH, USER_ID_MAX_LENGTH } from '@tasks/idl';
import type { HealthProbe } from '../../src/application/check-health.js';
import type { TaskRepository } from '../../src/application/task.repository.js';
import type { Task } from '../../src/domain/task.js';
import { createObjectIdGenerator } from '@tasks/service';
import { aTask, instant } from './builders.js';
import { testDetails } from './details-contract.js';

/** A store under test, and how to end it. */
export interface StoreUnderTest {
  readonly tasks: TaskRepository;
  readonly probe: HealthProbe;
  readonly stop: () => Promise<void>;
}

const nextId = createObjectIdGenerator();

/** What every store does alike. One store serves all tests; each has a user of its own. */
export function describeStore(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let store: StoreUnderTest | undefined;
    let tasks: TaskRepository;
    let user: string;

    beforeAll(async () => {
      store = await start();
      tasks = store.tasks;
    });
    afterAll(() => store?.stop());
    beforeEach(() => {
      user = `user-${nextId()}`;
    });

    async function added(fields: Partial<Task> = {}): Promise<Task> {
      const task = aTask({ id: nextId(), userId: user, ...fields });
      await tasks.add(task);
      return task;
    }

    it('answers a health probe', async () => {
      await expect(store?.probe.roundTrip()).resolves.toBeUndefined();
    });

    it('gives back what was added, to the millisecond and the last character', async () => {
      const plain = await added({ createdOn: instant(3), done: true });
      const old = await added({ createdOn: new Date(-1), name: '' });
      const long = await added({ createdOn: instant(1), name: '🥛'.repeat(NAME_MAX_LENGTH / 2) });
      const strange = await added({ createdOn: instant(2), name: '\u0000$set.{"a"}\ufffd\u2028' });
      expect(await tasks.pageByUser(user, 10_000)).toEqual([plain, strange, long, old]);
    });

    it('lists nothing for an unknown user', async () => {
      expect(await tasks.pageByUser(user, 10_000)).toEqual([]);
      expect(await tasks.pageByUser(user, 5)).toEqual([]);
    });

    it('lists the newest first and ties by id descending, in any order of adding', async () => {
      const ids = Array.from({ length: 6 }, () => nextId());
      const sorted = [
        aTask({ userId: user, id: ids[0], createdOn: instant(2) }),
        aTask({ userId: user, id: ids[5], createdOn: instant(1) }),
        aTask({ userId: user, id: ids[4], createdOn: instant(1) }),
        aTask({ userId: user, id: ids[1], createdOn: instant(1) }),
        aTask({ userId: user, id: ids[3], createdOn: instant(0) }),
        aTask({ userId: user, id: ids[2], createdOn: instant(-1) }),
      ];
      for (const i of [3, 0, 5, 1, 4, 2]) await tasks.add(sorted[i] as Task);
      expect(await tasks.pageByUser(user, 10_000)).toEqual(sorted);
      expect(await tasks.pageByUser(user, 10)).toEqual(sorted);
    });

    it('pages from any position, also among ties, while tasks come and go', async () => {
      const first = await added({ createdOn: instant(0) });
      const second = await added({ createdOn: instant(1) });
      const third = await added({ createdOn: instant(1) });
      const fourth = await added({ createdOn: instant(2) });
      expect(await tasks.pageByUser(user, 2)).toEqual([fourth, third]);
      await added({ createdOn: instant(3) });
      await tasks.remove(third.id, user);
      expect(await tasks.pageByUser(user, 2, third)).toEqual([second, first]);
      expect(await tasks.pageByUser(user, 1, second)).toEqual([first]);
      expect(await tasks.pageByUser(user, 1, first)).toEqual([]);
    });

    it('separates users whose ids share a prefix, are very long or unusual', async () => {
      const users = ['', '\u0000', '\u0000\u0000', '/', 'a', '\uffff', '🥛', 'x'.repeat(200)].map((end) => user + end);
      users.push('\uffff'.repeat(USER_ID_MAX_LENGTH), '\uffff'.repeat(USER_ID_MAX_LENGTH - 1), user.slice(0, -1));
      for (const userId of users) await added({ userId });
      for (const userId of users) {
        const found = await tasks.pageByUser(userId, 10_000);
        expect(found.map((task) => task.userId)).toEqual([userId]);
      }
      for (const userId of users)
        for (const task of await tasks.pageByUser(userId, 10_000)) await tasks.remove(task.id, userId);
    });

    it('updates what is set and leaves the rest', async () => {
      const task = await added();
      expect(await tasks.update(task.id, user, { done: true })).toEqual(task.with({ done: true }));
      expect(await tasks.update(task.id, user, { name: '' })).toEqual(task.with({ name: '', done: true }));
      expect(await tasks.update(task.id, user, { name: undefined, done: undefined })).toMatchObject({ name: '' });
      expect(await tasks.update(task.id, user, {})).toEqual(task.with({ name: '', done: true }));
      expect(await tasks.update(task.id, user, { name: 'n'.repeat(4_096), done: false })).toMatchObject({
        done: false,
      });
      expect(await tasks.pageByUser(user, 10_000)).toEqual([task.with({ name: 'n'.repeat(4_096), done: false })]);
    });

    it('updates nothing that is unknown or another user’s', async () => {
      const task = await added();
      expect(await tasks.update(nextId(), user, { done: true })).toBeUndefined();
      expect(await tasks.update(task.id, `${user}2`, { done: true })).toBeUndefined();
      expect(await tasks.update(task.id, `${user}2`, {})).toBeUndefined();
      expect(await tasks.pageByUser(user, 10_000)).toEqual([task]);
      expect(await tasks.pageByUser(`${user}2`, 10_000)).toEqual([]);
    });

    it('removes a task of the user, once, and nothing else', async () => {
      const task = await added();
      const other = await added({ createdOn: instant(1) });
      expect(await tasks.remove(task.id, `${user}2`)).toBe(false);
      expect(await Promise.all(Array.from({ length: 10 }, () => tasks.remove(task.id, user)))).toEqual(
        expect.arrayContaining([true, ...Array.from({ length: 9 }, () => false)]),
      );
      expect(await tasks.remove(task.id, user)).toBe(false);
      expect(await tasks.update(task.id, user, { done: true })).toBeUndefined();
      expect(await tasks.pageByUser(user, 10_000)).toEqual([other]);
    });

    it('answers a repeated create with a task while that one is removed', async () => {
      for (let n = 0; n < 10; n++) {
        const task = await added();
        const [again] = await Promise.all([tasks.create(task), tasks.remove(task.id, user)]);
        expect(again).toEqual(task);
      }
    });

    it('loses none of the fields that 100 parallel updates of one task set', async () => {
      const task = await added();
      const changes = Array.from({ length: 100 }, (_, n) => (n % 2 ? { done: true } : { name: `name ${String(n)}` }));
      const results = await Promise.all(changes.map((change) => tasks.update(task.id, user, change)));
      results.forEach((result, n) => {
        expect(result).toMatchObject(changes[n] ?? {});
      });
      const [stored] = await tasks.pageByUser(user, 10_000);
      expect(stored).toMatchObject({ done: true, name: expect.stringMatching(/^name \d*[02468]$/) });
    });

    it('finds a task of the user by its id, and no other', async () => {
      const task = await added({ done: true });
      expect(await tasks.find(task.id, user)).toEqual(task);
      expect(await tasks.find(nextId(), user)).toBeUndefined();
      expect(await tasks.find(task.id, `${user}2`)).toBeUndefined();
      await tasks.remove(task.id, user);
      expect(await tasks.find(task.id, user)).toBeUndefined();
    });

    it('creates a task under the given id, which is then like any other', async () => {
      const task = aTask({ id: nextId(), userId: user });
      expect(await tasks.create(task)).toEqual(task);
      expect(await tasks.find(task.id, user)).toEqual(task);
      expect(await tasks.update(task.id, user, { done: true })).toEqual(task.with({ done: true }));
      expect(await tasks.pageByUser(user, 10)).toEqual([task.with({ done: true })]);
      expect(await tasks.remove(task.id, user)).toBe(true);
    });

    it('returns the stored task, unchanged, when the user has the id already', async () => {
      const stored = await added({ name: 'stored', createdOn: instant(1), done: true });
      const again = aTask({ id: stored.id, userId: user, name: 'again', createdOn: instant(2) });
      expect(await tasks.create(again)).toEqual(stored);
      expect(await tasks.pageByUser(user, 10)).toEqual([stored]);
    });

    it('creates nothing under the id of another user’s task', async () => {
      const task = await added();
      expect(await tasks.create(aTask({ id: task.id, userId: `${user}2` }))).toBeUndefined();
      expect(await tasks.pageByUser(user, 10)).toEqual([task]);
      expect(await tasks.pageByUser(`${user}2`, 10)).toEqual([]);
    });

    it('creates anew what was removed meanwhile, for any user', async () => {
      const removed = await added({ name: 'before' });
      await tasks.remove(removed.id, user);
      const anew = aTask({ id: removed.id, userId: user, name: 'after', createdOn: instant(9) });
      expect(await tasks.create(anew)).toEqual(anew);
      expect(await tasks.pageByUser(user, 10)).toEqual([anew]);
      await tasks.removeAll(user, 10, false);
      const others = aTask({ id: removed.id, userId: `${user}2` });
      expect(await tasks.create(others)).toEqual(others);
      expect(await tasks.pageByUser(user, 10)).toEqual([]);
    });

    it('stores one task for 50 parallel creates of one id, and returns it to all', async () => {
      const id = nextId();
      const attempts = Array.from({ length: 50 }, (_, n) =>
        aTask({ id, userId: user, name: `attempt ${String(n)}`, createdOn: instant(n) }),
      );
      const results = await Promise.all(attempts.map((task) => tasks.create(task)));
      const stored = await tasks.pageByUser(user, 100);
      expect(stored).toHaveLength(1);
      expect(attempts).toContainEqual(stored[0]);
      expect(results).toEqual(attempts.map(() => stored[0]));
    });

    it('gives an id that two users create at once to one of them', async () => {
      const id = nextId();
      const users = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? user : `${user}2`));
      const results = await Promise.all(users.map((userId) => tasks.create(aTask({ id, userId }))));
      const owner = results.find((task) => task !== undefined)?.userId;
      expect(results.map((task) => task?.userId)).toEqual(
        users.map((userId) => (userId === owner ? owner : undefined)),
      );
      const stored = [...(await tasks.pageByUser(user, 10)), ...(await tasks.pageByUser(`${user}2`, 10))];
      expect(stored.map(({ userId }) => userId)).toEqual([owner]);
    });

    it('pages over done or open tasks alone, stable while tasks are added', async () => {
      const many: Task[] = [];
      for (let n = 0; n < 12; n++) many.unshift(await added({ createdOn: instant(n / 2), done: n % 3 === 0 }));
      const open = many.filter(({ done }) => !done);
      const done = many.filter(({ done }) => done);
      expect(await tasks.pageByUser(user, 100, undefined, false)).toEqual(open);
      expect(await tasks.pageByUser(user, 100, undefined, true)).toEqual(done);
      const first = await tasks.pageByUser(user, 3, undefined, false);
      await added({ createdOn: instant(20) });
      await added({ createdOn: instant(20), done: true });
      await tasks.remove(first[1]?.id ?? '', user);
      expect([...first, ...(await tasks.pageByUser(user, 100, first.at(-1), false))]).toEqual(open);
      expect(await tasks.pageByUser(user, 2, done[1], true)).toEqual(done.slice(2, 4));
      expect(await tasks.pageByUser(`${user}2`, 2, undefined, true)).toEqual([]);
    });

    it('moves a task from the open to the done ones when it is done', async () => {
      const [task, other] = [await added(), await added({ createdOn: instant(1) })];
      await tasks.update(task.id, user, { done: true });
      expect(await tasks.pageByUser(user, 10, undefined, true)).toEqual([task.with({ done: true })]);
      expect(await tasks.pageByUser(user, 10, undefined, false)).toEqual([other]);
      expect(await tasks.count(user)).toEqual({ open: 1, done: 1 });
      await tasks.update(task.id, user, { done: false });
      expect(await tasks.count(user)).toEqual({ open: 2, done: 0 });
    });

    it('counts the open and the done tasks of one user only', async () => {
      expect(await tasks.count(user)).toEqual({ open: 0, done: 0 });
      for (const done of [false, true, true, false, true]) await added({ done });
      await added({ userId: `${user}2` });
      expect(await tasks.count(user)).toEqual({ open: 2, done: 3 });
      const [newest] = await tasks.pageByUser(user, 1, undefined, true);
      await tasks.remove(newest?.id ?? '', user);
      expect(await tasks.count(user)).toEqual({ open: 2, done: 2 });
    });

    it('removes all tasks of one user only, up to the limit at once', async () => {
      for (let n = 0; n < 5; n++) await added({ done: n < 2 });
      const others = await added({ userId: `${user}2` });
      expect(await tasks.removeAll(user, 3, false)).toBe(3);
      expect(await tasks.pageByUser(user, 10)).toHaveLength(2);
      expect(await tasks.removeAll(user, 3, false)).toBe(2);
      expect(await tasks.removeAll(user, 3, false)).toBe(0);
      expect(await tasks.count(user)).toEqual({ open: 0, done: 0 });
      expect(await tasks.pageByUser(`${user}2`, 10)).toEqual([others]);
    });

    it('removes only done tasks if requested', async () => {
      const open = [await added({ createdOn: instant(2) }), await added({ createdOn: instant(1) })];
      const done = await added({ done: true });
      for (let n = 0; n < 2; n++) await added({ done: true });
      expect(await tasks.removeAll(user, 2, true)).toBe(2);
      expect(await tasks.removeAll(user, 2, true)).toBe(1);
      expect(await tasks.removeAll(user, 2, true)).toBe(0);
      expect(await tasks.find(done.id, user)).toBeUndefined();
      expect(await tasks.pageByUser(user, 10)).toEqual(open);
    });

    it('returns 0 of a removal only when none is left, also of parallel ones', async () => {
      for (let n = 0; n < 25; n++) await added();
      const removals = await Promise.all(Array.from({ length: 5 }, () => tasks.removeAll(user, 5, false)));
      expect(removals.filter((count) => count === 0)).toEqual([]);
      const removed = removals.reduce((sum, count) => sum + count, 0);
      expect(await tasks.count(user)).toEqual({ open: 25 - removed, done: 0 });
    });

    it('removes all during adds: each task is either removed or kept, exactly once', async () => {
      const ids = Array.from({ length: 100 }, () => nextId());
      const adding = ids.map((id) => tasks.add(aTask({ id, userId: user })));
      const removing = Array.from({ length: 8 }, () => tasks.removeAll(user, 10, false));
      await Promise.all(adding);
      const removed = (await Promise.all(removing)).reduce((sum, count) => sum + count, 0);
      const left = await tasks.pageByUser(user, 1_000);
      expect(left).toHaveLength(ids.length - removed);
      expect(await tasks.count(user)).toEqual({ open: left.length, done: 0 });
      const found = await Promise.all(ids.map((id) => tasks.find(id, user)));
      expect(found.filter((task) => task !== undefined)).toHaveLength(left.length);
      let count: number;
      do count = await tasks.removeAll(user, 100, false);
      while (count > 0);
      expect(await tasks.pageByUser(user, 10)).toEqual([]);
    });

    testDetails(
      () => tasks,
      () => user,
    );

    it('lists many tasks whole and in order', async () => {
      const many = Array.from({ length: 600 }, (_, n) =>
        aTask({ id: nextId(), userId: user, createdOn: instant(n / 3) }),
      );
      await Promise.all(many.map((task) => tasks.add(task)));
      expect((await tasks.pageByUser(user, 10_000)).map(({ id }) => id)).toEqual(many.map(({ id }) => id).reverse());
    });

    it('pages over each lasting task once, in order, while others come and go', async () => {
      const many = Array.from({ length: 1_200 }, (_, n) =>
        aTask({ id: nextId(), userId: user, createdOn: instant(n / 3) }),
      );
      await Promise.all(many.map((task) => tasks.add(task)));
      const listing = allPages(tasks, user);
      const others = many.map((task, n) =>
        n % 3 === 0 ? tasks.remove(task.id, user) : added({ createdOn: instant(n / 3) }),
      );
      const listed = (await listing).map(({ id }) => id);
      await Promise.all(others);
      const staying = many.filter((_, n) => n % 3 !== 0).map(({ id }) => id);
      const isStaying = new Set(staying);
      expect(listed.filter((id) => isStaying.has(id))).toEqual(staying.reverse());
      expect(new Set(listed).size).toBe(listed.length);
    });
  });
}

async function allPages(tasks: TaskRepository, userId: string): Promise<Task[]> {
  const all: Task[] = [];
  let page: Task[];
  do {
    page = await tasks.pageByUser(userId, 200, all.at(-1));
    all.push(...page);
  } while (page.length > 0);
  return all;
}
