import { withTimeout } from '@tasks/service';
import { type Model, mongo, type QueryFilter, Types } from 'mongoose';
import { type TaskCounts, type TaskPosition, TaskRepository } from '../../../application/task.repository.js';
import type { Task, TaskChanges } from '../../../domain/task.js';
import { TaskError } from '../../../domain/task.errors.js';
import { documentOf, type TaskDocument, taskOf } from './task.schema.js';

const NEWEST_FIRST = { createdOn: -1, _id: -1 } as const;
const DUPLICATE_KEY = 11_000;
/** Documents of older writers may lack `done`; a list of values is a range of the index for each, a negation is not. */
const IS_OPEN = { $in: [false, null] };

/** Tasks in MongoDB, nearly each call one command, documents without Mongoose's wrapping. */
export class MongooseTaskRepository extends TaskRepository {
  /** @param answerLimitMs How long MongoDB may take for one command, whatever the driver tries meanwhile. */
  constructor(
    private readonly model: Model<TaskDocument>,
    private readonly answerLimitMs: number,
  ) {
    super();
  }

  override async add(task: Task): Promise<void> {
    // Past the model: the entity has been checked, and the document has the very fields that are stored.
    await this.#answered(() => this.model.collection.insertOne(documentOf(task)));
  }

  override create(task: Task): Promise<Task | undefined> {
    return this.#answered(async () => {
      if (await this.#insert(task)) return task;
      const stored = await this.#findOne(task.id, task.userId);
      if (stored) return stored;
      // It may have been removed in between; else another user has the id.
      return (await this.#insert(task)) ? task : undefined;
    });
  }

  override find(id: string, userId: string): Promise<Task | undefined> {
    return this.#answered(() => this.#findOne(id, userId));
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]> {
    const filter = { userId, ...(done !== undefined && { done: done ? true : IS_OPEN }) };
    if (!after) return this.#find(filter, limit);
    const { createdOn, id } = after;
    // The first condition gives the index its bounds, the second sorts out the ties.
    const earlier = [{ createdOn: { $lt: createdOn } }, { _id: { $lt: new Types.ObjectId(id) } }];
    return this.#find({ ...filter, createdOn: { $lte: createdOn }, $or: earlier }, limit);
  }

  override async update(id: string, userId: string, changes: TaskChanges): Promise<Task | undefined> {
    const filter = { _id: new Types.ObjectId(id), userId };
    const set = definedOf(changes);
    const document = await this.#answered(() =>
      Object.keys(set).length === 0
        ? this.model.findOne(filter).lean()
        : this.model.findOneAndUpdate(filter, { $set: set }, { returnDocument: 'after' }).lean(),
    );
    return document ? taskOf(document) : undefined;
  }

  override async remove(id: string, userId: string): Promise<boolean> {
    const result = await this.#answered(() => this.model.deleteOne({ _id: new Types.ObjectId(id), userId }));
    return result.deletedCount === 1;
  }

  override async count(userId: string): Promise<TaskCounts> {
    const groups = await this.#answered(() =>
      this.model.aggregate<DoneGroup>([{ $match: { userId } }, { $group: { _id: '$done', count: { $sum: 1 } } }]),
    );
    const countOf = (isMatching: (done: unknown) => boolean): number =>
      groups.reduce((sum, group) => sum + (isMatching(group._id) ? group.count : 0), 0);
    return { open: countOf((done) => done !== true), done: countOf((done) => done === true) };
  }

  override removeAll(userId: string, limit: number, onlyDone: boolean): Promise<number> {
    const filter = { userId, ...(onlyDone && { done: true }) };
    // Past the model, which would leave out ids of other types.
    const { collection } = this.model;
    return this.#answered(async () => {
      for (;;) {
        const found = await collection.find(filter, { projection: { _id: 1 }, limit, batchSize: limit }).toArray();
        if (found.length === 0) return 0;
        const { deletedCount } = await collection.deleteMany({ ...filter, _id: { $in: found.map(({ _id }) => _id) } });
        // Others may have removed all of these meanwhile; then there may be more.
        if (deletedCount > 0) return deletedCount;
      }
    });
  }

  /** Stores the task; false when its id is taken. */
  async #insert(task: Task): Promise<boolean> {
    try {
      await this.model.collection.insertOne(documentOf(task));
      return true;
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }

  async #findOne(id: string, userId: string): Promise<Task | undefined> {
    const document = await this.model.findOne({ _id: new Types.ObjectId(id), userId }).lean();
    return document ? taskOf(document) : undefined;
  }

  async #find(filter: QueryFilter<TaskDocument>, limit: number): Promise<Task[]> {
    const documents = await this.#answered(() =>
      this.model.find(filter).sort(NEWEST_FIRST).limit(limit).batchSize(limit).lean(),
    );
    return documents.map(taskOf);
  }

  /**
   * Whatever the driver throws means that the store couldn't be used: what is asked of it has been checked before. The
   * driver's own limits are for each step, and it takes some steps twice: a MongoDB that hangs would hold a call for long.
   */
  async #answered<T>(command: () => PromiseLike<T>): Promise<T> {
    try {
      return await withTimeout(Promise.resolve(command()), this.answerLimitMs, () => {
        throw new Error(`MongoDB did not answer within ${String(this.answerLimitMs)} ms`);
      });
    } catch (error) {
      throw TaskError.storeUnavailable(error);
    }
  }
}

/** How many tasks have that value of `done`. */
interface DoneGroup {
  readonly _id: unknown;
  readonly count: number;
}

function definedOf({ name, done }: TaskChanges): TaskChanges {
  return { ...(name !== undefined && { name }), ...(done !== undefined && { done }) };
}
