import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import { ThriftStartError, type MethodSchema, type ThriftClientOptions, type ThriftServer } from 'nestjs-thrift';
import { describeSchema } from './describe-schema.js';
import type { CallRequest, Description } from './description.js';
import { HTTP_LIMITS, HttpListener, HttpProblem, json, readJson, type Answer, type Guard } from './http-listener.js';
import { BadArgumentsError, JsonCalls } from './json-calls.js';
import { MethodFilter } from './method-filter.js';
import { readPage, type PageFile } from './page-files.js';

export interface ThriftExplorerOptions {
  /** The server to explore. */
  readonly server: ThriftServer;
  /** Port on 127.0.0.1; 0 = any free one. Default 6003. */
  readonly port?: number;
  /** Whether methods and types are shown only, and every call is rejected. */
  readonly readOnly?: boolean;
  /** Methods (`Tasks.add`) and services (`Tasks`) that the explorer has. Default: all. */
  readonly allow?: readonly string[];
  /** Methods and services to exclude, also where `allow` names them, and in services that extend theirs. */
  readonly deny?: readonly string[];
  /**
   * Decides about each request, after the checks of peer, host and origin. Must be set for a server that requires client
   * certificates: whoever reaches the explorer calls methods without one.
   */
  readonly guard?: Guard;
  /** Options of the client that calls the server where the defaults don't fit: its certificate, another framing. */
  readonly client?: Partial<ThriftClientOptions>;
}

const DEFAULT_PORT = 6_003;
const MAX_TIMEOUT_MS = 300_000;

/**
 * A page with the methods and types of a Thrift server, from which they can be called. It listens on 127.0.0.1, whatever the
 * server listens on, and answers to browsers and programs of this machine alone.
 */
export class ThriftExplorer {
  readonly #options: ThriftExplorerOptions;
  readonly #logger = new Logger(ThriftExplorer.name);
  readonly #filter: MethodFilter;
  readonly #contract: ReturnType<typeof describeSchema>;
  readonly #http: HttpListener;
  #page: ReadonlyMap<string, PageFile> = new Map();
  #calls: JsonCalls | undefined;
  #running = 0;

  /** @throws ThriftStartError for a server that requires client certificates, without a guard; and for unknown names. */
  constructor(options: ThriftExplorerOptions) {
    const { server, allow, deny = [], guard } = options;
    if (server.tls?.caFile !== undefined && guard === undefined) {
      throw new ThriftStartError(
        'The server requires client certificates, which the explorer would call it without: pass a guard, or no explorer',
      );
    }
    this.#options = options;
    this.#filter = new MethodFilter(server.schema, allow, deny);
    this.#contract = describeSchema(server.schema, this.#filter);
    this.#http = new HttpListener({
      guard,
      handle: (request, path, signal) => this.#handle(request, path, signal),
      isPage: (path) => this.#page.has(path),
      report: (error) => {
        this.#logger.error(error);
      },
    });
  }

  /** The address for a browser; undefined while it does not listen. */
  get url(): string | undefined {
    return this.#http.url;
  }

  /** @throws Error of `node:net` when it can't listen on the port; ThriftStartError when the page was not built. */
  async start(): Promise<void> {
    this.#page = await readPage();
    await this.#http.listen(this.#options.port ?? DEFAULT_PORT);
  }

  /** Aborts running calls. */
  async stop(): Promise<void> {
    await this.#http.close();
    await this.#calls?.close();
  }

  async #handle(request: IncomingMessage, path: string, signal: AbortSignal): Promise<Answer> {
    const { method = '' } = request;
    const isRead = method === 'GET' || method === 'HEAD';
    const file = this.#page.get(path);
    if (file && isRead) return { status: 200, ...file };
    if (path === '/api/description' && isRead) return json(200, this.#describe());
    if (path === '/api/calls' && method === 'POST') return this.#call(request, signal);
    if (file || path === '/api/description' || path === '/api/calls') {
      throw new HttpProblem(405, `${path} has no method ${method}.`);
    }
    throw new HttpProblem(404, 'There is no such page.');
  }

  #describe(): Description {
    const { readOnly = false, server } = this.#options;
    const place = placeOf(server);
    const address = place && addressOf(place);
    return {
      ...this.#contract,
      isReadOnly: readOnly,
      target: address === undefined ? undefined : { address, isTls: server.tls !== undefined },
    };
  }

  async #call(request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
    if (this.#options.readOnly) throw new HttpProblem(403, 'The explorer is read-only.');
    if (this.#running >= HTTP_LIMITS.maxCalls) {
      throw new HttpProblem(503, `${String(HTTP_LIMITS.maxCalls)} calls are running already.`);
    }
    this.#running += 1;
    try {
      const call = toCallRequest(await readJson(request));
      const method = this.#methodOf(call);
      return json(200, await this.#connection().call(call, method, signal));
    } catch (error) {
      if (error instanceof BadArgumentsError) throw new HttpProblem(400, error.message);
      throw error;
    } finally {
      this.#running -= 1;
    }
  }

  #methodOf({ service, method }: CallRequest): MethodSchema {
    const found = this.#options.server.schema.services.get(service)?.methods.get(method);
    if (found && this.#filter.has(service, method)) return found;
    throw new HttpProblem(404, `The explorer has no method ${service}.${method}.`);
  }

  /** The client, made at the first call: a module starts before the server listens. */
  #connection(): JsonCalls {
    if (this.#calls) return this.#calls;
    const { server, client } = this.#options;
    const place = placeOf(server);
    if (place === undefined) throw new HttpProblem(503, 'The Thrift server does not listen.');
    this.#calls = new JsonCalls({
      idl: server.schema,
      ...place,
      // Carries headers and deadlines.
      framing: 'header',
      multiplexed: true,
      waitForConnection: false,
      // A call is sent once: whoever presses the button decides about the next one.
      maxRetries: 0,
      // The certificate names the host that others use, and this connection never leaves the machine.
      ...(server.tls && { tls: { rejectUnauthorized: false } }),
      ...client,
    });
    return this.#calls;
  }
}

/** Where programs on this machine reach a server. */
type Place = { readonly host: string; readonly port: number; readonly path?: undefined } | { readonly path: string };

/** As the command `thriftcall` takes it. */
function addressOf(place: Place): string {
  if (place.path !== undefined) return place.path;
  const host = place.host.includes(':') ? `[${place.host}]` : place.host;
  return `${host}:${String(place.port)}`;
}

/** Undefined while it does not listen. */
function placeOf(server: ThriftServer): Place | undefined {
  const { address } = server;
  if (address === null) return undefined;
  if (typeof address === 'string') return { path: address };
  return { host: ANY_HOST[address.address] ?? address.address, port: address.port };
}

/** Addresses that mean all of the machine's. */
const ANY_HOST: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** @throws HttpProblem 400 */
function toCallRequest(body: unknown): CallRequest {
  const { service, method, args = {}, headers = {}, timeoutMs = 10_000 } = (body ?? {}) as Unchecked;
  if (typeof service !== 'string' || typeof method !== 'string') {
    throw new HttpProblem(400, 'The body needs the texts service and method.');
  }
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new HttpProblem(400, `timeoutMs must be a number from 1 to ${String(MAX_TIMEOUT_MS)}.`);
  }
  if (!areTexts(headers)) throw new HttpProblem(400, 'headers must be an object of texts.');
  return { service, method, args, headers, timeoutMs };
}

/** A call as it came: the arguments are checked by the method. */
type Unchecked = { readonly [Member in keyof CallRequest]?: unknown } & Partial<Pick<CallRequest, 'args'>>;

function areTexts(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}
