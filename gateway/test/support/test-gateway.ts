import { createLog } from '@tasks/service';
import { parseConfig } from '../../src/config/config.js';
import { startGateway, type GatewayOptions, type RunningGateway } from '../../src/bootstrap/gateway.js';
import { ScryptPasswordHasher } from '../../src/infrastructure/hashing/scrypt-password-hasher.js';
import { MemoryTaskService } from './memory-task-service.js';
import { TestClient } from './test-client.js';

/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string };

/** A valid password. */
export const PASSWORD = 'velvet tractor sings loudly';

/** A fast hasher: slow hashes are irrelevant here. */
const CHEAP_HASHES = { logN: 4, r: 8, p: 1 };
const ON_THIS_MACHINE = {
  GATEWAY_HOST: '127.0.0.1',
  GATEWAY_PORT: '0',
  GATEWAY_OPS_PORT: 'off',
  GATEWAY_STORE: 'memory',
  GATEWAY_REQUESTS_PER_NETWORK: 'off',
  GATEWAY_REQUESTS_PER_ACCOUNT: 'off',
  LOG_LEVEL: 'debug',
};

/** The gateway in this process, on a free port. */
export class TestGateway {
  readonly tasks: MemoryTaskService;
  /** Log lines so far. */
  readonly logged: readonly LogLine[];
  readonly #gateway: RunningGateway;
  #accounts = 0;

  private constructor(gateway: RunningGateway, tasks: MemoryTaskService, logged: readonly LogLine[]) {
    this.#gateway = gateway;
    this.tasks = tasks;
    this.logged = logged;
  }

  static async start(
    variables: Readonly<Record<string, string>> = {},
    options: Partial<GatewayOptions> = {},
  ): Promise<TestGateway> {
    const logged: LogLine[] = [];
    const destination = { write: (line: string) => void logged.push(JSON.parse(line) as LogLine) };
    const log = await createLog({ level: 'trace', format: 'json', destination });
    const tasks = new MemoryTaskService();
    const gateway = await startGateway(parseConfig({ ...ON_THIS_MACHINE, ...variables }), log, {
      version: '0.0.0-test',
      hasher: new ScryptPasswordHasher(CHEAP_HASHES),
      tasks,
      ...options,
    });
    return new TestGateway(gateway, tasks, logged);
  }

  get port(): number {
    return this.#gateway.port;
  }

  /** The existing paths, parameters as `:id`. */
  get paths(): readonly string[] {
    return this.#gateway.paths;
  }

  /** The port of health and metrics; undefined with `GATEWAY_OPS_PORT=off`. */
  get opsPort(): number | undefined {
    return this.#gateway.opsPort;
  }

  get origin(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** A browser without cookies. */
  client(): TestClient {
    return new TestClient(this.origin);
  }

  /** A browser logged in to a new account. */
  async user(username = `user-${String(++this.#accounts)}`): Promise<TestClient> {
    const client = this.client();
    const { status } = await client.post('/accounts', { username, password: PASSWORD });
    if (status !== 201) throw new Error(`Sign-up failed with ${String(status)}`);
    return client;
  }

  stop(): Promise<void> {
    return this.#gateway.stop();
  }
}
