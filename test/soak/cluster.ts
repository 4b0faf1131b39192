import type { ProgramResult } from '@tasks/testing/run-program';
import { Balancer, type Instance } from './balancer.js';

const INSTANCES = 2;

/** A service in a separate process. */
interface InstanceProcess extends Instance, AsyncDisposable {
  signal(signal: NodeJS.Signals): void;
  ended(): Promise<ProgramResult>;
}

/** Two instances of a service behind their balancer. */
export class Cluster {
  readonly exitCodes: (number | null)[] = [];
  readonly balancer: Balancer;
  readonly #start: () => Promise<InstanceProcess>;
  readonly #instances: InstanceProcess[] = [];
  #next = 0;

  private constructor(balancer: Balancer, start: () => Promise<InstanceProcess>) {
    this.balancer = balancer;
    this.#start = start;
  }

  /** Resolves when both are ready. */
  static async start(start: () => Promise<InstanceProcess>): Promise<Cluster> {
    const cluster = new Cluster(await Balancer.start(), start);
    try {
      for (let place = 0; place < INSTANCES; place++) await cluster.#startAt(place);
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  /** Ends the next instance by SIGTERM; resolves when its replacement is ready. */
  async restartNext(): Promise<void> {
    const place = this.#next++ % INSTANCES;
    const instance = this.#instances[place] as InstanceProcess;
    instance.signal('SIGTERM');
    const { code } = await instance.ended();
    this.exitCodes.push(code);
    this.balancer.remove(instance);
    await this.#startAt(place);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.balancer.close();
    for (const instance of this.#instances) await instance[Symbol.asyncDispose]();
  }

  async #startAt(place: number): Promise<void> {
    const instance = await this.#start();
    this.#instances[place] = instance;
    await this.balancer.add(instance);
  }
}
