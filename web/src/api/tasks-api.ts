import type { NewTask, Task, TaskChanges } from '../state/task.js';
import { ApiError } from './api-error.js';
import type { HttpClient } from './http.js';
import { pathOfAgenda, pathOfTaskPage, pathOfTasks } from './paths.js';

/** One page of tasks; `nextCursor` is null on the last. */
export interface TaskPage {
  readonly items: readonly Task[];
  readonly nextCursor: string | null;
}

/** The whole task, with the ETag of its revision. */
export interface WholeTask {
  readonly task: Task;
  readonly etag: string | undefined;
}

/** What an edit returned; `next`: the task that follows it in its series. */
export interface EditedTask extends WholeTask {
  readonly next?: Task | undefined;
}

/** A new task; `createdOn` and `doneOn` only of one that is brought back. */
export type InsertedTask = NewTask & Pick<Task, 'id' | 'name'> & Partial<Pick<Task, 'createdOn' | 'doneOn'>>;

/** The fields of an edit. `now`: the reader's wall clock when it was made. */
export type TaskEdit = TaskChanges & { readonly now?: string };

/** One change of a batch. */
export type Operation = { readonly list: string } & (
  | ({ readonly op: 'insert' } & InsertedTask)
  | ({ readonly op: 'edit'; readonly id: string } & TaskEdit)
  | { readonly op: 'move'; readonly id: string; readonly to: string }
  | { readonly op: 'remove'; readonly id: string }
);

/** The outcome of one change of a batch. */
export type OperationResult = { readonly task?: Task; readonly next?: Task } | ApiError;

type TaskBody = Omit<Task, 'list'>;
interface PageBody {
  readonly items: readonly (TaskBody & { readonly list?: string })[];
  readonly nextCursor: string | null;
}

/** The routes for tasks. Every method throws ApiError. */
export class TasksApi {
  readonly #http: HttpClient;
  /** Tasks of the pages that the client keeps, so that an unchanged page has the same objects again. */
  readonly #tasksOf = new WeakMap<object, readonly Task[]>();

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** A page of the first list's open tasks, whose id need not be known yet. @param list Its id, once known. */
  async firstPage(list: Promise<string>): Promise<TaskPage> {
    const asked = this.#http.getCached<PageBody>(pathOfTaskPage(undefined, false));
    const [{ body }, id] = await Promise.all([asked, list]);
    return this.#toPage(body, id);
  }

  /** A page of a list's open or done tasks. @param text Words in their names; empty: any. */
  async list(
    list: string,
    { done, text = '', signal }: { done: boolean; text?: string; signal?: AbortSignal },
    after?: string,
  ): Promise<TaskPage> {
    const { body } = await this.#http.getCached<PageBody>(pathOfTaskPage(list, done, text, after), signal);
    return this.#toPage(body, list);
  }

  /** A page of open tasks of all lists. @param until Day before which those with a date are due. */
  async agenda(view: 'due' | 'starred', until?: string, after?: string): Promise<TaskPage> {
    const { body } = await this.#http.getCached<PageBody>(pathOfAgenda(view, until, after));
    return this.#toPage(body);
  }

  async get(list: string, id: string): Promise<WholeTask> {
    const { body, etag } = await this.#http.getCached<TaskBody>(`${pathOfTasks(list)}/${id}`);
    return { task: { ...body, list }, etag };
  }

  async create(list: string, task: InsertedTask): Promise<Task> {
    return { ...(await this.#http.send<TaskBody>('POST', pathOfTasks(list), { body: task })), list };
  }

  /** @param ifMatch ETag that the task must have; undefined: any. */
  async edit(list: string, id: string, edit: TaskEdit, ifMatch?: string): Promise<EditedTask> {
    const options = { body: edit, ...(ifMatch !== undefined && { headers: { 'If-Match': ifMatch } }) };
    const { body, etag } = await this.#http.sendTagged<TaskBody & { next?: TaskBody }>(
      'PATCH',
      `${pathOfTasks(list)}/${id}`,
      options,
    );
    return { ...toEdited(body, list), etag };
  }

  async move(list: string, id: string, to: string): Promise<Task> {
    const options = { body: { list: to } };
    return { ...(await this.#http.send<TaskBody>('POST', `${pathOfTasks(list)}/${id}/move`, options)), list: to };
  }

  async remove(list: string, id: string): Promise<void> {
    await this.#http.send('DELETE', `${pathOfTasks(list)}/${id}`);
  }

  /** Removes done tasks, at most 1,000, while the page closes. */
  async clearDone(list: string): Promise<void> {
    await this.#http.send('DELETE', `${pathOfTasks(list)}?done=true`, { keepalive: true });
  }

  /** Sends a request without effect. */
  async probe(): Promise<void> {
    await this.#http.send('GET', '/tasks?limit=1');
  }

  /** Sends changes in order; returns the outcome of each. */
  async batch(operations: readonly Operation[], keepalive = false): Promise<readonly OperationResult[]> {
    const { results } = await this.#http.send<{
      results: readonly { status: number; task?: TaskBody & { next?: TaskBody }; problem?: { type: string } }[];
    }>('POST', '/batch', { body: { operations }, keepalive });
    return operations.map((operation, at) => {
      const { status, task, problem } = results[at] ?? { status: 0 };
      if (status < 200 || status > 299) return ApiError.of(status, problem ?? {});
      const list = operation.op === 'move' ? operation.to : operation.list;
      return task === undefined ? {} : toEdited(task, list);
    });
  }

  #toPage(body: PageBody, list = ''): TaskPage {
    const tasks = this.#tasksOf.get(body) ?? body.items.map((item) => ({ ...item, list: item.list ?? list }));
    this.#tasksOf.set(body, tasks);
    return { items: tasks, nextCursor: body.nextCursor };
  }
}

function toEdited(
  { next, ...task }: TaskBody & { readonly next?: TaskBody },
  list: string,
): { task: Task; next?: Task } {
  return { task: { ...task, list }, ...(next && { next: { ...next, list } }) };
}
