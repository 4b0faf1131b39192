import { type Model, type QueryFilter, Types } from 'mongoose';
import { TaskRepository, type TaskPosition } from '../../../application/task.repository.js';
import type { Task, TaskChanges } from '../../../domain/task.js';
import { TaskError } from '../../../domain/task.errors.js';
import { documentOf, type TaskDocument, taskOf } from './task.schema.js';

const NEWEST_FIRST = { createdOn: -1, _id: -1 } as const;

/** Tasks in MongoDB, each call one command, documents without Mongoose's wrapping. */
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

  override pageByUser(userId: string, limit: number, after?: TaskPosition): Promise<Task[]> {
    if (!after) return this.#find({ userId }, limit);
    const { createdOn, id } = after;
    // The first condition gives the index its bounds, the second sorts out the ties.
    const earlier = [{ createdOn: { $lt: createdOn } }, { _id: { $lt: new Types.ObjectId(id) } }];
    return this.#find({ userId, createdOn: { $lte: createdOn }, $or: earlier }, limit);
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
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`MongoDB did not answer within ${String(this.answerLimitMs)} ms`));
      }, this.answerLimitMs);
    });
    try {
      return await Promise.race([command(), tooLate]);
    } catch (error) {
      throw TaskError.storeUnavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

function definedOf({ name, done }: TaskChanges): TaskChanges {
  return { ...(name !== undefined && { name }), ...(done !== undefined && { done }) };
}
