import type { Task, TaskChanges, TaskCounts, TaskQuery } from '../state/task.js';
import type { HttpClient } from './http.js';

/** One page of a list; `nextCursor` is null on the last. */
export interface TaskPage {
  readonly items: readonly Task[];
  readonly nextCursor: string | null;
}

/** Number of tasks in a page of the list. */
export const PAGE_SIZE = 200;

/** The routes under `/tasks`. Every method throws ApiError. */
export class TasksApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** One page of tasks. `changed` is false when the page is the same as at the last call. */
  async list(query: TaskQuery, after?: string, signal?: AbortSignal): Promise<TaskPage & { changed: boolean }> {
    const parameters = new URLSearchParams({ limit: String(PAGE_SIZE) });
    if (query.filter !== 'all') parameters.set('done', String(query.filter === 'done'));
    if (query.text !== '') parameters.set('text', query.text);
    if (after !== undefined) parameters.set('after', after);
    const { body, changed } = await this.#http.getCached<TaskPage>(`/tasks?${parameters.toString()}`, signal);
    return { ...body, changed };
  }

  async get(id: string): Promise<Task> {
    return (await this.#http.getCached<Task>(`/tasks/${id}`)).body;
  }

  async counts(): Promise<TaskCounts> {
    return (await this.#http.getCached<TaskCounts>('/tasks/counts')).body;
  }

  async create(id: string, name: string, keepalive = false): Promise<Task> {
    return this.#http.send('POST', '/tasks', { body: { id, name }, keepalive });
  }

  async patch(id: string, changes: TaskChanges, keepalive = false): Promise<Task> {
    return this.#http.send('PATCH', `/tasks/${id}`, { body: changes, keepalive });
  }

  async remove(id: string, keepalive = false): Promise<void> {
    await this.#http.send('DELETE', `/tasks/${id}`, { keepalive });
  }

  /** Removes done tasks, at most 1,000; `more`: some are left. */
  async clearDone(keepalive = false): Promise<{ removed: number; more: boolean }> {
    return this.#http.send('DELETE', '/tasks?done=true', { keepalive });
  }
}
