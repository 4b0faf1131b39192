import { ServicePhase } from '../../src/lifecycle/service-phase.js';
import { createLog } from '../../src/logging/log.js';
import { NestLogger } from '../../src/logging/nest-logger.js';
import { MetricsRegistry } from '../../src/metrics/metrics-registry.js';
import type { ProbeAnswer } from '../../src/operations/operations-options.js';
import { startOperations, type OperationsServer } from '../../src/operations/operations-server.js';

/** Health and metrics of an otherwise empty service, on a free port. */
export class TestOperations {
  /** The answer of the only probe, `store`. */
  store: ProbeAnswer = { ok: true, message: 'OK' };

  private constructor(
    readonly phase: ServicePhase,
    readonly metrics: MetricsRegistry,
  ) {}

  #server: OperationsServer | undefined;

  static async start(port = 0): Promise<TestOperations> {
    const operations = new TestOperations(new ServicePhase(), new MetricsRegistry());
    const { phase, metrics } = operations;
    phase.to('running');
    operations.#server = await startOperations({
      host: '127.0.0.1',
      port,
      variables: { host: 'OPS_HOST', port: 'OPS_PORT' },
      phase,
      metrics,
      probes: { store: () => Promise.resolve(operations.store) },
      logger: new NestLogger(await createLog({ level: 'silent', format: 'json' })),
    });
    return operations;
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** Fetches a path. */
  get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${String(this.port)}${path}`);
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }
}
