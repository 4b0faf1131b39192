import { driverOptions, type MongoOptions } from '@tasks/mongo-connection';
import { mongo } from 'mongoose';
import { TaskTarget, type MergeCounts } from '../../../application/task-target.js';
import type { Task } from '../../../domain/task.js';
import { withoutCredentials } from '@tasks/service';
import { StoreDefects } from '../store-defects.js';
import { fromTask, toTask } from './task-document.js';
import { type TaskDocument, TASKS_COLLECTION } from './task.schema.js';

/** The tasks in MongoDB as the target of a copy: writes the same documents as the service, without using it. */
export class MongodbArchive extends TaskTarget {
  readonly #defects = new StoreDefects();

  readonly #client: mongo.MongoClient;
  readonly #tasks: mongo.Collection<TaskDocument>;
  readonly #place: string;

  private constructor(client: mongo.MongoClient, tasks: mongo.Collection<TaskDocument>, place: string) {
    super();
    this.#client = client;
    this.#tasks = tasks;
    this.#place = place;
  }

  /** @throws Error with advice when MongoDB is unavailable or rejects the command, as the other methods do. */
  static async open(options: MongoOptions): Promise<MongodbArchive> {
    let client: mongo.MongoClient | undefined;
    try {
      client = new mongo.MongoClient(options.uri, driverOptions(options));
      await client.connect();
    } catch (error) {
      await client?.close();
      throw unusable(options.place, error);
    }
    const tasks = client.db(options.database).collection<TaskDocument>(TASKS_COLLECTION);
    return new MongodbArchive(client, tasks, options.place);
  }

  override merge(tasks: readonly Task[], overwrite: boolean): Promise<MergeCounts> {
    return this.#explaining(this.#merge(tasks, overwrite));
  }

  override countPresent(tasks: readonly Task[]): Promise<number> {
    return this.#explaining(
      this.#tasks.countDocuments({ _id: { $in: tasks.map(({ id }) => new mongo.ObjectId(id)) } }),
    );
  }

  /** Closes the driver's connections. */
  close(): Promise<void> {
    return this.#client.close();
  }

  #explaining<Result>(result: Promise<Result>): Promise<Result> {
    return result.catch((error: unknown) => {
      throw unusable(this.#place, error);
    });
  }

  /** Existing ids are looked up first: a unique index alone would not show whether the documents are equal. */
  async #merge(tasks: readonly Task[], overwrite: boolean): Promise<MergeCounts> {
    const present = await this.#present(tasks);
    const missing = tasks.filter(({ id }) => !present.has(id));
    const differing = tasks.filter((task) => {
      const there = present.get(task.id);
      return there && toTask(there, there.userId, this.#defects)?.equals(task) !== true;
    });
    if (missing.length > 0) await this.#tasks.insertMany(missing.map(fromTask), { ordered: false });
    if (overwrite && differing.length > 0) await this.#replace(differing);
    return {
      added: missing.length,
      same: present.size - differing.length,
      replaced: overwrite ? differing.length : 0,
      kept: overwrite ? 0 : differing.length,
    };
  }

  async #present(tasks: readonly Task[]): Promise<Map<string, TaskDocument>> {
    const ids = tasks.map(({ id }) => new mongo.ObjectId(id));
    const documents = await this.#tasks.find({ _id: { $in: ids } }).toArray();
    return new Map(documents.map((document) => [document._id.toHexString(), document]));
  }

  async #replace(tasks: readonly Task[]): Promise<void> {
    await this.#tasks.bulkWrite(
      tasks.map((task) => {
        const { _id, ...replacement } = fromTask(task);
        return { replaceOne: { filter: { _id }, replacement } };
      }),
      { ordered: false },
    );
  }
}

function unusable(place: string, error: unknown): Error {
  const reason = withoutCredentials(error instanceof Error ? error.message : String(error));
  return new Error(`MongoDB at ${place} can't be used (${reason}): check --to or MONGODB_URI`, { cause: error });
}
