import { join } from 'node:path';
import { createLog, Service } from '@tasks/service';
import { ClientThrift, type ThriftClientOptions } from 'nestjs-thrift';
import type { TasksClient } from '@tasks/idl';
import { ThriftListener } from '../../src/bootstrap/thrift-listener.js';
import { tasksService } from '../../src/service.js';
import type { TestMongo } from '@tasks/testing/mongo';
import { projectRoot } from '@tasks/testing/project-copy';
import { RunningProgram, type ProgramResult } from '@tasks/testing/run-program';

/** Environment variables. */
export type Variables = Readonly<Record<string, string>>;

/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

/** The contract. */
export const TASKS_IDL = join(projectRoot, 'idl/tasks.thrift');

const FREE_PORTS = { THRIFT_HOST: '127.0.0.1', THRIFT_PORT: '0', HTTP_HOST: '127.0.0.1', HTTP_PORT: '0' };

/** The service in this process, on free ports. */
export class TestApp {
  readonly #clients: ClientThrift[] = [];

  private constructor(
    readonly port: number,
    /** Undefined with `HTTP_PORT=off`. */
    readonly httpPort: number | undefined,
    /** Log lines so far. */
    readonly logged: readonly LogLine[],
    /** Expected maximum time of stopping. */
    readonly stopLimitMs: number,
    readonly stopService: () => Promise<void>,
  ) {}

  /** Starts it, in memory and without HTTP by default. */
  static async start(variables: Variables = {}): Promise<TestApp> {
    const all: Variables = { ...FREE_PORTS, HTTP_PORT: 'off', STORE: 'memory', ...variables };
    const lines: LogLine[] = [];
    const destination = { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) };
    const log = await createLog({ level: all.LOG_LEVEL ?? 'info', format: 'json', destination });
    const service = await Service.load(tasksService, { variables: all, log });
    await service.start();
    const { port = 0 } = service.parts.find((part) => part instanceof ThriftListener) ?? {};
    return new TestApp(port, service.opsPort, lines, service.stopLimitMs, async () => {
      await service.stop();
    });
  }

  /** A client on a separate connection; closed with the service. */
  client(options: Partial<ThriftClientOptions> = {}): TasksClient {
    return tasksClient(this.port, this.#clients, options);
  }

  /** Fetches a path of the HTTP listener. */
  get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${String(this.httpPort)}${path}`);
  }

  /** Closes the clients and stops the service. */
  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.stopService();
  }
}

/** The service in a separate process: the build in `dist/`, on free ports. */
export class AppProcess {
  readonly #clients: ClientThrift[] = [];

  private constructor(
    private readonly program: RunningProgram,
    readonly port: number,
    readonly httpPort: number | undefined,
  ) {}

  /**
   * Starts it and waits until it listens. Variables of this process do not choose its store.
   *
   * @param wrapper As in `startProgram`.
   */
  static async start(variables: Variables, cwd = projectRoot, wrapper: readonly string[] = []): Promise<AppProcess> {
    const program = startProgram({ HTTP_PORT: 'off', ...variables }, cwd, wrapper);
    const [, port = ''] = await program.printed(/Thrift listens on [\d.]+:(\d+)/);
    const hasHttp = (variables.HTTP_PORT ?? 'off') !== 'off';
    const [, httpPort] = hasHttp ? await program.printed(/metrics listen on [\d.]+:(\d+)/) : [];
    return new AppProcess(program, Number(port), httpPort === undefined ? undefined : Number(httpPort));
  }

  get pid(): number {
    return this.program.pid;
  }

  /** A client on a separate connection, without retries; closed by `ended`. */
  client(options: Partial<ThriftClientOptions> = {}): TasksClient {
    return tasksClient(this.port, this.#clients, { maxRetries: 0, waitForConnection: false, ...options });
  }

  /** Fetches a path of the HTTP listener. */
  get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${String(this.httpPort)}${path}`);
  }

  /** Resolves once it has printed a match. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return this.program.printed(pattern);
  }

  signal(signal: NodeJS.Signals): void {
    this.program.signal(signal);
  }

  /** Resolves when it has ended. */
  async ended(): Promise<ProgramResult> {
    const result = await this.program.ended();
    await Promise.all(this.#clients.map((client) => client.close()));
    return result;
  }

  /** Kills it, if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.program[Symbol.dispose]();
    await this.ended();
  }
}

/**
 * Starts the build in `dist/` without waiting; npm and MongoDB variables of this process are not passed on.
 *
 * @param wrapper A command that runs its arguments as a command, for instance with fewer rights.
 */
export function startProgram(variables: Variables, cwd = projectRoot, wrapper: readonly string[] = []): RunningProgram {
  const foreign = Object.keys(process.env).filter((name) => /^(MONGO|npm_)/.test(name));
  const env = { ...Object.fromEntries(foreign.map((name) => [name, undefined])), LOG_FORMAT: 'json', ...FREE_PORTS };
  const [command, ...args] = [...wrapper, process.execPath, join(projectRoot, 'dist/main.js')];
  return new RunningProgram(command, args, { cwd, env: { ...env, ...variables } });
}

/** Stops the MongoDB of a test file, and drops the service's data. */
export async function dropAndStop({ uri, database, stop }: TestMongo): Promise<void> {
  const { mongo } = await import('mongoose');
  const client = await new mongo.MongoClient(uri).connect();
  await client.db(database).dropDatabase();
  await client.close();
  await stop();
}

/** Maximum time to stop of a service with default limits and traces, without `DRAIN_DELAY_MS`. */
export async function stopLimitMs(): Promise<number> {
  const app = await TestApp.start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  await app.stop();
  return app.stopLimitMs;
}

function tasksClient(port: number, clients: ClientThrift[], options: Partial<ThriftClientOptions>): TasksClient {
  const client = new ClientThrift({ idl: TASKS_IDL, host: '127.0.0.1', port, ...options });
  clients.push(client);
  return client.getService<TasksClient>('Tasks');
}
