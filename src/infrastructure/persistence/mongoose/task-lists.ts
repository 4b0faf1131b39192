import { type Model, type QueryFilter, Types } from 'mongoose';
import type { TaskPosition } from '../../../application/task.repository.js';
import type { Task } from '../../../domain/task.js';
import type { StoreDefects } from '../store-defects.js';
import type { TaskDocument } from './task.schema.js';
import { isInPlace, LAST_TIME, type StoredDocument, toTask, UNKNOWN_TIME } from './task-document.js';

const NEWEST_FIRST = { createdOn: -1, _id: -1 } as const;
/** Documents of older writers may lack `done`; a list of values is an index range for each, a negation is not. */
const IS_OPEN = { $in: [false, null] };
const HAS_USABLE_ID = { $type: 'objectId' } as const;

/** The part of a user's list to read. */
interface ListPart {
  readonly userId: string;
  readonly limit: number;
  readonly after: TaskPosition | undefined;
  readonly done: boolean | undefined;
}

/**
 * Reads lists in the agreed order. MongoDB sorts by type before value, so documents whose `createdOn` is not a date are
 * out of place: their tasks have `UNKNOWN_TIME` and sort last. A part without such documents takes one command.
 */
export class TaskLists {
  readonly #model: Model<TaskDocument>;
  readonly #defects: StoreDefects;

  constructor(model: Model<TaskDocument>, defects: StoreDefects) {
    this.#model = model;
    this.#defects = defects;
  }

  /** As `TaskRepository.pageByUser`; rejects with the driver's error. */
  async read(part: ListPart): Promise<Task[]> {
    const { userId, limit, after } = part;
    const found = await this.#find({ ...tasksOf(part), ...(after && notBefore(after)) }, limit);
    if (!found.every(isInPlace)) {
      // The whole list.
      if (found.length < limit && !after) return this.#toTasks(found, userId).sort(newestFirst);
      return this.#readByTime(part);
    }
    const tasks = this.#toTasks(found, userId);
    // Either all of the user's documents or the requested number were seen.
    if (found.length === limit || !after) return tasks;
    return [...tasks, ...(await this.#readUndated(part, limit - tasks.length))];
  }

  async #readByTime(part: ListPart): Promise<Task[]> {
    const { userId, limit, after } = part;
    const filter = {
      ...tasksOf(part),
      ...(after && notBefore(after)),
      _id: HAS_USABLE_ID,
      createdOn: { $gt: UNKNOWN_TIME, $lte: after?.createdOn ?? LAST_TIME, $not: { $type: 'array' } },
    } as const;
    const tasks = this.#toTasks(await this.#find(filter, limit), userId);
    return [...tasks, ...(await this.#readUndated(part, limit - tasks.length))];
  }

  async #readUndated(part: ListPart, limit: number): Promise<Task[]> {
    const { userId, after } = part;
    if (limit === 0) return [];
    const isAfterUndated = after && after.createdOn <= UNKNOWN_TIME;
    const filter = {
      ...tasksOf(part),
      _id: { ...HAS_USABLE_ID, ...(isAfterUndated && { $lt: new Types.ObjectId(after.id) }) },
      createdOn: { $not: { $gt: UNKNOWN_TIME, $lte: LAST_TIME } },
    };
    const documents = await this.#model.find(filter).sort({ _id: -1 }).limit(limit).lean();
    return this.#toTasks(documents, userId);
  }

  #find(filter: QueryFilter<TaskDocument>, limit: number): Promise<StoredDocument[]> {
    return this.#model.find(filter).sort(NEWEST_FIRST).limit(limit).batchSize(limit).lean().exec();
  }

  #toTasks(documents: readonly StoredDocument[], userId: string): Task[] {
    const tasks: Task[] = [];
    for (const document of documents) {
      const task = toTask(document, userId, this.#defects);
      if (task) tasks.push(task);
    }
    return tasks;
  }
}

function tasksOf({ userId, done }: ListPart): QueryFilter<TaskDocument> {
  return { userId, ...(done !== undefined && { done: done ? true : IS_OPEN }) };
}

/** The first condition gives the index its bounds, the second resolves ties. */
function notBefore({ createdOn, id }: TaskPosition): QueryFilter<TaskDocument> {
  const earlier = [{ createdOn: { $lt: createdOn } }, { _id: { $lt: new Types.ObjectId(id) } }];
  return { createdOn: { $lte: createdOn }, $or: earlier };
}

function newestFirst(one: Task, other: Task): number {
  return other.createdOn.getTime() - one.createdOn.getTime() || (one.id < other.id ? 1 : -1);
}
