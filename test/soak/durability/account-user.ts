import { setTimeout as delay } from 'node:timers/promises';
import { linearize } from '../../support/linearize.js';
import type { Random } from '../random.js';
import {
  accountModel,
  NO_ACCOUNT,
  type AccountOperation,
  type AccountReply,
  type AccountState,
} from './account-model.js';
import { History, type CallCounts } from './history.js';
import { overRest, send, type Answer, type Credential } from './rest.js';
import { TaskUser } from './task-user.js';

const PASSWORD = 'velvet tractor sings loudly';
const MAX_SESSIONS = 4;
const MAX_TOKENS = 3;
const ATTEMPTS = 50;
const ATTEMPT_PAUSE_MS = 200;
const TOKEN_LIFE_MS = 30 * 86_400_000;
/** Number of ended sessions, and of revoked tokens, that clients still try. */
const REMEMBERED = 3;
/** The API rejects control characters. */
const ABILITIES = { removesAll: true, isThrift: false, endings: ['', '', '\ufffd', ' 🎈'] };

/** Credentials of an account: valid ones, and some that were. */
class Credentials {
  #valid: Credential[] = [];
  #ended: Credential[] = [];

  get valid(): readonly Credential[] {
    return this.#valid;
  }

  get all(): readonly Credential[] {
    return [...this.#valid, ...this.#ended];
  }

  add(credential: Credential): void {
    this.#valid.push(credential);
  }

  /** Called before those that `isValid` rejects are ended, so that others try them meanwhile. */
  keep(isValid: (credential: Credential) => boolean): void {
    this.#ended = [...this.#ended, ...this.#valid.filter((one) => !isValid(one))].slice(-REMEMBERED);
    this.#valid = this.#valid.filter(isValid);
  }
}

/** Someone with an account: one client at a time changes sessions and tokens, others use them. */
export class AccountUser {
  readonly #username: string;
  readonly #random: Random;
  readonly #history: History<AccountOperation, AccountReply>;
  readonly #tasks: TaskUser;
  readonly #sessions = new Credentials();
  readonly #tokens = new Credentials();
  /** Public ids of sessions and tokens, by name. */
  readonly #ids = new Map<string, string>();
  #state = NO_ACCOUNT;
  #hasSignedUp = false;
  #names = 0;

  constructor(username: string, { counts, random }: { readonly counts: CallCounts; readonly random: Random }) {
    this.#username = username;
    this.#random = random;
    this.#history = new History(counts);
    this.#tasks = new TaskUser(counts, random, ABILITIES);
  }

  /** Changes sessions or tokens. @returns False when no answer came. */
  administer(origin: string): Promise<boolean> {
    const [session, ...others] = this.#sessions.valid;
    const chance = this.#random.next();
    if (session === undefined || others.length === 0 || (chance < 0.1 && others.length < MAX_SESSIONS)) {
      return this.#begin(origin);
    }
    if (chance < 0.4) return this.#endSessions(session, this.#random.pick(others), origin);
    return this.#changeTokens(session, origin);
  }

  /** Uses a session or a token, valid or not. @returns False when no answer came. */
  act(origin: string): Promise<boolean> {
    const isToken = this.#random.next() < 0.4;
    const { all } = isToken ? this.#tokens : this.#sessions;
    // Nobody has logged in yet.
    if (all.length === 0) return delay(5, true);
    const credential = this.#random.pick(all);
    const chance = isToken ? 1 : this.#random.next();
    if (chance < 0.15) return this.#list('listSessions', credential, origin);
    if (chance < 0.3) return this.#list('listTokens', credential, origin);
    if (chance < 0.5)
      return this.#send({ kind: 'use', session: credential.name }, origin, 'GET', '/session', credential);
    return this.#useTasks(credential, isToken, (calls) => this.#tasks.act(calls), origin);
  }

  /** Checks the calls since the last check, when none is under way. @returns What no correct gateway does. */
  async check(origin: string): Promise<string[]> {
    const shown = await this.#logIn(origin);
    if (shown === undefined) return [`${this.#username} can't log in`];
    let sessions: readonly string[] = [];
    let tokens: readonly string[] = [];
    await this.#list('listSessions', shown, origin, (names) => (sessions = names));
    await this.#list('listTokens', shown, origin, (names) => (tokens = names));
    for (const one of this.#tokens.all) await this.#useTasks(one, true, (calls) => this.#tasks.read(calls), origin);
    for (const one of this.#sessions.all) await this.#useTasks(one, false, (calls) => this.#tasks.read(calls), origin);
    await this.#useTasks(shown, false, (calls) => this.#tasks.read(calls), origin);
    this.#sessions.keep(({ name }) => sessions.includes(name));
    this.#tokens.keep(({ name }) => tokens.includes(name));
    const problems = [this.#problem({ exists: true, sessions, tokens }), this.#tasks.check()];
    return problems.flatMap((problem) => (problem === undefined ? [] : [`${this.#username}: ${problem}`]));
  }

  /** @param now Where the next check begins after an error. */
  #problem(now: AccountState): string | undefined {
    const calls = this.#history.take();
    const verdict = linearize(accountModel, this.#state, calls);
    this.#state = now;
    if (verdict.isLinearizable) return undefined;
    return JSON.stringify({ calls: calls.length, state: verdict.state, stuck: verdict.stuck });
  }

  /** Begins a session, also when it is not known yet whether there is an account, or attempts are slowed down. */
  async #logIn(origin: string): Promise<Credential | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = this.#sessions.valid.length;
      await this.#begin(origin);
      if (this.#sessions.valid.length > before) return this.#sessions.valid.at(-1);
      await delay(ATTEMPT_PAUSE_MS);
    }
    return undefined;
  }

  async #begin(origin: string): Promise<boolean> {
    const name = this.#newName('session');
    const kind = this.#hasSignedUp ? 'logIn' : 'signUp';
    const body = { username: this.#username, password: PASSWORD };
    const device = { name, headers: { 'user-agent': name } };
    return this.#record({ kind, session: name }, async () => {
      const answer = await send(origin, 'POST', kind === 'logIn' ? '/session' : '/accounts', device, body);
      if (kind === 'logIn' && answer.status === 401) return 'no account';
      if (answer.status === 409) this.#hasSignedUp = true;
      if (answer.status === 409) return 'name taken';
      return this.#began(answer, name);
    });
  }

  #began(answer: Answer, name: string): AccountReply | undefined {
    if (answer.status === 200 || answer.status === 201) {
      this.#hasSignedUp = true;
      this.#sessions.add({ name, headers: { 'user-agent': name, cookie: answer.cookie } });
    }
    return replyOf(answer);
  }

  #endSessions(session: Credential, other: Credential, origin: string): Promise<boolean> {
    const kind = this.#random.pick(['logOut', 'endOne', 'endOthers'] as const);
    const id = this.#ids.get(other.name);
    if (kind === 'endOthers') {
      this.#sessions.keep((one) => one === session);
      return this.#send({ kind, session: session.name }, origin, 'DELETE', '/sessions', session);
    }
    if (kind === 'endOne' && id === undefined) return this.#list('listSessions', session, origin);
    this.#sessions.keep((one) => one !== other);
    return kind === 'logOut'
      ? this.#send({ kind, session: other.name }, origin, 'DELETE', '/session', other)
      : this.#send(
          { kind, session: session.name, other: other.name },
          origin,
          'DELETE',
          `/sessions/${String(id)}`,
          session,
        );
  }

  #changeTokens(session: Credential, origin: string): Promise<boolean> {
    const [token] = this.#tokens.valid;
    if (token !== undefined && (this.#tokens.valid.length >= MAX_TOKENS || this.#random.next() < 0.4)) {
      this.#tokens.keep((one) => one !== token);
      const path = `/tokens/${this.#ids.get(token.name) ?? ''}`;
      return this.#send(
        { kind: 'revokeToken', session: session.name, token: token.name },
        origin,
        'DELETE',
        path,
        session,
      );
    }
    const name = this.#newName('token');
    const expiresAt = new Date(Date.now() + TOKEN_LIFE_MS).toISOString();
    return this.#record({ kind: 'createToken', session: session.name, token: name }, async () => {
      const body = { name, scopes: ['tasks:read', 'tasks:write'], expiresAt };
      const answer = await send(origin, 'POST', '/tokens', session, body);
      if (answer.status === 201) {
        this.#ids.set(name, String(answer.body.id));
        this.#tokens.add({ name, headers: { authorization: `Bearer ${String(answer.body.token)}` } });
      }
      return replyOf(answer);
    });
  }

  #list(
    kind: 'listSessions' | 'listTokens',
    session: Credential,
    origin: string,
    onNames: (names: readonly string[]) => void = () => undefined,
  ): Promise<boolean> {
    return this.#record({ kind, session: session.name }, async () => {
      const path = kind === 'listSessions' ? '/sessions' : '/tokens';
      const answer = await send(origin, 'GET', path, session);
      if (answer.status !== 200) return replyOf(answer);
      const items = answer.body.items as readonly {
        readonly id: string;
        readonly device?: string;
        readonly name?: string;
      }[];
      const names = items.map(({ device, name = device ?? '' }) => name).sort();
      for (const { id, device, name = device ?? '' } of items) this.#ids.set(name, id);
      onNames(names);
      return names;
    });
  }

  /** Makes a call on the tasks, which also shows whether the session or token is valid. */
  #useTasks(
    credential: Credential,
    isToken: boolean,
    act: (calls: ReturnType<typeof overRest>) => Promise<boolean>,
    origin: string,
  ): Promise<boolean> {
    const { name } = credential;
    const operation: AccountOperation = isToken ? { kind: 'useToken', token: name } : { kind: 'use', session: name };
    return this.#record(operation, async () => {
      let last: Answer | undefined;
      await act(overRest(origin, credential, (answer) => (last = answer)));
      if (last === undefined) throw new Error('No answer');
      return last.status === 404 ? 'done' : replyOf(last);
    });
  }

  #send(
    operation: AccountOperation,
    origin: string,
    method: string,
    path: string,
    credential: Credential,
  ): Promise<boolean> {
    return this.#record(operation, async () => replyOf(await send(origin, method, path, credential)));
  }

  /** @param call Resolves to undefined when the answer says that nothing was done. */
  async #record(operation: AccountOperation, call: () => Promise<AccountReply | undefined>): Promise<boolean> {
    const outcome = await this.#history.record(operation, async () => {
      try {
        const reply = await call();
        return reply === undefined ? 'not run' : { operation, reply };
      } catch {
        return 'no answer';
      }
    });
    return outcome !== 'no answer';
  }

  #newName(what: string): string {
    return `${what} ${String(++this.#names)} of ${this.#username}`;
  }
}

/** @returns Undefined when the request was rejected as one too many, or needs a confirmation of the password. */
function replyOf({ status, body }: Answer): AccountReply | undefined {
  if (status >= 200 && status < 300) return 'done';
  if (status === 401) return 'ended';
  if (status === 404) return 'not found';
  if (status === 429 || status === 403) return undefined;
  if (status >= 500) throw new Error(JSON.stringify(body));
  return { rejected: `${String(status)} ${JSON.stringify(body)}` };
}
