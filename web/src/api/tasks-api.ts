import type { NewTask, Task, TaskChanges } from '../state/task.js';
import { ApiError } from './api-error.js';
import type { HttpClient } from './http.js';

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

/** Number of tasks in a page. */
export const PAGE_SIZE = 1_000;

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
    const asked = this.#http.getCached<PageBody>(`/tasks?done=false&limit=${String(PAGE_SIZE)}`);
    const [{ body }, id] = await Promise.all([asked, list]);
    return this.#toPage(body, id);
  }

  /** A page of a list's open or done tasks. @param text Words in their names; empty: any. */
  async list(
    list: string,
    { done, text = '', signal }: { done: boolean; text?: string; signal?: AbortSignal },
    after?: string,
  ): Promise<TaskPage> {
    const parameters = new URLSearchParams({ done: String(done), limit: String(PAGE_SIZE) });
    if (text !== '') parameters.set('text', text);
    if (after !== undefined) parameters.set('after', after);
    const { body } = await this.#http.getCached<PageBody>(`${pathOf(list)}?${parameters.toString()}`, signal);
    return this.#toPage(body, list);
  }

  /** A page of open tasks of all lists. @param until Day before which those with a date are due. */
  async agenda(view: 'due' | 'starred', until?: string, after?: string): Promise<TaskPage> {
    const parameters = new URLSearchParams({ view, limit: String(PAGE_SIZE) });
    if (until !== undefined) parameters.set('until', until);
    if (after !== undefined) parameters.set('after', after);
    const { body } = await this.#http.getCached<PageBody>(`/agenda?${parameters.toString()}`);
    return this.#toPage(body);
  }

  async get(list: string, id: string): Promise<WholeTask> {
    const { body, etag } = await this.#http.getCached<TaskBody>(`${pathOf(list)}/${id}`);
    return { task: { ...body, list }, etag };
  }

  async create(list: string, task: InsertedTask): Promise<Task> {
    return { ...(await this.#http.send<TaskBody>('POST', pathOf(list), { body: task })), list };
  }

  /** @param ifMatch ETag that the task must have; undefined: any. */
  async edit(list: string, id: string, edit: TaskEdit, ifMatch?: string): Promise<EditedTask> {
    const options = { body: edit, ...(ifMatch !== undefined && { headers: { 'If-Match': ifMatch } }) };
    const { body, etag } = await this.#http.sendTagged<TaskBody & { next?: TaskBody }>(
      'PATCH',
      `${pathOf(list)}/${id}`,
      options,
    );
    return { ...toEdited(body, list), etag };
  }

  async move(list: string, id: string, to: string): Promise<Task> {
    const options = { body: { list: to } };
    return { ...(await this.#http.send<TaskBody>('POST', `${pathOf(list)}/${id}/move`, options)), list: to };
  }

  async remove(list: string, id: string): Promise<void> {
    await this.#http.send('DELETE', `${pathOf(list)}/${id}`);
  }

  /** Removes done tasks, at most 1,000, while the page closes. */
  async clearDone(list: string): Promise<void> {
    await this.#http.send('DELETE', `${pathOf(list)}?done=true`, { keepalive: true });
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

function pathOf(list: string): string {
  return `/lists/${list}/tasks`;
}

function toEdited(
  { next, ...task }: TaskBody & { readonly next?: TaskBody },
  list: string,
): { task: Task; next?: Task } {
  return { task: { ...task, list }, ...(next && { next: { ...next, list } }) };
}
