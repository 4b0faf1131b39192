import type { StoreLog } from '@tasks/embedded-store';
import {
  SharedProbe,
  type LiveMetrics,
  type MetricsSource,
  type Part,
  type Probes,
  type ServiceContext,
  type StoreConfig,
  type Traces,
} from '@tasks/service';
import { CheckHealth } from '../application/check-health.js';
import type { OpenTaskStore, TaskRepository } from '../application/task.repository.js';
import type { AppConfig } from '../config/config.js';
import { StoreDurations } from '../infrastructure/metrics/store-durations.js';
import { StoreUp } from '../infrastructure/metrics/store-up.js';
import { StoreDefects } from '../infrastructure/persistence/store-defects.js';
import { describeTasks } from './descriptions.js';

/** The stores' names in traces, by OpenTelemetry's conventions for databases if they define one. */
const SYSTEMS: Readonly<Record<StoreConfig['kind'], string>> = {
  memory: 'memory',
  embedded: 'sqlite',
  mongo: 'mongodb',
};

/** The task store, with metrics and traces if enabled. */
export class TaskStore implements Part, MetricsSource {
  readonly name = 'Task store';
  readonly health: CheckHealth;
  readonly probes: Probes;
  readonly metrics: readonly MetricsSource[];
  readonly #service: ServiceContext<AppConfig>;
  readonly #traces: Traces;
  readonly #durations = new StoreDurations();
  readonly #defects: StoreDefects;
  #store: OpenTaskStore | undefined;
  #tasks: TaskRepository | undefined;

  constructor(service: ServiceContext<AppConfig>, traces: Traces) {
    const { log, phase } = service;
    this.#service = service;
    this.#traces = traces;
    this.#defects = new StoreDefects(log.child({ context: 'Tasks' }));
    this.health = new CheckHealth(new SharedProbe(() => opened(this.#store).roundTrip()), phase);
    this.probes = { store: () => this.health.execute() };
    this.metrics = [this.#durations, this.#defects, new StoreUp(this.health, phase), this];
  }

  /** The tasks, once started. */
  get tasks(): TaskRepository {
    return opened(this.#tasks);
  }

  /** @throws as `openTaskStore` */
  async start(): Promise<void> {
    const { config, log } = this.#service;
    this.#store = await openTaskStore(config.store, log, this.#defects);
    const { tasks } = this.#store;
    this.#tasks = config.ops ? this.#durations.measured(tasks) : tasks;
    const { tracing } = this.#traces;
    if (tracing === undefined) return;
    const { tracedTasks } = await import('../infrastructure/tracing/store-spans.js');
    this.#tasks = tracedTasks(this.#tasks, tracing.tracer, SYSTEMS[config.store.kind]);
  }

  async stop(): Promise<void> {
    await this.#store?.close();
  }

  registerIn(metrics: LiveMetrics): void {
    const help = 'Size of the log beside the data file of the embedded store';
    metrics.gauge('task_store_log_bytes', help, () => this.#store?.logBytes);
  }

  describe(): readonly string[] {
    return [describeTasks(this.#service.config.store)];
  }
}

/**
 * Opens the task store; loads only its own dependencies. MongoDB may be down at first.
 *
 * @param defects Receives values of a wrong type.
 * @throws EmbeddedStoreError when the folder can't be used; Error for an invalid connection string.
 */
async function openTaskStore(choice: StoreConfig, log: StoreLog, defects: StoreDefects): Promise<OpenTaskStore> {
  switch (choice.kind) {
    case 'memory': {
      const { MemoryTaskStore } = await import('../infrastructure/persistence/memory/memory-task.repository.js');
      return new MemoryTaskStore();
    }
    case 'embedded': {
      const { EmbeddedTaskStore } = await import('../infrastructure/persistence/embedded/embedded-task-store.js');
      return EmbeddedTaskStore.open(choice.dataDir, log);
    }
    case 'mongo': {
      const { MongooseTaskStore } = await import('../infrastructure/persistence/mongoose/mongoose-task-store.js');
      return MongooseTaskStore.open(choice, log, defects);
    }
  }
}

function opened<Store>(store: Store | undefined): Store {
  if (store === undefined) throw new Error('The task store is not open');
  return store;
}
