import {
  type CreatedTask,
  type DueSelection,
  type StarredSelection,
  type TaskCounts,
  type TaskExpectation,
  type TaskPosition,
  TaskRepository,
  type TaskTotals,
} from '../application/task.repository.js';
import type { Task } from '../domain/task.js';
import type { TaskChanges } from '../domain/task-details.js';

export type StoreOperation = keyof TaskRepository;

/** Runs an operation of a store once, observes it, and passes its result on unchanged. */
export type ObserveOperation = <Result>(operation: StoreOperation, run: () => Promise<Result>) => Promise<Result>;

/** A store whose operations are observed from before their first instruction: a store may also block. */
export class ObservedTaskRepository extends TaskRepository {
  readonly #store: TaskRepository;
  readonly #observe: ObserveOperation;

  constructor(store: TaskRepository, observe: ObserveOperation) {
    super();
    this.#store = store;
    this.#observe = observe;
  }

  override add(task: Task): Promise<void> {
    return this.#observe('add', () => this.#store.add(task));
  }

  override create(task: Task): Promise<Task | undefined> {
    return this.#observe('create', () => this.#store.create(task));
  }

  override createAll(tasks: readonly Task[]): Promise<(CreatedTask | undefined)[]> {
    return this.#observe('createAll', () => this.#store.createAll(tasks));
  }

  override find(id: string, userId: string): Promise<Task | undefined> {
    return this.#observe('find', () => this.#store.find(id, userId));
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]> {
    return this.#observe('pageByUser', () => this.#store.pageByUser(userId, limit, after, done));
  }

  override count(userId: string): Promise<TaskCounts> {
    return this.#observe('count', () => this.#store.count(userId));
  }

  override pageByDue(selection: DueSelection): Promise<Task[]> {
    return this.#observe('pageByDue', () => this.#store.pageByDue(selection));
  }

  override pageByStar(selection: StarredSelection): Promise<Task[]> {
    return this.#observe('pageByStar', () => this.#store.pageByStar(selection));
  }

  override totals(userIds: readonly string[], today: string): Promise<ReadonlyMap<string, TaskTotals>> {
    return this.#observe('totals', () => this.#store.totals(userIds, today));
  }

  override update(
    id: string,
    userId: string,
    changes: TaskChanges,
    expected?: TaskExpectation,
  ): Promise<Task | undefined> {
    return this.#observe('update', () => this.#store.update(id, userId, changes, expected));
  }

  override move(id: string, userId: string, toUserId: string): Promise<Task | undefined> {
    return this.#observe('move', () => this.#store.move(id, userId, toUserId));
  }

  override remove(id: string, userId: string, expected?: TaskExpectation): Promise<boolean> {
    return this.#observe('remove', () => this.#store.remove(id, userId, expected));
  }

  override removeSome(ids: readonly string[], userId: string): Promise<void> {
    return this.#observe('removeSome', () => this.#store.removeSome(ids, userId));
  }

  override removeAll(userId: string, limit: number, onlyDone: boolean): Promise<number> {
    return this.#observe('removeAll', () => this.#store.removeAll(userId, limit, onlyDone));
  }
}
