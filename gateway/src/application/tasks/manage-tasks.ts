import { REMOVED_AT_ONCE, USERS_AT_ONCE } from '@tasks/idl';
import type { Principal } from '../../domain/principal.js';
import type { ListAccess } from '../lists/list-access.js';
import type { ChangeFeed, TaskChange } from './change-feed.js';
import type {
  AgendaQuery,
  Edited,
  NewTask,
  Task,
  TaskCounts,
  TaskEdit,
  TaskPage,
  TaskQuery,
  TaskService,
} from './task-service.js';
import { TaskServiceError } from './task-service.error.js';

/** A request for the tasks of a list. */
export interface TasksRequest {
  readonly principal: Principal;
  /** Undefined: the first list of the account. */
  readonly list?: string | undefined;
}

/** A task to add; without an id it gets a new one. */
export type RequestedTask = Omit<NewTask, 'id'> & { readonly id?: string | undefined };

/** The task with a requested id, and whether this request added it. */
interface CreatedTask {
  readonly task: Task;
  readonly isNew: boolean;
}

/** A task of an agenda, with the public id of its list. */
export interface AgendaTask {
  readonly task: Task;
  readonly list: string;
}

/**
 * Operations on the tasks of a list, for those who may. Listeners of the list are notified of each change. Methods reject
 * with ListError when the list is not theirs, and with TaskServiceError.
 */
export class ManageTasks {
  readonly #tasks: TaskService;
  readonly #access: ListAccess;
  readonly #feed: ChangeFeed;
  readonly #nextId: () => string;

  constructor(tasks: TaskService, access: ListAccess, feed: ChangeFeed, nextId: () => string) {
    this.#tasks = tasks;
    this.#access = access;
    this.#feed = feed;
    this.#nextId = nextId;
  }

  /** Rejects with ListError if the request may not read the list, or not any more. */
  async requireReadable(request: TasksRequest): Promise<void> {
    await this.#readable(request);
  }

  async find(request: TasksRequest, query: TaskQuery): Promise<TaskPage> {
    return this.#tasks.find(await this.#readable(request), query);
  }

  async get(request: TasksRequest, taskId: string): Promise<Task> {
    return this.#tasks.get(await this.#readable(request), taskId);
  }

  async count(request: TasksRequest): Promise<TaskCounts> {
    return this.#tasks.count(await this.#readable(request));
  }

  /** Adds a task; if the list has one with its id already, that is returned unchanged. */
  async create(request: TasksRequest, { id = this.#nextId(), ...fields }: RequestedTask): Promise<CreatedTask> {
    const ownerId = await this.#writable(request);
    const [result] = await this.#tasks.insertAll(ownerId, [{ id, ...fields }]);
    if (result === undefined) throw new TaskServiceError('FAILED', 'The task service returned no result');
    if ('rejected' in result) throw new TaskServiceError(result.rejected, result.message);
    // Also for a task that is there: an attempt without an answer may have added it.
    this.#feed.publishTasks(ownerId, { taskIds: [id] });
    return result;
  }

  async edit(request: TasksRequest, taskId: string, edit: TaskEdit): Promise<Edited> {
    const ownerId = await this.#writable(request);
    const edited = await this.#tasks.edit(ownerId, taskId, edit);
    this.#feed.publishTasks(ownerId, changedBy(edit, edited));
    return edited;
  }

  /** @param ifRevision Removes it at this revision only. */
  async remove(request: TasksRequest, taskId: string, ifRevision?: string): Promise<void> {
    const ownerId = await this.#writable(request);
    await this.#tasks.remove(ownerId, taskId, ifRevision);
    this.#feed.publishTasks(ownerId, { taskIds: [taskId] });
  }

  /** Moves a task to another list; the request must be an editor of both. */
  async move(request: TasksRequest, taskId: string, toList: string): Promise<Task> {
    const [ownerId, toOwnerId] = await Promise.all([
      this.#writable(request),
      this.#writable({ principal: request.principal, list: toList }),
    ]);
    const task = await this.#tasks.move(ownerId, taskId, toOwnerId);
    for (const owner of [ownerId, toOwnerId]) this.#feed.publishTasks(owner, { taskIds: [taskId] });
    return task;
  }

  /** Reads the open tasks of all lists that the request may read. */
  async agenda(principal: Principal, query: AgendaQuery): Promise<TaskPage<AgendaTask>> {
    const lists = (await this.#access.readable(principal)).slice(0, USERS_AT_ONCE);
    if (lists.length === 0) return { items: [], nextCursor: null };
    const ids = new Map(lists.map(({ id, ownerId }) => [ownerId, id]));
    const { items, nextCursor } = await this.#tasks.agenda([...ids.keys()], query);
    const tasks = items.map(({ ownerId, ...task }) => ({ task, list: ids.get(ownerId) ?? '' }));
    return { items: tasks, nextCursor };
  }

  /** Removes done tasks, up to a thousand of them. */
  async clearDone(request: TasksRequest): Promise<{ readonly removed: number; readonly more: boolean }> {
    const ownerId = await this.#writable(request);
    const removed = await this.#tasks.removeAll(ownerId, true);
    if (removed > 0) this.#feed.publishTasks(ownerId, { all: true });
    return { removed, more: removed === REMOVED_AT_ONCE };
  }

  #readable({ principal, list }: TasksRequest): Promise<string> {
    return this.#access.requireTasks(principal, list, 'viewer');
  }

  #writable({ principal, list }: TasksRequest): Promise<string> {
    return this.#access.requireTasks(principal, list, 'editor');
  }
}

/** What an edit changed. Reopening a task can remove its successor, whose id is not in the answer. */
export function changedBy({ done }: TaskEdit, { task, next }: Edited): TaskChange {
  if (done === false && task.repeat !== undefined) return { all: true };
  return { taskIds: next ? [task.id, next.id] : [task.id] };
}
