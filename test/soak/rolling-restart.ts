import { setTimeout as delay } from 'node:timers/promises';
import { loadSchema } from 'nestjs-thrift';
import { AppProcess, TASKS_IDL } from '../support/app.js';
import { OwnAdder, type Adder } from './adders.js';
import { Cluster } from './cluster.js';
import type { Balancer } from './balancer.js';
import { Latencies } from './latencies.js';
import { Ledger, type Comparison } from './ledger.js';
import type { MongoStore } from './mongo-store.js';
import { underLoad } from './under-load.js';

const USERS = 20;
const MAX_PENDING = 2_000;
const SETTLE_MS = 500;

export interface RollingRestartOptions {
  readonly restarts: number;
  readonly addsPerSecond: number;
  readonly ownClients: number;
  readonly npmClients: number;
  /** Time in which a stopping instance reports it before it closes its listener. */
  readonly drainDelayMs: number;
  /** Ends the run after the restart in progress. */
  readonly signal?: AbortSignal;
  readonly onRestart?: (done: number) => void;
}

export interface RollingRestartResult extends Comparison {
  readonly calls: number;
  readonly seconds: number;
  readonly errors: ReadonlyMap<string, number>;
  /** Errors of calls to an instance that had not reported its shutdown. */
  readonly errorsOfReady: number;
  readonly exitCodes: readonly (number | null)[];
  readonly skipped: number;
  readonly turnedAway: number;
  readonly latencies: Latencies;
}

/** Restarts instances by SIGTERM, one at a time, while clients add tasks through a balancer. */
export async function restartRolling(store: MongoStore, options: RollingRestartOptions): Promise<RollingRestartResult> {
  const variables = { ...store.variables(), HTTP_PORT: '0', DRAIN_DELAY_MS: String(options.drainDelayMs) };
  await using cluster = await Cluster.start(() => AppProcess.start(variables));
  const callers = await Callers.start(cluster.balancer, options);
  const load = {
    callsPerSecond: options.addsPerSecond,
    maxPending: MAX_PENDING,
    call: (number: number) => callers.add(number),
  };
  const { seconds, skipped } = await underLoad(load, async () => {
    await delay(SETTLE_MS);
    for (let restart = 0; restart < options.restarts && options.signal?.aborted !== true; restart++) {
      await cluster.restartNext();
      options.onRestart?.(restart + 1);
    }
    await delay(SETTLE_MS);
  });
  await callers.close();
  return {
    ...callers.ledger.compare(await store.tasks()),
    calls: callers.ledger.calls,
    errors: callers.ledger.errors,
    errorsOfReady: callers.errorsOfReady,
    latencies: callers.latencies,
    seconds,
    skipped,
    exitCodes: cluster.exitCodes,
    turnedAway: cluster.balancer.turnedAway,
  };
}

/** The clients, and the ledger of their calls. */
class Callers {
  readonly ledger = new Ledger();
  readonly latencies = new Latencies();
  errorsOfReady = 0;

  private constructor(
    private readonly balancer: Balancer,
    private readonly adders: readonly Adder[],
  ) {}

  static async start(balancer: Balancer, { ownClients, npmClients }: RollingRestartOptions): Promise<Callers> {
    const schema = loadSchema(TASKS_IDL);
    const adders: Adder[] = Array.from({ length: ownClients }, () => new OwnAdder(schema, balancer.port));
    if (npmClients > 0) {
      // The package can't be loaded in Jest.
      const { NpmAdder } = await import('./npm-adder.js');
      adders.push(...Array.from({ length: npmClients }, () => new NpmAdder(schema, balancer.port)));
    }
    return new Callers(balancer, adders);
  }

  async add(number: number): Promise<void> {
    const adder = this.#free(number);
    const name = `task ${String(number)}`;
    const wasReady = this.balancer.leadsToReady(adder.localPort);
    const sentAtMs = performance.now();
    try {
      this.ledger.acknowledge(name, await adder.add(`user ${String(number % USERS)}`, name));
      this.latencies.add(performance.now() - sentAtMs);
    } catch (error) {
      if (wasReady) this.errorsOfReady++;
      this.ledger.fail(name, error, `, ${adder.kind} at ${wasReady ? 'a ready' : 'a stopping'} instance`);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.adders.map((adder) => adder.close()));
  }

  /** The next client, round-robin, that can make a call; the first ones always can. */
  #free(number: number): Adder {
    const adder = this.adders[number % this.adders.length];
    return adder === undefined || adder.isBusy ? (this.adders[0] as Adder) : adder;
  }
}
