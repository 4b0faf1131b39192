import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { HeldAnswers } from './held-answers.js';
import { PageFiles } from './page-files.js';
import { Rejection, type Reply } from './rejection.js';
import {
  newCode,
  randomId,
  StandInStore,
  type StoredAccount,
  type StoredList,
  type StoredSession,
} from './stand-in-store.js';
import { StandInTasks, type ListChange } from './stand-in-tasks.js';

/** A fault of the next matching requests. `lost`: executed, but the answer is lost. */
export interface Fault {
  readonly method: string;
  /** Prefix of the path under /api/v1; of first lists `/tasks`. */
  readonly path: string;
  /** Number of affected requests. */
  times: number;
  readonly effect:
    | {
        readonly status: number;
        readonly type: string;
        readonly retryAfter?: number;
        readonly errors?: readonly object[];
      }
    | 'lost'
    | 'cut';
}

const CONFIRMED_MS = 10 * 60_000;

/**
 * A gateway in memory with the routes, statuses and headers of the real one, and faults chosen by tests. Tests use the
 * real one where possible.
 */
export class StandInGateway {
  readonly store = new StandInStore();
  readonly #tasks = new StandInTasks(this.store, (list, change) => {
    this.report(list, change);
  });
  readonly #page = new PageFiles();
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Map<ServerResponse, StoredSession>();
  readonly faults: Fault[] = [];
  readonly answers = new HeldAnswers();
  /** Requests to the API, as `GET /tasks`; first lists by that path too. */
  readonly requests: string[] = [];
  /** Delay of each answer of the API, in milliseconds. */
  delayMs = 0;
  isSignUpOpen = true;
  #server: Server | undefined;
  #port = 0;

  get origin(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens; after `stop` on the same port. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection, as a killed process does. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Ends a session, as from another browser. */
  endSession(session: StoredSession): void {
    this.store.sessions.delete(session.token);
    for (const [stream, owner] of this.#streams) if (owner === session) stream.end();
  }

  /** Notifies the account of changes to its first list, as made by another program. */
  publish(account: StoredAccount, change: ListChange): void {
    this.report(account.first, change);
  }

  /** Notifies the members of changes to a list's tasks, or to the list itself. */
  report(list: StoredList, change?: ListChange): void {
    const data = change && (change.taskIds ? { taskIds: change.taskIds } : { all: true });
    for (const [stream, { account }] of this.#streams) {
      if (!list.members.some((member) => member.account === account)) continue;
      if (data === undefined) write(stream, 'lists-changed', {});
      else if (list === account.first) write(stream, 'changed', data);
      else write(stream, 'list-changed', { list: list.id, ...data });
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://gateway');
    if (!url.pathname.startsWith('/api/v1/')) {
      this.#page.answer(request, response);
      return;
    }
    const path = url.pathname.slice('/api/v1'.length);
    const method = request.method ?? 'GET';
    const name = this.#nameOf(path);
    this.requests.push(`${method} ${name}${url.search}`);
    const fault = this.faults.find((one) => one.times > 0 && one.method === method && name.startsWith(one.path));
    if (fault) fault.times--;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    const reply = this.#reply(fault, () =>
      this.#route(
        method,
        path,
        url.searchParams,
        text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
        request,
        response,
      ),
    );
    await this.answers.wait(`${method} ${name}${url.search}`);
    if (reply === 'broken') breakOff(response);
    else if (reply !== 'streaming') send(request, response, reply);
  }

  /** The path with the short one of first lists, by which tests name their tasks. */
  #nameOf(path: string): string {
    const [, id = '', rest = ''] = /^\/lists\/([0-9a-f]{32})\/tasks(.*)$/.exec(path) ?? [];
    return [...this.store.accounts.values()].some(({ first }) => first.id === id) ? `/tasks${rest}` : path;
  }

  /** Executes a request, unless its fault prevents that, and returns the answer. */
  #reply(fault: Fault | undefined, execute: () => Reply | 'streaming'): Reply | 'streaming' | 'broken' {
    const { effect } = fault ?? {};
    if (effect === 'cut') return 'broken';
    try {
      if (typeof effect === 'object') {
        const wait = effect.retryAfter === undefined ? {} : { 'retry-after': String(effect.retryAfter) };
        throw new Rejection(effect.status, effect.type, wait as Record<string, string>, effect.errors);
      }
      const reply = execute();
      return effect === 'lost' ? 'broken' : reply;
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      const { status, type, errors, headers } = error;
      const body = {
        type: `urn:tasks:problem:${type}`,
        status,
        title: type,
        detail: 'Never shown <b>',
        instance: 'urn:uuid:0',
        errors,
      };
      return { status, body, headers: { 'content-type': 'application/problem+json', ...headers } };
    }
  }

  #route(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Record<string, unknown>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Reply | 'streaming' {
    const route = `${method} ${path.replace(/\/[0-9a-f]{24,32}$/, '/:id')}`;
    const id = path.split('/').pop() ?? '';
    const entered = this.#enter(route, body, request);
    if (entered) return entered;
    const session = this.#session(request);
    const { account } = session;
    const named = request.headers['tasks-account'];
    if (named !== undefined && named !== account.id) throw new Rejection(409, 'account-changed');
    switch (route) {
      case 'GET /session':
        return { status: 200, body: { account: { id: account.id, username: account.username } } };
      case 'DELETE /session':
        this.endSession(session);
        return {
          status: 204,
          headers: { 'set-cookie': 'tasks-session=; Path=/; Max-Age=0', 'clear-site-data': '"storage"' },
        };
      case 'POST /session/confirmation':
        if (body['password'] !== account.password) throw new Rejection(403, 'wrong-password');
        session.confirmedAt = Date.now();
        return { status: 204 };
      case 'GET /sessions':
        return { status: 200, body: { items: this.#sessionsOf(account, session) } };
      case 'DELETE /sessions':
        for (const other of this.store.sessions.values())
          if (other.account === account && other !== session) this.endSession(other);
        return { status: 204 };
      case 'DELETE /sessions/:id':
        for (const other of this.store.sessions.values())
          if (other.account === account && other.id === id) this.endSession(other);
        return { status: 204 };
      case 'PUT /account/password':
        if (body['currentPassword'] !== account.password) throw new Rejection(403, 'wrong-password');
        checkPassword(body['newPassword'], 'newPassword');
        account.password = String(body['newPassword']);
        return { status: 204 };
      case 'POST /account/recovery-code':
        checkConfirmed(session);
        account.recoveryCode = newCode();
        return { status: 200, body: { recoveryCode: account.recoveryCode } };
      case 'GET /account/export': {
        checkConfirmed(session);
        const { id, username } = account;
        return { status: 200, body: { account: { id, username }, tasks: [...account.tasks.values()], complete: true } };
      }
      case 'PATCH /account':
        return { status: 204 };
      case 'DELETE /account':
        if (body['password'] !== account.password) throw new Rejection(403, 'wrong-password');
        this.store.accounts.delete(account.username.toLowerCase());
        for (const other of this.store.sessions.values()) if (other.account === account) this.endSession(other);
        return { status: 204, headers: { 'set-cookie': 'tasks-session=; Path=/; Max-Age=0' } };
      case 'GET /tokens':
        return { status: 200, body: { items: account.tokens } };
      case 'POST /tokens': {
        checkConfirmed(session);
        const token = `tasks_${randomId()}`;
        const made = { ...body, id: randomId(), createdOn: new Date().toISOString(), lastFour: token.slice(-4) };
        account.tokens.push(made as unknown as StoredAccount['tokens'][number]);
        return { status: 201, body: { ...made, token } };
      }
      case 'DELETE /tokens/:id':
        account.tokens.splice(
          account.tokens.findIndex((token) => token.id === id),
          1,
        );
        return { status: 204 };
      case 'GET /events':
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        response.write('event: heartbeat\ndata: \n\n');
        this.#streams.set(response, session);
        response.on('close', () => this.#streams.delete(response));
        return 'streaming';
      default: {
        const ifMatch = request.headers['if-match'];
        const answer = this.#tasks.answer({ method, path, query, body, account, ifMatch });
        if (answer) return answer;
        throw new Rejection(404, 'not-found');
      }
    }
  }

  #enter(
    route: string,
    { username, password, recoveryCode, newPassword }: Record<string, unknown>,
    request: IncomingMessage,
  ): Reply | undefined {
    const account = this.store.accounts.get(String(username).toLowerCase());
    switch (route) {
      case 'GET /accounts/rules':
        return { status: 200, body: { signUp: this.isSignUpOpen ? 'open' : 'closed', passwordMinLength: 15 } };
      case 'POST /accounts': {
        if (!this.isSignUpOpen) throw new Rejection(403, 'sign-up-closed');
        const name = String(username);
        if (name.length < 3)
          throw new Rejection(422, 'invalid', {}, [{ in: 'body', pointer: '/username', code: 'too-short', limit: 3 }]);
        checkPassword(password, 'password');
        if (account) throw new Rejection(409, 'username-taken');
        const made = this.store.addAccount(name, String(password));
        return {
          ...this.#logIn(made, request),
          status: 201,
          body: { account: shown(made), recoveryCode: made.recoveryCode },
        };
      }
      case 'POST /session':
        if (account?.password !== password || account === undefined) throw new Rejection(401, 'wrong-credentials');
        return { ...this.#logIn(account, request), body: { account: shown(account) } };
      case 'POST /session/recovery':
        if (account?.recoveryCode !== recoveryCode || account === undefined)
          throw new Rejection(401, 'wrong-credentials');
        checkPassword(newPassword, 'newPassword');
        account.password = String(newPassword);
        account.recoveryCode = newCode();
        return {
          ...this.#logIn(account, request),
          body: { account: shown(account), recoveryCode: account.recoveryCode },
        };
      default:
        return undefined;
    }
  }

  #logIn(account: StoredAccount, request: IncomingMessage): { status: number; headers: Record<string, string> } {
    const { token } = this.store.addSession(account, request.headers['user-agent']);
    return {
      status: 200,
      headers: { 'set-cookie': `tasks-session=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000` },
    };
  }

  #session(request: IncomingMessage): StoredSession {
    const token = /tasks-session=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1];
    const session = this.store.sessions.get(token ?? '');
    if (session === undefined)
      throw new Rejection(401, 'log-in-required', { 'www-authenticate': 'Bearer realm="tasks"' });
    return session;
  }

  #sessionsOf(account: StoredAccount, current: StoredSession): object[] {
    return [...this.store.sessions.values()]
      .filter((session) => session.account === account)
      .map(({ id, device, createdOn }) => ({
        id,
        device,
        createdOn,
        lastSeenOn: createdOn,
        current: id === current.id,
      }));
  }
}

function write(stream: ServerResponse, event: string, data: object): void {
  stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, etag, headers }: Reply): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  const tag =
    typeof etag === 'string' ? etag : `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  const type = text ? { 'content-type': 'application/json' } : {};
  const all = { 'cache-control': 'no-store', ...type, ...headers, ...(etag ? { etag: tag } : {}) };
  if (etag && request.headers['if-none-match'] === tag) response.writeHead(304, all).end();
  else response.writeHead(status, all).end(text);
}

/** Sends the beginning of an answer and no more. Without it the browser would repeat the request itself. */
function breakOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
  response.write('{', () => response.socket?.destroy());
}

function shown({ id, username }: StoredAccount): object {
  return { id, username, createdOn: new Date(0).toISOString() };
}

function checkConfirmed(session: StoredSession): void {
  if (Date.now() - session.confirmedAt > CONFIRMED_MS) throw new Rejection(403, 'confirmation-required');
}

function checkPassword(password: unknown, field: string): void {
  if (typeof password === 'string' && password.length >= 15) return;
  throw new Rejection(422, 'invalid', {}, [{ in: 'body', pointer: `/${field}`, code: 'too-short', limit: 15 }]);
}
