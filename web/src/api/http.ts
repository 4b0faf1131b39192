import { signal as state, type ReadonlySignal } from '@preact/signals-core';
import { ApiError } from './api-error.js';
import { takeEarly } from './early-answers.js';
import { fetchApi } from './fetch-api.js';
import { runInNextTask } from './next-task.js';

/** Time limit of a complete answer: the gateway's own limit is 13 s. */
const TIMEOUT_MS = 20_000;
/** Time limit of a file, which may contain all data of an account. */
const FILE_TIMEOUT_MS = 10 * 60_000;
/** Number of bodies cached by `getCached`. */
const MAX_CACHED = 32;

export interface RequestOptions {
  /** Sent as JSON, a file as it is. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Keeps the request alive when the page closes. */
  readonly keepalive?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether the server answers for the account of a client. `other-account`: another one logged in with this browser. */
export type Access = 'granted' | 'ended' | 'other-account';

/** The body of an answer, with its ETag. */
export interface Tagged<T> {
  readonly body: T;
  readonly etag: string | undefined;
}

/** Sends requests to the API for one account, or for none before a log-in. */
export class HttpClient {
  readonly #account: string | undefined;
  readonly #ending: AbortSignal | undefined;
  /** The most recently used entry is last. */
  readonly #cached = new Map<string, { etag: string; body: unknown }>();
  readonly #access = state<Access>('granted');

  /**
   * @param account Id sent with every request: the server rejects it while the session is another account's.
   * @param ending Ends the client: every request fails as cancelled, also when its answer is already here.
   */
  constructor(account?: string, ending?: AbortSignal) {
    this.#account = account;
    this.#ending = ending;
  }

  get access(): ReadonlySignal<Access> {
    return this.#access;
  }

  /** Sets the access, after the session was looked up. */
  setAccess(access: Access): void {
    this.#access.value = access;
  }

  /**
   * Sends a request and returns the body of the answer.
   *
   * @throws ApiError for every answer but 2xx, and with status 0 for a missing or incomplete one.
   */
  async send<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    return (await this.#request(method, path, options, readJson)) as T;
  }

  /** As `send`, with the ETag of the answer. */
  async sendTagged<T>(method: string, path: string, options: RequestOptions): Promise<Tagged<T>> {
    return this.#request(method, path, options, async (response) => ({
      body: (await readJson(response)) as T,
      etag: response.headers.get('ETag') ?? undefined,
    }));
  }

  /** As `send`, for a GET whose answer has an ETag: an unchanged body is not transferred again, and is the same object. */
  async getCached<T>(path: string, signal?: AbortSignal): Promise<Tagged<T>> {
    const known = this.#cached.get(path);
    if (known) this.#remember(path, known);
    const read = async (response: Response): Promise<Tagged<T>> => {
      if (response.status === 304 && known) return known as Tagged<T>;
      const body = (await readJson(response)) as T;
      const etag = response.headers.get('ETag') ?? undefined;
      if (etag !== undefined) this.#remember(path, { etag, body });
      return { body, etag };
    };
    return this.#request('GET', path, { signal, ...(known && { headers: { 'If-None-Match': known.etag } }) }, read);
  }

  /** As `send`, for a GET of a file, which may take minutes. */
  async download(path: string): Promise<Blob> {
    return this.#request('GET', path, {}, (response) => response.blob(), FILE_TIMEOUT_MS);
  }

  /** As `send`, for a file, whose answer may take minutes. */
  async upload<T>(path: string, file: Blob): Promise<T> {
    return (await this.#request('POST', path, { body: file }, readJson, FILE_TIMEOUT_MS)) as T;
  }

  #remember(path: string, entry: { etag: string; body: unknown }): void {
    this.#cached.delete(path);
    this.#cached.set(path, entry);
    for (const oldest of this.#cached.keys()) {
      if (this.#cached.size <= MAX_CACHED) return;
      this.#cached.delete(oldest);
    }
  }

  /** Sends a request and reads its answer, with one time limit for both. */
  async #request<T>(
    method: string,
    path: string,
    { body, signal, keepalive, headers: extra = {} }: RequestOptions,
    read: (response: Response) => Promise<T>,
    timeoutMs = TIMEOUT_MS,
  ): Promise<T> {
    const isCancelled = (): boolean => Boolean(signal?.aborted) || Boolean(this.#ending?.aborted);
    if (isCancelled()) throw new ApiError(0, 'cancelled');
    const headers: Record<string, string> = { Accept: 'application/json', ...extra };
    const isFile = body instanceof Blob;
    if (body !== undefined) headers['Content-Type'] = isFile ? body.type : 'application/json';
    if (this.#account !== undefined) headers['Tasks-Account'] = this.#account;
    const early = method === 'GET' ? takeEarly(path, this.#account) : undefined;
    // AbortSignal.any would combine the signals, but not every supported browser has it.
    const controller = early?.controller ?? new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    const timer = setTimeout(abort, timeoutMs);
    const sources = [signal, this.#ending];
    for (const source of sources) source?.addEventListener('abort', abort);
    try {
      // What changes something is sent by a key or click, whose own task is long enough. A page that closes has no other.
      if (method !== 'GET' && !keepalive) await new Promise<void>(runInNextTask);
      const response = await (early?.response ??
        fetchApi(path, {
          method,
          headers,
          signal: controller.signal,
          ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }),
          ...(keepalive ? { keepalive } : {}),
        }));
      if (!response.ok && response.status !== 304) throw await toApiError(response);
      const answer = await read(response);
      if (isCancelled()) throw new ApiError(0, 'cancelled');
      return answer;
    } catch (error) {
      if (isCancelled()) throw new ApiError(0, 'cancelled');
      if (!(error instanceof ApiError)) throw new ApiError(0, 'unreachable');
      if (error.failure === 'signed-out') this.#access.value = 'ended';
      if (error.failure === 'account-changed') this.#access.value = 'other-account';
      throw error;
    } finally {
      clearTimeout(timer);
      for (const source of sources) source?.removeEventListener('abort', abort);
    }
  }
}

async function readJson(response: Response): Promise<unknown> {
  return response.status === 204 ? undefined : response.json();
}

/** Statuses that a proxy may send too: the server is busy, or a body is too large. */
const PROXY_STATUSES: readonly number[] = [408, 413, 429];

async function toApiError(response: Response): Promise<ApiError> {
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json') ?? false;
  // A proxy or a captive network answered in the server's place: the request did not arrive.
  if (!isProblem && response.status < 500 && !PROXY_STATUSES.includes(response.status))
    return new ApiError(0, 'unreachable');
  const problem = (await response.json().catch(() => ({}))) as { type?: unknown; errors?: unknown };
  const retryAfter = Number(response.headers.get('Retry-After') ?? NaN);
  return ApiError.of(response.status, problem, Number.isFinite(retryAfter) ? retryAfter : undefined);
}
