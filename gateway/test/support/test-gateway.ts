import { createLog, Service } from '@tasks/service';
import { HttpServer } from '../../src/bootstrap/http-server.js';
import { createGateway, type GatewayOptions } from '../../src/gateway.js';
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
  readonly #service: Service;
  readonly #http: HttpServer;
  #accounts = 0;

  private constructor(service: Service, tasks: MemoryTaskService, logged: readonly LogLine[]) {
    this.#service = service;
    const [http] = service.parts.filter((part) => part instanceof HttpServer);
    if (http === undefined) throw new Error('The gateway has no HTTP server');
    this.#http = http;
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
    const hasher = new ScryptPasswordHasher(CHEAP_HASHES);
    // No test waits for a heartbeat by chance.
    const definition = createGateway({ hasher, tasks, heartbeatMs: 600_000, ...options });
    const service = await Service.load(definition, { variables: { ...ON_THIS_MACHINE, ...variables }, log });
    await service.start();
    return new TestGateway(service, tasks, logged);
  }

  get port(): number {
    return this.#http.port ?? 0;
  }

  /** The existing paths, parameters as `:id`. */
  get paths(): readonly string[] {
    return this.#http.paths;
  }

  /** The port of health and metrics; undefined with `GATEWAY_OPS_PORT=off`. */
  get opsPort(): number | undefined {
    return this.#service.opsPort;
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

  async stop(): Promise<void> {
    await this.#service.stop();
  }
}
