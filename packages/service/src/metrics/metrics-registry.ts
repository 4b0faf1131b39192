import type { Registry } from 'prom-client';
import { LiveMetrics } from './live-metrics.js';

/** Lifetime of a generated text that is shared by all requests, in milliseconds: more scrapers cost no more. */
export const METRICS_SHARED_FOR_MS = 100;

/** A source of metrics. Counting needs no library; exporting does. */
export interface MetricsSource {
  /** Registers the metrics; called once, at the first request for metrics. */
  registerIn(metrics: LiveMetrics): void;
}

/** Everything that `/metrics` exports: process, event loop, and the metrics of the sources. */
export class MetricsRegistry {
  readonly #sources: MetricsSource[] = [];
  #registry: Promise<Registry> | undefined;
  #text: Promise<string> | undefined;

  /** Adds sources; only before the first request for metrics. */
  add(...sources: readonly MetricsSource[]): void {
    this.#sources.push(...sources);
  }

  /** All metrics in Prometheus' text format, at most `METRICS_SHARED_FOR_MS` old. */
  render(): Promise<string> {
    this.#text ??= this.#renderAnew();
    return this.#text;
  }

  async #renderAnew(): Promise<string> {
    try {
      this.#registry ??= this.#createRegistry();
      return await (await this.#registry).metrics();
    } finally {
      setTimeout(() => {
        this.#text = undefined;
      }, METRICS_SHARED_FOR_MS).unref();
    }
  }

  /** Loads prom-client at the first request, to keep the start fast. */
  async #createRegistry(): Promise<Registry> {
    const { default: promClient } = await import('prom-client');
    const registry = new promClient.Registry();
    promClient.collectDefaultMetrics({ register: registry });
    const live = new LiveMetrics(promClient, registry);
    for (const source of this.#sources) source.registerIn(live);
    return registry;
  }
}
