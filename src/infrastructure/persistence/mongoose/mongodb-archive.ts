import { mongo } from 'mongoose';
import { isAlike, TaskTarget, type MergeCounts } from '../../../application/task-archive.js';
import type { Task } from '../../../domain/task.js';
import { driverOptions, type MongoosePersistenceOptions } from './mongoose-connection.js';
import { documentOf, type TaskDocument, taskOf } from './task.schema.js';

const COLLECTION = 'tasks';

/** The tasks in MongoDB as the target of a copy: documents as the service writes them, past the service. */
export class MongodbArchive extends TaskTarget {
  private constructor(
    private readonly client: mongo.MongoClient,
    private readonly tasks: mongo.Collection<TaskDocument>,
  ) {
    super();
  }

  /** @throws Error of the driver when MongoDB isn't there or refuses. */
  static async open(options: MongoosePersistenceOptions): Promise<MongodbArchive> {
    const client = new mongo.MongoClient(options.uri, driverOptions(options));
    try {
      await client.connect();
    } catch (error) {
      await client.close();
      throw error;
    }
    return new MongodbArchive(client, client.db(options.database).collection<TaskDocument>(COLLECTION));
  }

  /** Ids that are there are looked up first: a unique index alone would not tell whether what is there is the same. */
  override async merge(tasks: readonly Task[], overwrite: boolean): Promise<MergeCounts> {
    const present = await this.#present(tasks);
    const missing = tasks.filter(({ id }) => !present.has(id));
    const differing = tasks.filter((task) => {
      const there = present.get(task.id);
      return there && !isAlike(taskOf(there), task);
    });
    if (missing.length > 0) await this.tasks.insertMany(missing.map(documentOf), { ordered: false });
    if (overwrite && differing.length > 0) await this.#replace(differing);
    return {
      added: missing.length,
      same: present.size - differing.length,
      replaced: overwrite ? differing.length : 0,
      kept: overwrite ? 0 : differing.length,
    };
  }

  override async countPresent(tasks: readonly Task[]): Promise<number> {
    return this.tasks.countDocuments({ _id: { $in: tasks.map(({ id }) => new mongo.ObjectId(id)) } });
  }

  /** Closes the driver's connections. */
  close(): Promise<void> {
    return this.client.close();
  }

  async #present(tasks: readonly Task[]): Promise<Map<string, TaskDocument>> {
    const ids = tasks.map(({ id }) => new mongo.ObjectId(id));
    const documents = await this.tasks.find({ _id: { $in: ids } }).toArray();
    return new Map(documents.map((document) => [document._id.toHexString(), document]));
  }

  async #replace(tasks: readonly Task[]): Promise<void> {
    await this.tasks.bulkWrite(
      tasks.map((task) => {
        const { _id, ...replacement } = documentOf(task);
        return { replaceOne: { filter: { _id }, replacement } };
      }),
      { ordered: false },
    );
  }
}
