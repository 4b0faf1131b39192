import { type TaskCounts, type TaskPosition, TaskRepository } from '../application/task.repository.js';
import type { Task, TaskChanges } from '../domain/task.js';

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

  override find(id: string, userId: string): Promise<Task | undefined> {
    return this.#observe('find', () => this.#store.find(id, userId));
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]> {
    return this.#observe('pageByUser', () => this.#store.pageByUser(userId, limit, after, done));
  }

  override count(userId: string): Promise<TaskCounts> {
    return this.#observe('count', () => this.#store.count(userId));
  }

  override update(id: string, userId: string, changes: TaskChanges): Promise<Task | undefined> {
    return this.#observe('update', () => this.#store.update(id, userId, changes));
  }

  override remove(id: string, userId: string): Promise<boolean> {
    return this.#observe('remove', () => this.#store.remove(id, userId));
  }

  override removeAll(userId: string, limit: number, onlyDone: boolean): Promise<number> {
    return this.#observe('removeAll', () => this.#store.removeAll(userId, limit, onlyDone));
  }
}
