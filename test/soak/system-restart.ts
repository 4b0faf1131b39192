import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppProcess } from '../support/app.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { Cluster } from './cluster.js';
import { Latencies } from './latencies.js';
import type { MongoStore } from './mongo-store.js';
import { underLoad } from './under-load.js';

const USERS = 4;
const MAX_PENDING = 500;
const SETTLE_MS = 500;
/** Time after which a client stops repeating a request. */
const REPEAT_LIMIT_MS = 20_000;
const REPEAT_DELAY_MS = 100;
const PASSWORD = 'purple tractor sings loudly';

interface SystemRestartOptions {
  /** Of each service. */
  readonly restarts: number;
  readonly addsPerSecond: number;
  readonly drainDelayMs: number;
  /** Ends the run after the restart in progress. */
  readonly signal?: AbortSignal;
  readonly onRestart?: (done: number) => void;
}

export interface SystemRestartResult {
  readonly acknowledged: number;
  /** Acknowledged, but not stored with the id and name that were sent. */
  readonly lost: readonly string[];
  /** Stored more than once. */
  readonly doubled: readonly string[];
  /** Requests repeated until the client's time limit. */
  readonly failed: readonly string[];
  /** Answers and connection errors that led to a repetition, with their counts. */
  readonly repeated: ReadonlyMap<string, number>;
  /** Tasks that their user could not read right after the acknowledgement. */
  readonly missing: number;
  readonly exitCodes: readonly (number | null)[];
  readonly skipped: number;
  readonly latencies: Latencies;
}

/**
 * Restarts two gateways and the two task services behind them by SIGTERM, one at a time, while users add tasks over
 * HTTP. A failed request is repeated with the same id, as the page does.
 */
export async function restartSystem(store: MongoStore, options: SystemRestartOptions): Promise<SystemRestartResult> {
  const drain = { DRAIN_DELAY_MS: String(options.drainDelayMs) };
  await using tasks = await Cluster.start(() => AppProcess.start({ ...store.variables(), ...drain, HTTP_PORT: '0' }));
  const gatewayVariables = {
    ...store.gatewayVariables(),
    ...drain,
    TASKS_SERVERS: `127.0.0.1:${String(tasks.balancer.port)}`,
    GATEWAY_REQUESTS_PER_NETWORK: 'off',
    GATEWAY_REQUESTS_PER_ACCOUNT: 'off',
  };
  await using gateways = await Cluster.start(() => GatewayProcess.start(gatewayVariables));
  const latencies = new Latencies();
  const users: User[] = [];
  for (let n = 0; n < USERS; n++) users.push(await User.signUp(gateways.balancer.port, n, latencies));
  const call = async (number: number): Promise<void> => {
    await users[number % USERS]?.add(`task ${String(number)}`);
  };
  const load = { callsPerSecond: options.addsPerSecond, maxPending: MAX_PENDING, call };
  const { skipped } = await underLoad(load, async () => {
    await delay(SETTLE_MS);
    for (let restart = 0; restart < options.restarts && options.signal?.aborted !== true; restart++) {
      await gateways.restartNext();
      await tasks.restartNext();
      options.onRestart?.(restart + 1);
    }
    await delay(SETTLE_MS);
  });
  const stored = await store.tasks();
  const names = stored.map(({ name }) => name);
  const storedAs = new Map(stored.map(({ id, name }) => [id, name]));
  const added = users.flatMap((user) => [...user.added]);
  return {
    acknowledged: added.length,
    lost: added.flatMap(([id, name]) => (storedAs.get(id) === name ? [] : [name])),
    doubled: names.filter((name, n) => names.indexOf(name) !== n),
    failed: users.flatMap(({ failed }) => failed),
    repeated: sum(users.map(({ repeated }) => repeated)),
    missing: users.reduce((count, { missing }) => count + missing, 0),
    exitCodes: [...gateways.exitCodes, ...tasks.exitCodes],
    skipped,
    latencies,
  };
}

/** Adds tasks over HTTP, in a separate session. */
class User {
  /** Names of acknowledged tasks, by their ids. */
  readonly added = new Map<string, string>();
  readonly failed: string[] = [];
  readonly repeated = new Map<string, number>();
  missing = 0;
  readonly #origin: string;
  readonly #latencies: Latencies;
  #cookie = '';

  private constructor(port: number, latencies: Latencies) {
    this.#latencies = latencies;
    this.#origin = `http://127.0.0.1:${String(port)}`;
  }

  static async signUp(port: number, number: number, latencies: Latencies): Promise<User> {
    const user = new User(port, latencies);
    const username = `restart-${String(number)}-${randomBytes(4).toString('hex')}`;
    const response = await user.#send('POST', '/accounts', { username, password: PASSWORD });
    if (response.status !== 201) throw new Error(`Sign-up: ${String(response.status)}`);
    user.#cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ');
    return user;
  }

  /** Adds a task, repeats until it is acknowledged, and reads it. */
  async add(name: string): Promise<void> {
    const id = randomBytes(12).toString('hex');
    const startedAtMs = performance.now();
    const answer = await this.#repeat('POST', '/tasks', { id, name });
    if (answer?.status !== 201 && answer?.status !== 200) {
      this.failed.push(`${name}: ${String(answer?.status)}`);
      return;
    }
    this.#latencies.add(performance.now() - startedAtMs);
    this.added.set(id, name);
    const found = await this.#repeat('GET', `/tasks/${id}`);
    if (found?.status !== 200) this.missing++;
  }

  /** The first answer other than 5xx; undefined when none came in time. */
  async #repeat(method: string, path: string, body?: object): Promise<Response | undefined> {
    const startedAtMs = performance.now();
    while (performance.now() - startedAtMs < REPEAT_LIMIT_MS) {
      const reason = await this.#send(method, path, body).then(
        async (response) => {
          await response.arrayBuffer();
          return response.status < 500 ? response : `status ${String(response.status)}`;
        },
        (error: unknown) => reasonOf(error),
      );
      if (typeof reason !== 'string') return reason;
      this.repeated.set(reason, (this.repeated.get(reason) ?? 0) + 1);
      await delay(REPEAT_DELAY_MS);
    }
    return undefined;
  }

  #send(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.#origin}/api/v1${path}`, {
      method,
      headers: {
        origin: this.#origin,
        cookie: this.#cookie,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(error);
}

function sum(counts: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const [reason, count] of counts.flatMap((map) => [...map])) all.set(reason, (all.get(reason) ?? 0) + count);
  return all;
}
