import { ApiError } from '../../src/api/api-error.js';
import type { HttpClient, RequestOptions, Tagged } from '../../src/api/http.js';
import { HeldAnswers } from './held-answers.js';
import { Rejection, type Reply } from './rejection.js';
import { StandInStore, type StoredAccount } from './stand-in-store.js';
import { StandInTasks } from './stand-in-tasks.js';

/** A client whose requests for tasks and lists are answered in memory, without a network. */
export class StandInHttp implements Pick<HttpClient, 'send' | 'sendTagged' | 'getCached'> {
  readonly store = new StandInStore();
  readonly account: StoredAccount = this.store.addAccount('ada', 'velvet tractor sings loudly');
  readonly #tasks = new StandInTasks(this.store, () => undefined);
  /** Changes, as `PATCH /lists/…/tasks/… {"done":true}`, with ids left out. */
  readonly changes: string[] = [];
  readonly requests: string[] = [];
  /** Answer to every change. */
  failure: ApiError | undefined;
  /** Holds all answers back. */
  until: Promise<void> = Promise.resolve();
  /** Holds some answers back. */
  readonly answers = new HeldAnswers();

  async send<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    return (await this.sendTagged<T>(method, path, options)).body;
  }

  async getCached<T>(path: string, signal?: AbortSignal): Promise<Tagged<T>> {
    return this.sendTagged('GET', path, { signal });
  }

  async sendTagged<T>(method: string, path: string, { body, headers, signal }: RequestOptions): Promise<Tagged<T>> {
    if (signal?.aborted) throw new ApiError(0, 'cancelled');
    this.requests.push(`${method} ${path}`);
    if (method !== 'GET') this.changes.push(`${method} ${nameOf(path)} ${JSON.stringify(body ?? '')}`);
    const reply = this.#answer(method, path, body, headers?.['If-Match']);
    await this.until;
    await this.answers.wait(`${method} ${path}`);
    if (signal?.aborted) throw new ApiError(0, 'cancelled');
    if (reply instanceof ApiError) throw reply;
    return {
      body: structuredClone(reply.body) as T,
      etag: typeof reply.etag === 'string' ? reply.etag : undefined,
    };
  }

  #answer(method: string, path: string, body: unknown, ifMatch: string | undefined): Reply | ApiError {
    if (method !== 'GET' && this.failure) return this.failure;
    const url = new URL(path, 'http://gateway');
    const request = { method, path: url.pathname, query: url.searchParams, account: this.account, ifMatch };
    try {
      const reply = this.#tasks.answer({ ...request, body: (body ?? {}) as Record<string, unknown> });
      return reply ?? new ApiError(404, 'not-found');
    } catch (error) {
      if (error instanceof Rejection) return new ApiError(error.status, error.type);
      throw error;
    }
  }
}

/** The path without its ids. */
function nameOf(path: string): string {
  return path.replace(/\/[0-9a-f]{24,32}/g, '');
}
