import { TASKS_IDL, type TasksClient } from '@tasks/idl';
import { SharedProbe, type LiveMetrics, type MetricsSource, type Part, type Probes, type Traces } from '@tasks/service';
import { ClientThrift } from 'nestjs-thrift';
import type { TaskService } from '../application/tasks/task-service.js';
import type { TasksConfig } from '../config/tasks-config.js';
import { CallMetrics } from '../infrastructure/tasks/call-metrics.js';
import { ThriftTaskService } from '../infrastructure/tasks/thrift-task-service.js';

/** Options of the connection. */
interface TasksConnectionOptions {
  readonly log?: { warn(message: string): void };
  readonly traces?: Traces;
  /** Used instead. */
  readonly given?: TaskService | undefined;
  /** Time until the one check at the start, in milliseconds. */
  readonly firstCheckMs?: number;
}

/** Both services start together with `npm run app` and with Compose. */
const FIRST_CHECK_MS = 5_000;

/** The connections to the task service: opened at the first request, and again after a disconnect. */
export class TasksConnection implements Part, MetricsSource {
  readonly name = 'Connection to the task service';
  readonly tasks: TaskService;
  readonly metrics: readonly MetricsSource[];
  readonly probes: Probes;
  readonly #client: ClientThrift;
  readonly #calls = new CallMetrics();
  readonly #options: TasksConnectionOptions;
  readonly #place: string;
  readonly #probe = new SharedProbe(() => requireNone(this.tasks.check()));
  #timer: NodeJS.Timeout | undefined;

  constructor({ servers, tls }: TasksConfig, options: TasksConnectionOptions = {}) {
    this.#options = options;
    this.#place = [servers].flat().join(', ');
    this.#client = new ClientThrift({
      idl: TASKS_IDL,
      servers,
      // THeader carries deadlines and traces.
      framing: 'header',
      waitForConnection: false,
      // No retries here: the adapter knows which calls may be repeated, and for how long.
      maxRetries: 0,
      ...(tls && { tls }),
    });
    this.tasks =
      options.given ?? new ThriftTaskService(this.#client.getService<TasksClient>('Tasks'), this.#calls.observe);
    this.metrics = [this.#calls, this];
    this.probes = { tasks: () => this.#probe.answer('Task service unavailable') };
  }

  /** Does not wait for the task service. */
  async start(): Promise<void> {
    const { traces, firstCheckMs = FIRST_CHECK_MS } = this.#options;
    this.#timer = setTimeout(() => void this.#warnIfDown(), firstCheckMs).unref();
    const tracing = traces?.tracing;
    if (tracing === undefined) return;
    const { traceClient } = await import('nestjs-thrift/opentelemetry');
    traceClient(this.#client, { tracer: tracing.tracer });
  }

  stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#client.close();
  }

  async #warnIfDown(): Promise<void> {
    const { ok, message, cause } = await this.#probe.answer('it does not answer');
    if (ok || this.#timer === undefined) return;
    const reason = cause instanceof Error ? cause.message : message;
    const advice = 'requests for tasks get 503 until it does; TASKS_SERVERS says where it is';
    this.#options.log?.warn(`The task service at ${this.#place} does not work yet (${reason}): ${advice}`);
  }

  registerIn(live: LiveMetrics): void {
    live.gauge('gateway_task_service_up', 'Whether the task service answered that it works (1) or not (0)', () =>
      this.#probe.isUp(),
    );
    live.gauge(
      'gateway_client_certificate_expiry_timestamp_seconds',
      'When the certificate that the gateway shows to the task service expires, in seconds since 1970',
      () => {
        const expiresAt = this.#client.certificateExpiry;
        return expiresAt && expiresAt.getTime() / 1_000;
      },
    );
    live.gauges(
      'gateway_task_server_up',
      'Whether the gateway is connected to this server of the task service (1) or not (0)',
      ['server'],
      () => this.#client.servers.map(({ server, isConnected }) => [{ server }, Number(isConnected)] as const),
    );
    live.counters('gateway_task_server_calls_total', 'Calls sent to a server of the task service', ['server'], () =>
      this.#client.servers.map(({ server, calls }) => [{ server }, calls] as const),
    );
    live.counters(
      'gateway_task_server_errors_total',
      'What went wrong with a server of the task service: calls rejected or without an answer in time, failures to connect or ' +
        'stay connected, and ejections',
      ['server', 'kind'],
      () =>
        this.#client.servers.flatMap(({ server, rejections, timeouts, failures, ejections }) =>
          Object.entries({ rejections, timeouts, failures, ejections }).map(
            ([kind, count]) => [{ server, kind }, count] as const,
          ),
        ),
    );
  }
}

async function requireNone(failure: Promise<string | undefined>): Promise<void> {
  const message = await failure;
  if (message !== undefined) throw new Error(message);
}
