import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jsonText } from 'nestjs-thrift';
import type { Problem } from './description.js';
import { isLoopback, rejectionOf } from './request-gate.js';

/** Limits of the listener, times in milliseconds, sizes in bytes. One person uses it, on the machine of the service. */
export const HTTP_LIMITS = {
  /** Further ones are closed at once. */
  maxConnections: 32,
  maxRequestsPerConnection: 1_000,
  headerBytes: 16_384,
  bodyBytes: 1_048_576,
  /** Calls that run at a time. */
  maxCalls: 16,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 30_000,
  /** Time without a byte in either direction: longer than the longest deadline of a call. */
  stallTimeoutMs: 310_000,
  /** Time between two checks of these. */
  checkIntervalMs: 1_000,
} as const;

const HOST = '127.0.0.1';

const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), clipboard-read=(), clipboard-write=(self)',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Answer to a request. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly content: Buffer | string;
  /** Default: the answer is not stored. */
  readonly cacheControl?: string;
}

/** Handles a request that the gate has let pass. @throws HttpProblem */
export type Handle = (request: IncomingMessage, path: string, signal: AbortSignal) => Promise<Answer>;

/** Decides about a request of an otherwise allowed peer. */
export type Guard = (request: IncomingMessage) => boolean | Promise<boolean>;

/** A request that can't be served; the message goes to the peer. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Dependencies of the listener. */
interface ListenerParts {
  readonly handle: Handle;
  readonly guard: Guard | undefined;
  /** Whether a path is that of a file of the page. */
  readonly isPage: (path: string) => boolean;
  readonly report: (error: unknown) => void;
}

/** An HTTP server for this machine alone: its peers, hosts and origins are checked before anything else. */
export class HttpListener {
  readonly #parts: ListenerParts;
  readonly #server = createServer(
    {
      maxHeaderSize: HTTP_LIMITS.headerBytes,
      headersTimeout: HTTP_LIMITS.headersTimeoutMs,
      requestTimeout: HTTP_LIMITS.requestTimeoutMs,
      keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
      connectionsCheckingInterval: HTTP_LIMITS.checkIntervalMs,
    },
    (request, response) => void this.#serve(request, response),
  );

  constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.#server.timeout = HTTP_LIMITS.stallTimeoutMs;
    this.#server.maxConnections = HTTP_LIMITS.maxConnections;
    this.#server.maxRequestsPerSocket = HTTP_LIMITS.maxRequestsPerConnection;
    this.#server.on('connection', (socket) => {
      // It listens on 127.0.0.1, but a packet filter may lead others there.
      if (!isLoopback(socket.remoteAddress)) socket.destroy();
    });
  }

  /** The address for a browser; undefined while it does not listen. */
  get url(): string | undefined {
    const address = this.#server.address() as AddressInfo | null;
    return address === null ? undefined : `http://${HOST}:${String(address.port)}/`;
  }

  /** @param port 0 = any free one. @throws Error of `node:net` when it can't listen there. */
  async listen(port: number): Promise<void> {
    this.#server.listen(port, HOST);
    await once(this.#server, 'listening');
  }

  /** Aborts open requests. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    let answer: Answer;
    try {
      answer = await this.#answer(request, gone.signal);
    } catch (error) {
      answer = this.#problem(error);
      // A body that was not read: the connection can't be used again.
      if (!request.complete) response.setHeader('connection', 'close');
    }
    const { status, contentType, content, cacheControl = 'no-store' } = answer;
    const length = Buffer.byteLength(content);
    response.writeHead(status, {
      ...HEADERS,
      'content-type': contentType,
      'content-length': length,
      'cache-control': cacheControl,
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  }

  async #answer(request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
    const { handle, guard, isPage } = this.#parts;
    const { method = '', headers, url = '' } = request;
    const [path = ''] = url.split('?');
    const rejection = rejectionOf({ method, headers, isPage: isPage(path) });
    if (rejection !== undefined) throw new HttpProblem(403, rejection);
    if (guard && !(await guard(request))) throw new HttpProblem(403, 'The guard of the explorer rejected the request.');
    return handle(request, path, signal);
  }

  #problem(error: unknown): Answer {
    if (error instanceof HttpProblem) return json(error.status, { message: error.message } satisfies Problem);
    this.#parts.report(error);
    return json(500, { message: 'Internal server error' } satisfies Problem);
  }
}

/** An answer in JSON. */
export function json(status: number, value: object): Answer {
  return { status, contentType: 'application/json; charset=utf-8', content: jsonText(value) };
}

/**
 * Reads a body of JSON.
 *
 * @throws HttpProblem 415 for another type: forms, which other sites can send without asking, have none of JSON; 413; 400.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const { 'content-type': type = '', 'content-length': length = '0' } = request.headers;
  if (!/^application\/json *(?:;|$)/i.test(type)) throw new HttpProblem(415, 'The body must be application/json.');
  const tooLarge = `The body is larger than ${String(HTTP_LIMITS.bodyBytes)} bytes.`;
  if (Number(length) > HTTP_LIMITS.bodyBytes) throw new HttpProblem(413, tooLarge);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > HTTP_LIMITS.bodyBytes) throw new HttpProblem(413, tooLarge);
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem(400, `The body is not JSON: ${(error as Error).message}`);
  }
}
