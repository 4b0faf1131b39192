import type { Part } from '../lifecycle/part.js';
import type { OperationsOptions } from './operations-options.js';
import type { OperationsServer } from './operations-server.js';

/** Health and metrics, the first part of a service to start and the last one to stop. */
export class Operations implements Part {
  readonly name = 'Health and metrics';
  readonly #options: OperationsOptions;
  #server: OperationsServer | undefined;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  get port(): number | undefined {
    return this.#server?.port;
  }

  async start(): Promise<void> {
    const { startOperations } = await import('./operations-server.js');
    this.#server = await startOperations(this.#options);
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  describe(): readonly string[] {
    const place = `${this.#options.host}:${String(this.port)}`;
    return [`Health and metrics listen on ${place}: /health/live /health/ready /metrics`];
  }
}
