import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { HealthProbe } from '../../src/application/health-probe.js';
import type { TaskRepository } from '../../src/application/task.repository.js';
import { TASK_NAME_MAX_LENGTH, type Task, USER_ID_MAX_LENGTH } from '../../src/domain/task.js';
import { createObjectIdGenerator } from '../../src/infrastructure/persistence/object-id.js';
import { aTask, instant } from './builders.js';

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
      const long = await added({ createdOn: instant(1), name: '🥛'.repeat(TASK_NAME_MAX_LENGTH / 2) });
      const strange = await added({ createdOn: instant(2), name: '\u0000$set.{"a"}\ufffd\u2028' });
      expect(await tasks.pageByUser(user, 10_000)).toEqual([plain, strange, long, old]);
    });

    it('lists nothing for an unknown user', async () => {
      expect(await tasks.pageByUser(user, 10_000)).toEqual([]);
      expect(await tasks.pageByUser(user, 5)).toEqual([]);
    });

    it('lists the newest first and ties by id descending, whatever the order of adding', async () => {
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

    it('pages from any place, also among ties, and neither repeats nor hides a task while tasks are added', async () => {
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

    it('keeps users apart whose ids begin alike or are as long and strange as they may be', async () => {
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

    it('lists many tasks whole and in order', async () => {
      const many = Array.from({ length: 600 }, (_, n) =>
        aTask({ id: nextId(), userId: user, createdOn: instant(n / 3) }),
      );
      await Promise.all(many.map((task) => tasks.add(task)));
      expect((await tasks.pageByUser(user, 10_000)).map(({ id }) => id)).toEqual(many.map(({ id }) => id).reverse());
    });

    it('pages over every task that is there throughout exactly once, in order, while others come and go', async () => {
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
