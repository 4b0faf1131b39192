import { TaskServiceError } from '../../src/application/tasks/task-service.error.js';
import {
  TaskService,
  type AgendaQuery,
  type Edited,
  type Insertion,
  type NewTask,
  type Task,
  type TaskCounts,
  type TaskEdit,
  type TaskPage,
  type TaskQuery,
  type TaskTotals,
} from '../../src/application/tasks/task-service.js';
import { revisionOfTask } from '../../src/interface/http/conditional.js';

interface Stored extends Task {
  readonly ownerId: string;
}

/** The task service in memory, for tests of its callers. Repeats are stored, and make no successors. */
export class MemoryTaskService extends TaskService {
  readonly #tasks = new Map<string, Stored>();
  /** If set, every request fails with it. */
  failure: Error | undefined;
  #passing = 0;
  #held: Promise<void> | undefined;
  #beforeHeld = 0;
  /** Number of requests so far, by method. */
  readonly calls: Partial<Record<keyof TaskService, number>> = {};
  #onReached: () => void = () => undefined;
  #reached: Promise<void> = Promise.resolve();

  /** Blocks requests until the returned function is called. */
  hold(): () => void {
    return this.holdAfter(0);
  }

  /** Blocks the requests after that many more until the returned function is called. */
  holdAfter(passing: number): () => void {
    this.#beforeHeld = passing;
    let release = (): void => undefined;
    this.#reached = new Promise((resolve) => {
      this.#onReached = resolve;
    });
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      this.#held = undefined;
      release();
    };
  }

  /** Resolves once a request waits. */
  reached(): Promise<void> {
    return this.#reached;
  }

  /** Fails with this error after that many more requests. */
  failAfter(passing: number, failure: Error): void {
    this.#passing = passing;
    this.failure = failure;
  }

  /** Removes the task completely, regardless of its owner. */
  forget(taskId: string): void {
    this.#tasks.delete(taskId);
  }

  /** Every owner that a task was ever added for. */
  readonly seenOwners = new Set<string>();

  /** The owners of all tasks. */
  get owners(): readonly string[] {
    return [...new Set([...this.#tasks.values()].map(({ ownerId }) => ownerId))];
  }

  /** The number of an owner's tasks. */
  sizeOf(ownerId: string): number {
    return this.#of(ownerId).length;
  }

  override async find(ownerId: string, { done, text, limit, after }: TaskQuery): Promise<TaskPage> {
    await this.#pass('find');
    const words = (text ?? '').toLowerCase().split(/\s+/);
    const wanted = this.#of(ownerId)
      .filter((task) => done === undefined || task.done === done)
      .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
      .filter((task) => after === undefined || task.id < after);
    return page(wanted, limit, ({ id }) => id, toTask);
  }

  override async get(ownerId: string, taskId: string): Promise<Task> {
    await this.#pass('get');
    return toTask(this.#find(ownerId, taskId));
  }

  override async insertAll(ownerId: string, tasks: readonly NewTask[]): Promise<readonly Insertion[]> {
    await this.#pass('insertAll');
    this.seenOwners.add(ownerId);
    return tasks.map((task) => {
      const stored = this.#tasks.get(task.id);
      if (stored && stored.ownerId !== ownerId) return { rejected: 'ID_TAKEN', message: 'The id is taken' };
      if (stored) return { task: toTask(stored), isNew: false };
      if (task.repeat !== undefined && task.dueOn === undefined)
        return { rejected: 'INVALID', message: 'repeat needs dueOn' };
      const added = { name: '', done: false, createdOn: new Date().toISOString(), ...definedOf(task), ownerId };
      this.#tasks.set(task.id, added);
      return { task: toTask(added), isNew: true };
    });
  }

  override async edit(ownerId: string, taskId: string, { now: _, ifRevision, ...edit }: TaskEdit): Promise<Edited> {
    await this.#pass('edit');
    const stored = this.#find(ownerId, taskId);
    const changes = definedOf(edit);
    const isChanged = Object.entries(changes).some(([field, value]) => {
      return (stored[field as keyof Stored] ?? (field === 'starred' ? false : '')) !== value;
    });
    if (isChanged && ifRevision !== undefined && ifRevision !== revisionOfTask(toTask(stored))) throw changed();
    const cleared = Object.fromEntries(
      Object.entries(changes).map(([field, value]) => [field, value === '' ? undefined : value]),
    );
    const task = isChanged ? { ...stored, ...cleared, changedOn: new Date().toISOString() } : stored;
    this.#tasks.set(taskId, task);
    return { task: toTask(task), next: undefined };
  }

  override async remove(ownerId: string, taskId: string, ifRevision?: string): Promise<void> {
    await this.#pass('remove');
    if (ifRevision !== undefined) {
      const task = this.#tasks.get(taskId);
      if (task?.ownerId !== ownerId) return;
      if (ifRevision !== revisionOfTask(toTask(task))) throw changed();
    }
    this.#tasks.delete(this.#find(ownerId, taskId).id);
  }

  override async removeSome(ownerId: string, taskIds: readonly string[]): Promise<void> {
    await this.#pass('removeSome');
    for (const id of taskIds) if (this.#tasks.get(id)?.ownerId === ownerId) this.#tasks.delete(id);
  }

  override async move(ownerId: string, taskId: string, toOwnerId: string): Promise<Task> {
    await this.#pass('move');
    const task = this.#tasks.get(taskId);
    const moved = task?.ownerId === toOwnerId ? task : { ...this.#find(ownerId, taskId), ownerId: toOwnerId };
    this.#tasks.set(taskId, moved);
    return toTask(moved);
  }

  override async agenda(
    ownerIds: readonly string[],
    { view, from, until, limit, after }: AgendaQuery,
  ): Promise<TaskPage<Task & { readonly ownerId: string }>> {
    await this.#pass('agenda');
    const keyOf = ({ dueOn, createdOn, id }: Task): string => `${view === 'due' ? (dueOn ?? '') : createdOn} ${id}`;
    const wanted = [...this.#tasks.values()]
      .filter(({ ownerId, done }) => ownerIds.includes(ownerId) && !done)
      .filter(({ dueOn, starred }) => (view === 'due' ? dueOn !== undefined : starred === true))
      .filter(({ dueOn = '' }) => (from === undefined || dueOn >= from) && (until === undefined || dueOn < until))
      .filter((task) => after === undefined || keyOf(task) > after)
      .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    return page(wanted, limit, keyOf, (task) => task);
  }

  override async count(ownerId: string): Promise<TaskCounts> {
    await this.#pass('count');
    const tasks = this.#of(ownerId);
    const done = tasks.filter((task) => task.done).length;
    return { open: tasks.length - done, done };
  }

  override async totals(ownerIds: readonly string[], today: string): Promise<ReadonlyMap<string, TaskTotals>> {
    await this.#pass('totals');
    return new Map(
      ownerIds.map((ownerId) => {
        const open = this.#of(ownerId).filter((task) => !task.done);
        const done = this.#of(ownerId).length - open.length;
        const days = open.flatMap(({ dueOn }) => dueOn?.slice(0, 10) ?? []);
        const overdue = days.filter((day) => day < today).length;
        return [ownerId, { open: open.length, done, overdue, dueToday: days.filter((day) => day === today).length }];
      }),
    );
  }

  override async removeAll(ownerId: string, onlyDone: boolean): Promise<number> {
    await this.#pass('removeAll');
    const removed = this.#of(ownerId)
      .filter(({ done }) => done || !onlyDone)
      .slice(0, 1_000);
    for (const { id } of removed) this.#tasks.delete(id);
    return removed.length;
  }

  override check(): Promise<string | undefined> {
    return Promise.resolve(this.failure?.message);
  }

  async #pass(method: keyof TaskService): Promise<void> {
    this.calls[method] = (this.calls[method] ?? 0) + 1;
    if (this.#held !== undefined && this.#beforeHeld-- <= 0) {
      this.#onReached();
      await this.#held;
    }
    if (this.failure !== undefined && this.#passing-- <= 0) throw this.failure;
  }

  #of(ownerId: string): Stored[] {
    return [...this.#tasks.values()]
      .filter((task) => task.ownerId === ownerId)
      .sort((one, other) => (one.id < other.id ? 1 : -1));
  }

  #find(ownerId: string, taskId: string): Stored {
    const task = this.#tasks.get(taskId);
    if (task?.ownerId !== ownerId) throw new TaskServiceError('NOT_FOUND', 'Task not found');
    return task;
  }
}

function page<Item>(
  tasks: readonly Stored[],
  limit: number,
  cursorOf: (task: Stored) => string,
  toItem: (task: Stored) => Item,
): TaskPage<Item> {
  const shown = tasks.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toItem), nextCursor: tasks.length > limit && last ? cursorOf(last) : null };
}

function toTask({ ownerId: _, ...task }: Stored): Task {
  return task;
}

function changed(): TaskServiceError {
  return new TaskServiceError('CHANGED', 'Another revision');
}

function definedOf<Values extends object>(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Values;
}
