import { type Model, Types } from 'mongoose';
import type { DueSelection, StarredSelection, TaskPosition, TaskTotals } from '../../../application/task.repository.js';
import type { Task } from '../../../domain/task.js';
import type { StoreDefects } from '../store-defects.js';
import { type Filter, NO_ARRAY } from './task-changes.js';
import { LAST_TIME, type StoredDocument, toTask, UNKNOWN_TIME } from './task-document.js';
import type { TaskDocument } from './task.schema.js';

/** A document without a date is read as the oldest one. */
const HAS_NO_DATE = { $not: { $gt: UNKNOWN_TIME, $lte: LAST_TIME } } as const;

/** Reads open tasks of several users that are due or have a star, and counts tasks. */
export class TaskAgenda {
  readonly #model: Model<TaskDocument>;
  readonly #defects: StoreDefects;

  constructor(model: Model<TaskDocument>, defects: StoreDefects) {
    this.#model = model;
    this.#defects = defects;
  }

  /** As `TaskRepository.pageByDue`; this and the other methods reject with the driver's error. */
  pageByDue({ userIds, limit, from = '', until, after }: DueSelection): Promise<Task[]> {
    const start = after && after.dueOn > from ? after.dueOn : from;
    const filter = {
      ...openTasksOf(userIds),
      dueOn: { $gte: start, ...(until !== undefined && { $lt: until }), ...NO_ARRAY },
      ...(after && { $or: [{ dueOn: { $gt: after.dueOn } }, { _id: { $gt: new Types.ObjectId(after.id) } }] }),
    };
    return this.#read(filter, { dueOn: 1, _id: 1 }, limit);
  }

  /** As `TaskRepository.pageByStar`. Documents without a date are read apart: MongoDB's order has some of them last. */
  async pageByStar({ userIds, limit, after }: StarredSelection): Promise<Task[]> {
    const starred = { ...openTasksOf(userIds), starred: { $eq: true, ...NO_ARRAY } };
    const undated = after && after.createdOn > UNKNOWN_TIME ? [] : await this.#readUndated(starred, limit, after);
    if (undated.length === limit) return undated;
    const filter = {
      ...starred,
      createdOn: { $gt: UNKNOWN_TIME, ...(after && { $gte: after.createdOn }), $lte: LAST_TIME, ...NO_ARRAY },
      ...(after && { $or: [{ createdOn: { $gt: after.createdOn } }, { _id: { $gt: new Types.ObjectId(after.id) } }] }),
    };
    return [...undated, ...(await this.#read(filter, { createdOn: 1, _id: 1 }, limit - undated.length))];
  }

  /** As `TaskRepository.totals`. */
  async totals(userIds: readonly string[], today: string): Promise<ReadonlyMap<string, TaskTotals>> {
    const all = { userId: { $in: [...userIds] }, _id: { $type: 'objectId' } } as const;
    // A time of today follows the day's own text.
    const [before, during] = [
      { $gte: '', $lt: today },
      { $gte: today, $lt: `${today}U` },
    ];
    const [byDone, overdue, dueToday] = await Promise.all([
      this.#count(all, { userId: '$userId', done: '$done' }),
      this.#count({ ...openTasksOf(userIds), dueOn: { ...before, ...NO_ARRAY } }, { userId: '$userId' }),
      this.#count({ ...openTasksOf(userIds), dueOn: { ...during, ...NO_ARRAY } }, { userId: '$userId' }),
    ]);
    const totals = new Map(userIds.map((userId) => [userId, { open: 0, done: 0, overdue: 0, dueToday: 0 }]));
    const add = (groups: readonly Group[], kindOf: (group: Group) => keyof TaskTotals): void => {
      for (const group of groups) {
        const ofUser = totals.get(group._id.userId as string);
        if (ofUser) ofUser[kindOf(group)] += group.count;
      }
    };
    add(byDone, ({ _id }) => (_id.done === true ? 'done' : 'open'));
    add(overdue, () => 'overdue');
    add(dueToday, () => 'dueToday');
    return totals;
  }

  #readUndated(starred: Filter, limit: number, after: TaskPosition | undefined): Promise<Task[]> {
    const _id = { $type: 'objectId', ...(after && { $gt: new Types.ObjectId(after.id) }) } as const;
    return this.#read({ ...starred, _id, createdOn: HAS_NO_DATE }, { _id: 1 }, limit);
  }

  async #read(filter: Filter, order: Readonly<Record<string, 1>>, limit: number): Promise<Task[]> {
    const documents = await this.#model.find(filter).sort(order).limit(limit).batchSize(limit).lean();
    return documents.flatMap((document: StoredDocument) => {
      const { userId } = document;
      return (typeof userId === 'string' && toTask(document, userId, this.#defects)) || [];
    });
  }

  #count(filter: Filter, by: Readonly<Record<string, string>>): Promise<Group[]> {
    return this.#model.aggregate<Group>([{ $match: filter }, { $group: { _id: by, count: { $sum: 1 } } }]).exec();
  }
}

/** Number of documents with these values. */
interface Group {
  readonly _id: { readonly userId?: unknown; readonly done?: unknown };
  readonly count: number;
}

function openTasksOf(userIds: readonly string[]): Filter {
  return { userId: { $in: [...userIds] }, done: { $ne: true }, _id: { $type: 'objectId' } };
}
