import type { Task } from '@tasks/idl';

/** A call with an unknown outcome: its error leaves open whether it was run. */
export interface Doubt {
  /** Unset: a task was to be added, with an unknown id. */
  readonly id?: string | undefined;
  /** The task if the call was run; undefined: removed. */
  readonly after: Pick<Task, 'name' | 'done'> | undefined;
}

/** An unexpected reply. */
export class WrongReplyError extends Error {
  override readonly name = 'WrongReply';
}

/** Model of a user's stored tasks, from the service's answers. */
export class UserModel {
  readonly #tasks = new Map<string, Task>();
  #doubt: Doubt | undefined;

  constructor(readonly userId: string) {}

  get size(): number {
    return this.#tasks.size;
  }

  /** Whether `settleDoubt` must be called before anything else is checked. */
  get isInDoubt(): boolean {
    return this.#doubt !== undefined;
  }

  /** The tasks, in the order of `all`. */
  newestFirst(): Task[] {
    return [...this.#tasks.values()].sort((a, b) => compare(b.createdOn, a.createdOn) || compare(b.id, a.id));
  }

  /** Checks and records a task in an answer. */
  store(task: Task, expected: Partial<Task>): void {
    assertSame(task, { userId: this.userId, ...expected }, 'the task');
    if (!/^[0-9a-f]{24}$/.test(task.id ?? '')) throw new WrongReplyError(`id ${String(task.id)}`);
    if (Number.isNaN(Date.parse(task.createdOn ?? '')))
      throw new WrongReplyError(`createdOn ${String(task.createdOn)}`);
    this.#tasks.set(task.id ?? '', task);
  }

  remove(id: string): void {
    this.#tasks.delete(id);
  }

  /** Records a failed call that may have been run. */
  doubt(doubt: Doubt): void {
    this.#doubt = doubt;
  }

  assertList(list: readonly Task[], expected: readonly Task[]): void {
    if (list.length !== expected.length) {
      throw new WrongReplyError(`${String(list.length)} tasks instead of ${String(expected.length)}`);
    }
    for (const [place, task] of expected.entries()) assertSame(list[place] ?? {}, task, `task ${String(place)}`);
  }

  /** Adopts the stored tasks, if they only differ in doubtful ones. */
  settleDoubt(list: readonly Task[]): void {
    const stored = new Map(list.map((task) => [task.id ?? '', task]));
    let surprises = 0;
    for (const id of new Set([...stored.keys(), ...this.#tasks.keys()])) {
      const before = this.#tasks.get(id);
      const now = stored.get(id);
      if (now !== undefined && before !== undefined && isSame(now, before)) continue;
      if (!this.#explains(before, now))
        throw new WrongReplyError(`${JSON.stringify(before)} is ${JSON.stringify(now)}`);
      surprises++;
    }
    if (surprises > 1) throw new WrongReplyError(`one call that failed changed ${String(surprises)} tasks`);
    this.#tasks.clear();
    for (const [id, task] of stored) this.#tasks.set(id, task);
    this.#doubt = undefined;
  }

  #explains(before: Task | undefined, now: Task | undefined): boolean {
    const { id, after } = this.#doubt ?? { after: undefined };
    if (id !== before?.id) return false;
    return after === undefined ? now === undefined : now?.name === after.name && now?.done === after.done;
  }
}

function isSame(task: Task, expected: Partial<Task>): boolean {
  return (Object.keys(expected) as (keyof Task)[]).every((field) => task[field] === expected[field]);
}

function assertSame(task: Task, expected: Partial<Task>, what: string): void {
  if (isSame(task, expected)) return;
  throw new WrongReplyError(`${what} is ${JSON.stringify(task)} instead of ${JSON.stringify(expected)}`);
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : Number(a > b);
}
