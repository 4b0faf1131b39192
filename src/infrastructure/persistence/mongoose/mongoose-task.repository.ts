import { answeredWithin, type MongoOptions } from '@tasks/mongo-connection';
import { type Model, mongo, Types } from 'mongoose';
import {
  type CreatedTask,
  type DueSelection,
  type StarredSelection,
  type TaskCounts,
  type TaskExpectation,
  type TaskPosition,
  TaskRepository,
  type TaskTotals,
} from '../../../application/task.repository.js';
import type { Task } from '../../../domain/task.js';
import type { TaskChanges } from '../../../domain/task-details.js';
import { TaskError } from '../../../domain/task.errors.js';
import type { StoreDefects } from '../store-defects.js';
import { TaskAgenda } from './task-agenda.js';
import { type Filter, toFilter, toUpdate, type Update } from './task-changes.js';
import { fromTask, toTask } from './task-document.js';
import { TaskLists } from './task-lists.js';
import type { TaskDocument } from './task.schema.js';

const DUPLICATE_KEY = 11_000;
/** Attempts at an insert whose id is removed and taken again meanwhile. */
const MAX_ATTEMPTS = 5;

/** Tasks in MongoDB, nearly always one command per call, without Mongoose's document wrappers. */
export class MongooseTaskRepository extends TaskRepository {
  readonly #lists: TaskLists;
  readonly #agenda: TaskAgenda;

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
    this.#agenda = new TaskAgenda(model, defects);
  }

  override async add(task: Task): Promise<void> {
    // Bypasses the model: the entity is valid, and the document has exactly the stored fields.
    await this.#answered(() => this.#model.collection.insertOne(fromTask(task)));
  }

  override async create(task: Task): Promise<Task | undefined> {
    const [created] = await this.createAll([task]);
    return created?.task;
  }

  override createAll(tasks: readonly Task[]): Promise<(CreatedTask | undefined)[]> {
    return this.#answered(async () => {
      const created = new Map<Task, CreatedTask>();
      let left = tasks;
      for (let attempt = 0; left.length > 0; attempt++) {
        if (attempt === MAX_ATTEMPTS) throw new Error('Tasks with the ids are removed and created again and again');
        left = await this.#createEach(left, created);
      }
      return tasks.map((task) => created.get(task));
    });
  }

  override find(id: string, userId: string): Promise<Task | undefined> {
    return this.#answered(() => this.#findOne(id, userId));
  }

  override pageByUser(userId: string, limit: number, after?: TaskPosition, done?: boolean): Promise<Task[]> {
    return this.#answered(() => this.#lists.read({ userId, limit, after, done }));
  }

  override pageByDue(selection: DueSelection): Promise<Task[]> {
    return this.#answered(() => this.#agenda.pageByDue(selection));
  }

  override pageByStar(selection: StarredSelection): Promise<Task[]> {
    return this.#answered(() => this.#agenda.pageByStar(selection));
  }

  override totals(userIds: readonly string[], today: string): Promise<ReadonlyMap<string, TaskTotals>> {
    return this.#answered(() => this.#agenda.totals(userIds, today));
  }

  override async update(
    id: string,
    userId: string,
    changes: TaskChanges,
    expected: TaskExpectation = {},
  ): Promise<Task | undefined> {
    const filter = { _id: new Types.ObjectId(id), userId, ...toFilter(expected) };
    const update = toUpdate(changes);
    const document = await this.#answered(() =>
      update ? this.#findAndChange(filter, update) : this.#model.collection.findOne(filter),
    );
    return document ? toTask(document, userId, this.#defects) : undefined;
  }

  override async move(id: string, userId: string, toUserId: string): Promise<Task | undefined> {
    const filter = { _id: new Types.ObjectId(id), userId };
    const document = await this.#answered(() => this.#findAndChange(filter, { $set: { userId: toUserId } }));
    return document ? toTask(document, toUserId, this.#defects) : undefined;
  }

  override async remove(id: string, userId: string, expected: TaskExpectation = {}): Promise<boolean> {
    const filter = { _id: new Types.ObjectId(id), userId, ...toFilter(expected) };
    const result = await this.#answered(() => this.#model.collection.deleteOne(filter));
    return result.deletedCount === 1;
  }

  override async removeSome(ids: readonly string[], userId: string): Promise<void> {
    const filter = { _id: { $in: ids.map((id) => new Types.ObjectId(id)) }, userId };
    await this.#answered(() => this.#model.collection.deleteMany(filter));
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

  /** Stores the tasks whose ids are free, and returns the others. */
  async #insert(tasks: readonly Task[]): Promise<readonly Task[]> {
    if (tasks.length === 0) return [];
    try {
      // Bypasses the model: the entities are valid, and the documents have exactly the stored fields.
      await this.#model.collection.insertMany(tasks.map(fromTask), { ordered: false });
      return [];
    } catch (error) {
      return takenIndexes(error).flatMap((index) => tasks[index] ?? []);
    }
  }

  /** Stores the tasks, or finds those of the same users. @returns Those whose ids were taken, and are free by now. */
  async #createEach(tasks: readonly Task[], created: Map<Task, CreatedTask>): Promise<readonly Task[]> {
    const taken = new Set(await this.#insert(tasks));
    for (const task of tasks) if (!taken.has(task)) created.set(task, { task, isNew: true });
    if (taken.size === 0) return [];
    const ids = Array.from(taken, ({ id }) => new Types.ObjectId(id));
    const documents = await this.#model
      .find({ _id: { $in: ids } })
      .batchSize(ids.length)
      .lean();
    const byId = new Map(documents.map((document) => [String(document._id), document]));
    for (const task of taken) {
      const document = byId.get(task.id);
      const stored = document?.userId === task.userId && toTask(document, task.userId, this.#defects);
      if (stored) created.set(task, { task: stored, isNew: false });
    }
    return [...taken].filter(({ id }) => !byId.has(id));
  }

  #findAndChange(filter: Filter, update: Update): Promise<mongo.WithId<mongo.BSON.Document> | null> {
    return this.#model.collection.findOneAndUpdate(filter, update, { returnDocument: 'after' });
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

/** The indexes of inserted documents whose ids are taken. @throws the error when anything else went wrong as well. */
function takenIndexes(error: unknown): number[] {
  if (!(error instanceof mongo.MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
  const failures = [error.writeErrors].flat();
  if (failures.length === 0 || !failures.every(({ code }) => code === DUPLICATE_KEY)) throw error;
  return failures.map(({ index }) => index);
}
