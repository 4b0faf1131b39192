import type { Task } from '@tasks/idl';

/** A call whose outcome is unknown: it failed in a way that leaves open whether it was run. */
export interface Doubt {
  /** Unset: a task was to be added, whose id nobody knows. */
  readonly id?: string | undefined;
  /** What it is if the call was run; undefined: removed. */
  readonly after: Pick<Task, 'name' | 'done'> | undefined;
}

/** A reply that is not what it must be. */
export class WrongReplyError extends Error {
  override readonly name = 'WrongReply';
}

/** What the service must have stored for one user, by what it has answered so far. */
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

  /** A task that the service has answered with; it must be as expected. */
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

  /** A call failed that may have been run. */
  doubt(doubt: Doubt): void {
    this.#doubt = doubt;
  }

  /** A list must be these tasks. */
  assertList(list: readonly Task[], expected: readonly Task[]): void {
    if (list.length !== expected.length) {
      throw new WrongReplyError(`${String(list.length)} tasks instead of ${String(expected.length)}`);
    }
    for (const [place, task] of expected.entries()) assertSame(list[place] ?? {}, task, `task ${String(place)}`);
  }

  /** Takes what is stored for the truth, if it differs in nothing but what is in doubt. */
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
