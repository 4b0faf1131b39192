import type { Part } from '../lifecycle/part.js';
import type { ServiceConfig, ServiceContext } from '../lifecycle/definition.js';
import type { Tracing } from './tracing.js';

/** Time limit for sending the last spans. */
const FLUSH_LIMIT_MS = 2_000;

/** The traces of a service as its first part. OpenTelemetry is loaded only if enabled. */
export class Traces implements Part {
  readonly name = 'Traces';
  readonly stopLimitMs: number;
  readonly #service: ServiceContext<ServiceConfig>;
  readonly #serviceName: string;
  #tracing: Tracing | undefined;

  /** @param serviceName The name of the service in traces. */
  constructor(service: ServiceContext<ServiceConfig>, serviceName: string) {
    this.#service = service;
    this.#serviceName = serviceName;
    this.stopLimitMs = service.config.tracing ? FLUSH_LIMIT_MS : 0;
  }

  /** Undefined: off, or not started. */
  get tracing(): Tracing | undefined {
    return this.#tracing;
  }

  async start(): Promise<void> {
    const { config, version, worker, log } = this.#service;
    if (config.tracing === undefined) return;
    const { Tracing } = await import('./tracing.js');
    const { url } = config.tracing;
    log.info(`Traces go to ${new URL(url).host}`);
    this.#tracing = new Tracing({
      url,
      serviceName: this.#serviceName,
      serviceVersion: version,
      flushLimitMs: FLUSH_LIMIT_MS,
      ...(worker && { attributes: { 'process.pid': process.pid, 'service.worker': worker.number } }),
      log,
    });
  }

  async stop(): Promise<void> {
    await this.#tracing?.stop();
  }
}
