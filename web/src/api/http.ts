import { ApiError, type FieldError } from './api-error.js';

/** Time limit of a complete answer: the gateway's own limit is 13 s. */
const TIMEOUT_MS = 20_000;
/** Time limit of a download, which may contain all data of an account. */
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
/** Number of bodies cached by `getCached`. */
const MAX_CACHED = 32;

/** Options of a request. */
export interface RequestOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Cancels the request. */
  readonly signal?: AbortSignal | undefined;
  /** Keeps the request alive when the page closes. */
  readonly keepalive?: boolean;
  /** Omits the account that the page shows, so that the server answers for any account. */
  readonly omitAccount?: boolean;
}

/** Sends requests to the API under `base`, with the account that the page shows. */
export class HttpClient {
  readonly #base: string;
  /** The most recently used entry is last. */
  readonly #cached = new Map<string, { etag: string; body: unknown }>();
  /** Id of the account that the page shows; sent with every request. */
  account: string | undefined;

  /** @param base Prefix of every route, without a trailing slash. */
  constructor(base = '/api/v1') {
    this.#base = base;
  }

  /**
   * Sends a request and returns the body of the answer.
   *
   * @throws ApiError for every answer but 2xx, and with status 0 for a missing or incomplete one.
   */
  async send<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    return (await this.#request(method, path, options, readJson)) as T;
  }

  /**
   * As `send`, for a GET whose answer has an ETag: an unchanged body is not transferred again, and `changed` is false.
   */
  async getCached<T>(path: string, signal?: AbortSignal): Promise<{ body: T; changed: boolean }> {
    const known = this.#cached.get(path);
    if (known) this.#remember(path, known);
    const read = async (response: Response): Promise<{ body: T; changed: boolean }> => {
      if (response.status === 304 && known) return { body: known.body as T, changed: false };
      const body = await readJson(response);
      const etag = response.headers.get('ETag');
      if (etag !== null) this.#remember(path, { etag, body });
      return { body: body as T, changed: true };
    };
    return this.#request('GET', path, { signal }, read, known ? { 'If-None-Match': known.etag } : {});
  }

  /** As `send`, for a GET of a file, which may take minutes. */
  async download(path: string): Promise<Blob> {
    return this.#request('GET', path, {}, (response) => response.blob(), {}, DOWNLOAD_TIMEOUT_MS);
  }

  /** Removes the cached bodies and the account. */
  reset(): void {
    this.#cached.clear();
    this.account = undefined;
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
    { body, signal, keepalive, omitAccount }: RequestOptions,
    read: (response: Response) => Promise<T>,
    extra: Record<string, string> = {},
    timeoutMs = TIMEOUT_MS,
  ): Promise<T> {
    if (signal?.aborted) throw new ApiError(0, 'cancelled');
    const headers: Record<string, string> = { Accept: 'application/json', ...extra };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (this.account !== undefined && !omitAccount) headers['Tasks-Account'] = this.account;
    // AbortSignal.any would combine both, but not every supported browser has it.
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    const timer = setTimeout(abort, timeoutMs);
    signal?.addEventListener('abort', abort);
    try {
      const response = await fetch(this.#base + path, {
        method,
        headers,
        cache: 'no-store',
        credentials: 'same-origin',
        signal: controller.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(keepalive ? { keepalive } : {}),
      });
      if (!response.ok && response.status !== 304) throw await toApiError(response);
      return await read(response);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(0, signal?.aborted ? 'cancelled' : 'unreachable');
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

async function readJson(response: Response): Promise<unknown> {
  return response.status === 204 ? undefined : response.json();
}

async function toApiError(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as { type?: unknown; errors?: unknown };
  const type = typeof problem.type === 'string' ? (problem.type.split(/[/:#]/).pop() ?? '') : '';
  const errors = Array.isArray(problem.errors) ? (problem.errors as FieldError[]) : [];
  const retryAfter = Number(response.headers.get('Retry-After') ?? NaN);
  return new ApiError(response.status, type, errors, Number.isFinite(retryAfter) ? retryAfter : undefined);
}
