import { ApiError, type FieldError } from './api-error.js';

/** Longest wait for an answer: the gateway itself gives up after 13 s. */
const TIMEOUT_MS = 20_000;

/** An answer of the API. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** What a request may carry besides method and path. */
export interface RequestOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Cancels the request. */
  readonly signal?: AbortSignal;
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean;
}

/** Sends requests to the API under `base`, naming the account that the page believes in. */
export class HttpClient {
  readonly #base: string;
  readonly #etags = new Map<string, { etag: string; body: unknown }>();
  /** Id of the account that the page shows; sent along with every request. */
  account: string | undefined;

  /** @param base Path in front of every route, without a slash at its end. */
  constructor(base = '/api/v1') {
    this.#base = base;
  }

  /**
   * Sends a request and returns the answer.
   *
   * @throws ApiError for every answer but 2xx, and with status 0 when there was none.
   */
  async send<T>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    const response = await this.fetch(method, path, options);
    return { status: response.status, body: (await readJson(response)) as T };
  }

  /** As `send`, for a GET whose answer carries an ETag: an unchanged body is not sent again. `changed`: it was. */
  async getCached<T>(path: string, signal?: AbortSignal): Promise<{ body: T; changed: boolean }> {
    const known = this.#etags.get(path);
    const headers: Record<string, string> = known ? { 'If-None-Match': known.etag } : {};
    const response = await this.fetch('GET', path, signal ? { signal } : {}, headers);
    if (response.status === 304 && known) return { body: known.body as T, changed: false };
    const body = await readJson(response);
    const etag = response.headers.get('ETag');
    if (etag !== null) this.#etags.set(path, { etag, body });
    return { body: body as T, changed: true };
  }

  /** Forgets the bodies kept for `getCached`, and the account. */
  reset(): void {
    this.#etags.clear();
    this.account = undefined;
  }

  /** As `send`, with the answer unread. */
  async fetch(
    method: string,
    path: string,
    { body, signal, keepalive }: RequestOptions,
    extra: Record<string, string> = {},
  ): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json', ...extra };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (this.account !== undefined) headers['Tasks-Account'] = this.account;
    const timeout = new AbortController();
    const timer = setTimeout(() => {
      timeout.abort();
    }, TIMEOUT_MS);
    signal?.addEventListener('abort', () => {
      timeout.abort();
    });
    let response: Response;
    try {
      response = await fetch(this.#base + path, {
        method,
        headers,
        cache: 'no-store',
        credentials: 'same-origin',
        signal: timeout.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(keepalive ? { keepalive } : {}),
      });
    } catch {
      throw new ApiError(0, signal?.aborted ? 'cancelled' : 'unreachable');
    } finally {
      clearTimeout(timer);
    }
    if (response.ok || response.status === 304) return response;
    throw await toApiError(response);
  }
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  try {
    return await response.json();
  } catch {
    throw new ApiError(0, 'unreachable');
  }
}

async function toApiError(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as { type?: unknown; errors?: unknown };
  const type = typeof problem.type === 'string' ? (problem.type.split(/[/:#]/).pop() ?? '') : '';
  const errors = Array.isArray(problem.errors) ? (problem.errors as FieldError[]) : [];
  const retryAfter = Number(response.headers.get('Retry-After') ?? NaN);
  return new ApiError(response.status, type, errors, Number.isFinite(retryAfter) ? retryAfter : undefined);
}
