import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { DataFileReader } from '@tasks/embedded-store';
import type { TasksClient } from '@tasks/idl';
import { verify as verifyAccounts } from '../../../gateway/src/infrastructure/persistence/embedded/account-archive.js';
import { schema as accountsSchema } from '../../../gateway/src/infrastructure/persistence/embedded/account-operations.js';
import { verify as verifyTasks } from '../../../src/infrastructure/persistence/embedded/embedded-archive.js';
import { schema as tasksSchema } from '../../../src/infrastructure/persistence/embedded/task-operations.js';
import { AppProcess, type Variables } from '../../support/app.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import { send, type Credential } from '../durability/rest.js';

/** Users or accounts that the writers share. */
const OWNERS = 8;
const PASSWORD = 'velvet tractor sings loudly';
const TOKEN_LIFE_MS = 86_400_000;

/** A service whose writers record what was acknowledged. */
export interface Written extends AsyncDisposable {
  readonly process: AppProcess | GatewayProcess;
  readonly file: string;
  start(variables: Variables): Promise<void>;
  /** Makes one change. @throws Error when it was not acknowledged. */
  write(lane: number): Promise<void>;
  /** Verifies the files after the end. @returns What was acknowledged and is not there, or is there although it was removed. */
  lost(): string[];
}

/** The task service, to which tasks are added. */
export class WrittenTasks implements Written {
  readonly file: string;
  readonly #folder: string;
  readonly #acknowledged: string[] = [];
  #app: AppProcess | undefined;
  #clients: readonly TasksClient[] = [];
  #names = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.file = join(folder, tasksSchema.fileName);
  }

  get process(): AppProcess {
    if (!this.#app) throw new Error('Not started');
    return this.#app;
  }

  async start(variables: Variables): Promise<void> {
    const app = await AppProcess.start({ DATA_DIR: this.#folder, ...variables });
    this.#app = app;
    this.#clients = Array.from({ length: OWNERS }, () => app.client());
  }

  async write(lane: number): Promise<void> {
    const owner = lane % OWNERS;
    const name = `task ${String(++this.#names)}`;
    await this.#clients[owner]?.add({ userId: `user ${String(owner)}`, name });
    this.#acknowledged.push(name);
  }

  lost(): string[] {
    verifyTasks(this.#folder);
    const stored = namesIn(this.file, tasksSchema, 'tasks');
    return this.#acknowledged.filter((name) => !stored.has(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app?.[Symbol.asyncDispose]();
  }
}

/** The gateway, where tokens are created and revoked. */
export class WrittenAccounts implements Written {
  readonly file: string;
  readonly #folder: string;
  readonly #created = new Set<string>();
  readonly #revoked: string[] = [];
  readonly #sessions: Credential[] = [];
  #gateway: GatewayProcess | undefined;
  #names = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.file = join(folder, accountsSchema.fileName);
  }

  get process(): GatewayProcess {
    if (!this.#gateway) throw new Error('Not started');
    return this.#gateway;
  }

  /** Signs up at the first start. */
  async start(variables: Variables): Promise<void> {
    this.#gateway = await GatewayProcess.start({
      GATEWAY_DATA_DIR: this.#folder,
      GATEWAY_REQUESTS_PER_NETWORK: 'off',
      GATEWAY_REQUESTS_PER_ACCOUNT: 'off',
      ...variables,
    });
    if (this.#sessions.length > 0) return;
    const signUp = async (owner: number): Promise<void> => {
      const name = `user-${String(owner)}`;
      const body = { username: name, password: PASSWORD };
      const { cookie } = await send(this.process.origin, 'POST', '/accounts', { headers: {} }, body);
      this.#sessions.push({ name, headers: { cookie } });
    };
    await Promise.all(Array.from({ length: OWNERS }, (_, owner) => signUp(owner)));
  }

  async write(lane: number): Promise<void> {
    const session = this.#sessions[lane % OWNERS] ?? { headers: {} };
    const { origin } = this.process;
    const name = `token ${String(++this.#names)}`;
    const expiresAt = new Date(Date.now() + TOKEN_LIFE_MS).toISOString();
    const created = await send(origin, 'POST', '/tokens', session, { name, scopes: ['tasks:read'], expiresAt });
    if (created.status === 409) return delay(1);
    if (created.status !== 201) throw new Error(`${String(created.status)} ${JSON.stringify(created.body)}`);
    this.#created.add(name);
    // Most are revoked: an account has a limited number.
    if (this.#names % 100 === 0) return;
    this.#created.delete(name);
    const { status } = await send(origin, 'DELETE', `/tokens/${String(created.body.id)}`, session);
    if (status !== 204) throw new Error(String(status));
    this.#revoked.push(name);
  }

  lost(): string[] {
    verifyAccounts(this.#folder);
    const stored = namesIn(this.file, accountsSchema, 'tokens');
    return [
      ...[...this.#created].filter((name) => !stored.has(name)),
      ...this.#revoked.filter((name) => stored.has(name)),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway?.[Symbol.asyncDispose]();
  }
}

function namesIn(file: string, schema: typeof tasksSchema, table: string): ReadonlySet<string> {
  const reader = DataFileReader.open(file, schema);
  try {
    const rows = reader.all<{ readonly name: string }>(`SELECT json_extract(record, '$.name') AS name FROM ${table}`);
    return new Set(rows.map(({ name }) => name));
  } finally {
    reader.close();
  }
}
