import { answeredWithin, type MongoOptions } from '@tasks/mongo-connection';
import { type Model, mongo, Types } from 'mongoose';
import {
  type CreatedTask,
  isExpected,
  type TaskCounts,
  type TaskExpectation,
  type TaskPosition,
  TaskRepository,
  type TaskTotals,
} from '../../../application/task.repository.js';
import type { Task, TaskChanges } from '../../../domain/task.js';
import { TaskError } from '../../../domain/task.errors.js';
import type { StoreDefects } from '../store-defects.js';
import { fromTask, toTask } from './task-document.js';
import { TaskLists } from './task-lists.js';
import type { TaskDocument } from './task.schema.js';

const DUPLICATE_KEY = 11_000;

/** Tasks in MongoDB, nearly always one command per call, without Mongoose's document wrappers. */
export class MongooseTaskRepository extends TaskRepository {
  readonly #lists: TaskLists;

  readonly #model: Model<TaskDocument>;
  readonly #options: Pick<MongoOptions, 'serverSelectionTimeoutMs'>;
  readonly #defects: StoreDefects;

  constructor(
    model: Model<TaskDocument>,
    options: Pick<MongoOptions, 'serverSelectionTimeoutMs'>,
    defects: StoreDefects,
  ) {
    super();
    this.#model = model;
    this.#options = options;
    this.#defects = defects;
    this.#lists = new TaskLists(model, defects);
  }

  override async add(task: Task): Promise<void> {
    // Bypasses the model: the entity is valid, and the document has exactly the stored fields.
    await this.#answered(() => this.#model.collection.insertOne(fromTask(task)));
  }

  override create(task: Task): Promise<Task | undefined> {
    return this.#answered(async () => {
      if (await this.#insert(task)) return task;
      const stored = await this.#findOne(task.id, task.userId);
      if (stored) return stored;
      // It may have been removed in between; otherwise another user has the id.
      return (await this.#insert(task)) ? task : undefined;
    });
  }

  override find(id: string, userId: string): Promise<Task | undefined> {
    return this.#answered(() => this.#findOne(id, userId));
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]> {
    return this.#answered(() => this.#lists.read({ userId, limit, after, done }));
  }

  override async createAll(tasks: readonly Task[]): Promise<(CreatedTask | undefined)[]> {
    const created: (CreatedTask | undefined)[] = [];
    for (const task of tasks) {
      const stored = await this.create(task);
      created.push(stored && { task: stored, isNew: stored === task });
    }
    return created;
  }

  override pageByDue(): Promise<Task[]> {
    return Promise.reject(TaskError.storeUnavailable(new Error('Not implemented')));
  }

  override pageByStar(): Promise<Task[]> {
    return Promise.reject(TaskError.storeUnavailable(new Error('Not implemented')));
  }

  override totals(): Promise<ReadonlyMap<string, TaskTotals>> {
    return Promise.reject(TaskError.storeUnavailable(new Error('Not implemented')));
  }

  override async move(id: string, userId: string, toUserId: string): Promise<Task | undefined> {
    const filter = { _id: new Types.ObjectId(id), userId };
    const set = { $set: { userId: toUserId } };
    const document = await this.#answered(() =>
      this.#model.findOneAndUpdate(filter, set, { returnDocument: 'after' }).lean(),
    );
    return document ? toTask(document, toUserId, this.#defects) : undefined;
  }

  override async removeSome(ids: readonly string[], userId: string): Promise<void> {
    for (const id of ids) await this.remove(id, userId);
  }

  override async update(
    id: string,
    userId: string,
    changes: TaskChanges,
    expected?: TaskExpectation,
  ): Promise<Task | undefined> {
    if (expected) {
      const found = await this.find(id, userId);
      if (!found || !isExpected(found, expected)) return undefined;
    }
    const filter = { _id: new Types.ObjectId(id), userId };
    const set = definedOf(changes);
    const document = await this.#answered(() =>
      Object.keys(set).length === 0
        ? this.#model.findOne(filter).lean()
        : this.#model.findOneAndUpdate(filter, { $set: set }, { returnDocument: 'after' }).lean(),
    );
    return document ? toTask(document, userId, this.#defects) : undefined;
  }

  override async remove(id: string, userId: string, expected?: TaskExpectation): Promise<boolean> {
    if (expected) {
      const found = await this.find(id, userId);
      if (!found || !isExpected(found, expected)) return false;
    }
    const result = await this.#answered(() => this.#model.deleteOne({ _id: new Types.ObjectId(id), userId }));
    return result.deletedCount === 1;
  }

  override async count(userId: string): Promise<TaskCounts> {
    const ofTasks = { userId, _id: { $type: 'objectId' } };
    const groups = await this.#answered(() =>
      this.#model.aggregate<DoneGroup>([{ $match: ofTasks }, { $group: { _id: '$done', count: { $sum: 1 } } }]),
    );
    const countOf = (isMatching: (done: unknown) => boolean): number =>
      groups.reduce((sum, group) => sum + (isMatching(group._id) ? group.count : 0), 0);
    return { open: countOf((done) => done !== true), done: countOf((done) => done === true) };
  }

  override removeAll(userId: string, limit: number, onlyDone: boolean): Promise<number> {
    const filter = { userId, ...(onlyDone && { done: true }) };
    return this.#answered(async () => {
      for (;;) {
        const found = await this.#model.find(filter, { _id: 1 }).limit(limit).batchSize(limit).lean();
        if (found.length === 0) return 0;
        const ids = found.map(({ _id }) => _id);
        // Bypasses the model, which accepts no ids of other types: documents left out of lists are removed, too.
        const { deletedCount } = await this.#model.collection.deleteMany({ ...filter, _id: { $in: ids } });
        // All of these may have been removed concurrently; then there may be more.
        if (deletedCount > 0) return deletedCount;
      }
    });
  }

  /** Stores the task; false when its id is taken. */
  async #insert(task: Task): Promise<boolean> {
    try {
      await this.#model.collection.insertOne(fromTask(task));
      return true;
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }

  async #findOne(id: string, userId: string): Promise<Task | undefined> {
    const document = await this.#model.findOne({ _id: new Types.ObjectId(id), userId }).lean();
    return document ? toTask(document, userId, this.#defects) : undefined;
  }

  /** Any error of the driver means that the store couldn't be used: the arguments are valid. */
  async #answered<T>(command: () => PromiseLike<T>): Promise<T> {
    try {
      return await answeredWithin(this.#options, command);
    } catch (error) {
      throw TaskError.storeUnavailable(error);
    }
  }
}

/** Returns the number of tasks with that value of `done`. */
interface DoneGroup {
  readonly _id: unknown;
  readonly count: number;
}

/** What is set of the changes. */
function definedOf(changes: TaskChanges): TaskChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
