import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Sha256 } from '@tasks/idl';
import fc from 'fast-check';
import { createObjectIdGenerator } from '@tasks/service';
import { EditTask } from '../../src/application/edit-task.js';
import { TaskEditor } from '../../src/application/task-editor.js';
import { UpdateTask } from '../../src/application/update-task.js';
import type { TaskRepository } from '../../src/application/task.repository.js';
import type { Task } from '../../src/domain/task.js';
import { aTask, instant } from './builders.js';
import type { StoreUnderTest } from './store-contract.js';
import { Commands, TurnedRepository, type Interruption } from './turned-repository.js';

const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex');
const nextId = createObjectIdGenerator();

type Act = 'tick' | 'untick' | 'old tick' | 'old untick' | 'rename' | 'postpone';

/** What one caller does, one call after the other; the wall clocks of callers differ. */
interface Caller {
  readonly acts: readonly Act[];
  readonly now: string;
  readonly interruption?: Interruption | undefined;
}

/** One task that repeats, and what several callers do to it while their commands interleave. */
class Race {
  readonly id = nextId();
  readonly userId = `user ${this.id}`;
  readonly #commands = new Commands();
  #milliseconds = 0;
  #days = 1;

  private constructor(readonly store: TaskRepository) {}

  static async start(store: TaskRepository): Promise<Race> {
    const race = new Race(store);
    const { id, userId } = race;
    await store.add(aTask({ id, userId }).with({ dueOn: '2026-11-23', repeat: 'FREQ=DAILY' }));
    return race;
  }

  /** Runs all callers, each command at its turn. @returns What each of them was answered. */
  async run(callers: readonly Caller[], turns: Iterator<number>): Promise<PromiseSettledResult<void>[]> {
    this.#commands.turn();
    let running = callers.length;
    const results = callers.map((caller) =>
      this.#acts(caller).finally(() => {
        running--;
      }),
    );
    const settled = Promise.allSettled(results);
    while (running > 0) {
      this.#commands.runOne((count) => Number(turns.next().value) % Math.max(1, count));
      await setImmediate();
    }
    return settled;
  }

  async task(): Promise<Task | undefined> {
    return this.store.find(this.id, this.userId);
  }

  async others(): Promise<Task[]> {
    return (await this.store.pageByUser(this.userId, 100)).filter((task) => task.id !== this.id);
  }

  async #acts({ acts, now, interruption }: Caller): Promise<void> {
    const clock = (): Date => instant(++this.#milliseconds);
    const editor = new TaskEditor(new TurnedRepository(this.store, this.#commands, interruption), clock, sha256);
    const [edit, update] = [new EditTask(editor), new UpdateTask(editor)];
    const target = { taskId: this.id, userId: this.userId };
    for (const act of acts) {
      if (act === 'tick') await edit.execute({ ...target, edit: { done: true, now } });
      else if (act === 'untick') await edit.execute({ ...target, edit: { done: false } });
      else if (act === 'old tick') await update.execute({ ...target, done: true });
      else if (act === 'old untick') await update.execute({ ...target, done: false });
      else if (act === 'rename') await edit.execute({ ...target, edit: { name: String(++this.#days) } });
      else await edit.execute({ ...target, edit: { dueOn: `2027-01-${String(++this.#days).padStart(2, '0')}` } });
    }
  }
}

function callers(acts: readonly Act[], most: number, longest = 3): fc.Arbitrary<Caller[]> {
  const now = fc.constantFrom('2026-11-20', '2026-11-23T10:00', '2026-12-24', '2027-03-01');
  const caller = fc.record({ acts: fc.array(fc.constantFrom(...acts), { minLength: 1, maxLength: longest }), now });
  return fc.array(caller, { minLength: 2, maxLength: most });
}

/** Which of the waiting commands is next, without end. */
const turns = fc.infiniteStream(fc.nat({ max: 5 }));

/** A done task has one successor, the one that it remembers; an open one has none. */
async function expectOneSeries(race: Race): Promise<void> {
  const task = await race.task();
  const successors = (await race.others()).map((other) => other.id);
  expect(successors).toEqual(task?.done ? [task.details.successor?.id] : []);
}

type StoreOfSeries = Pick<StoreUnderTest, 'tasks' | 'stop'>;

/**
 * What holds of series in every store.
 *
 * @param runs Number of races in each test.
 */
export function describeSeries(name: string, runs: number, start: () => Promise<StoreOfSeries>): void {
  describe(name, () => {
    const RUNS = { numRuns: runs };
    let store: StoreOfSeries;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(() => store.stop());

    it('has one successor, however many tick it at once and again', () =>
      fc.assert(
        // Four acts of others: a call is rejected after five conflicts.
        fc.asyncProperty(callers(['tick', 'old tick', 'rename'], 3, 2), turns, async (all, order) => {
          const race = await Race.start(store.tasks);
          const results = await race.run(all, order);
          expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
          await expectOneSeries(race);
        }),
        RUNS,
      ));

    it('has one successor when it is done, and none when it is open, whoever ticks and unticks it at once', () =>
      fc.assert(
        fc.asyncProperty(callers(['tick', 'untick', 'rename'], 3), turns, async (all, order) => {
          const race = await Race.start(store.tasks);
          await race.run(all, order);
          await expectOneSeries(race);
        }),
        RUNS,
      ));

    it('has one successor once it is ticked after old clients have unticked it', () =>
      fc.assert(
        fc.asyncProperty(callers(['tick', 'old tick', 'old untick'], 3), turns, async (all, order) => {
          const race = await Race.start(store.tasks);
          await race.run([...all], order);
          await race.run([{ acts: ['tick'], now: '2026-11-23' }], order);
          await expectOneSeries(race);
        }),
        RUNS,
      ));

    it('leaves no successor of a date that it had before', () =>
      fc.assert(
        fc.asyncProperty(callers(['tick', 'postpone'], 3), turns, async (all, order) => {
          const race = await Race.start(store.tasks);
          await race.run(all, order);
          await expectOneSeries(race);
        }),
        RUNS,
      ));

    it('leaves no successor when it is removed meanwhile', () =>
      fc.assert(
        fc.asyncProperty(turns, fc.nat({ max: 6 }), async (order, before) => {
          const race = await Race.start(store.tasks);
          let count = 0;
          let removed: Promise<unknown> = Promise.resolve();
          const removing = (function* () {
            for (;;) {
              if (count++ === before) removed = race.store.remove(race.id, race.userId);
              yield Number(order.next().value);
            }
          })();
          const [result] = await race.run([{ acts: ['tick'], now: '2026-11-23' }], removing);
          await removed;
          const successors = await race.others();
          expect(successors).toHaveLength(result?.status === 'fulfilled' ? 1 : 0);
        }),
        RUNS,
      ));

    it('has one successor after an interruption at any command, once the call is repeated', () => {
      const interruption = fc.record({ after: fc.nat({ max: 5 }), losesAnswer: fc.boolean() });
      const act = fc.constantFrom<Act>('tick', 'untick', 'old tick');
      return fc.assert(
        fc.asyncProperty(fc.array(act, { maxLength: 2 }), act, interruption, turns, async (first, last, how, order) => {
          const race = await Race.start(store.tasks);
          await race.run([{ acts: first, now: '2026-11-23' }], order);
          const caller = { acts: [last], now: '2026-11-23' };
          await race.run([{ ...caller, interruption: how }], order);
          await race.run([caller], order);
          await expectOneSeries(race);
          await race.run([{ acts: ['tick'], now: '2027-02-01' }], order);
          await expectOneSeries(race);
        }),
        RUNS,
      );
    });
  });
}
