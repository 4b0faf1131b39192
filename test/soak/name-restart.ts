import { setTimeout as delay } from 'node:timers/promises';
import type { TasksClient } from '@tasks/idl';
import { ClientThrift } from 'nestjs-thrift';
import { AppProcess, TASKS_IDL } from '../support/app.js';
import { Latencies } from './latencies.js';
import { Ledger, type Comparison } from './ledger.js';
import type { MongoStore } from './mongo-store.js';
import { underLoad } from './under-load.js';

const HOSTS = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
const USERS = 20;
const MAX_PENDING = 2_000;
const SETTLE_MS = 500;
/** Time in which a client connects to the replacement of an instance. */
const RETURN_MS = 1_500;

interface NameRestartOptions {
  readonly restarts: number;
  readonly addsPerSecond: number;
  readonly signal?: AbortSignal;
  readonly onRestart?: (done: number) => void;
}

export interface NameRestartResult extends Comparison {
  readonly calls: number;
  readonly errors: ReadonlyMap<string, number>;
  readonly exitCodes: readonly (number | null)[];
  readonly skipped: number;
  readonly latencies: Latencies;
}

/** Restarts the three instances behind a name by SIGTERM, one at a time, while a client of that name adds tasks. */
export async function restartBehindName(store: MongoStore, options: NameRestartOptions): Promise<NameRestartResult> {
  const instances: AppProcess[] = [];
  const start = (host: string): Promise<AppProcess> =>
    AppProcess.start({ ...store.variables(), THRIFT_HOST: host, THRIFT_PORT: String(instances[0]?.port ?? 0) });
  const exitCodes: (number | null)[] = [];
  try {
    for (const host of HOSTS) instances.push(await start(host));
    const adding = new Adding(instances[0]?.port ?? 0);
    const load = { callsPerSecond: options.addsPerSecond, maxPending: MAX_PENDING, call: adding.add };
    const { skipped } = await underLoad(load, async () => {
      await delay(SETTLE_MS);
      for (let restart = 0; restart < options.restarts && options.signal?.aborted !== true; restart++) {
        const place = restart % HOSTS.length;
        const instance = instances[place] as AppProcess;
        instance.signal('SIGTERM');
        exitCodes.push((await instance.ended()).code);
        instances[place] = await start(HOSTS[place] ?? '');
        await delay(RETURN_MS);
        options.onRestart?.(restart + 1);
      }
    });
    await adding.client.close();
    const { ledger, latencies } = adding;
    const { calls, errors } = ledger;
    return { ...ledger.compare(await store.tasks()), calls, errors, exitCodes, skipped, latencies };
  } finally {
    for (const instance of instances) await instance[Symbol.asyncDispose]();
  }
}

/** A client of the name, and the ledger of its calls. */
class Adding {
  readonly ledger = new Ledger();
  readonly latencies = new Latencies();
  readonly client: ClientThrift;
  readonly #tasks: TasksClient;

  constructor(port: number) {
    const lookup = (): Promise<string[]> => Promise.resolve(HOSTS);
    this.client = new ClientThrift({ idl: TASKS_IDL, servers: `tasks.internal:${String(port)}`, lookup });
    this.#tasks = this.client.getService<TasksClient>('Tasks');
  }

  readonly add = async (number: number): Promise<void> => {
    const name = `task ${String(number)}`;
    const startedAtMs = performance.now();
    try {
      const { id = '' } = await this.#tasks.add({ userId: `user ${String(number % USERS)}`, name });
      this.ledger.acknowledge(name, id);
      this.latencies.add(performance.now() - startedAtMs);
    } catch (error) {
      this.ledger.fail(name, error);
    }
  };
}
