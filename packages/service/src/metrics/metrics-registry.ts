import type * as PromClient from 'prom-client';
import { LiveMetrics } from './live-metrics.js';

/** Lifetime of a generated text that is shared by all requests, in milliseconds: more scrapers cost no more. */
export const METRICS_SHARED_FOR_MS = 100;

/** A source of metrics. Counting needs no library; exporting does. */
export interface MetricsSource {
  /** Registers the metrics; called once, at the first request for metrics. */
  registerIn(metrics: LiveMetrics): void;
}

/** A metric with its values, as one process sends it to another. */
export interface MetricSnapshot {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  /** How values of several processes make one. */
  readonly aggregator: string;
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Partial<Record<string, string | number>>>;
    readonly metricName?: string;
  }[];
}

/** All metrics of a process at one moment. */
export type MetricsSnapshot = readonly MetricSnapshot[];

type Registry = PromClient.Registry;

/** Everything that `/metrics` exports: process, event loop, and the metrics of the sources. */
export class MetricsRegistry {
  readonly #sources: MetricsSource[] = [];
  readonly #others: (() => Promise<readonly MetricsSnapshot[]>) | undefined;
  #registry: Promise<Registry> | undefined;
  #text: Promise<string> | undefined;

  /** @param others Metrics of other processes, to be exported as one with those of this process. */
  constructor(others?: () => Promise<readonly MetricsSnapshot[]>) {
    this.#others = others;
  }

  /** Adds sources; only before the first request for metrics. */
  add(...sources: readonly MetricsSource[]): void {
    this.#sources.push(...sources);
  }

  /** All metrics in Prometheus' text format, at most `METRICS_SHARED_FOR_MS` old. */
  render(): Promise<string> {
    this.#text ??= this.#renderAnew();
    return this.#text;
  }

  /** The metrics of this process alone. */
  async snapshot(): Promise<MetricsSnapshot> {
    this.#registry ??= this.#createRegistry();
    // Declared without the values' own names, which histograms have.
    return (await (await this.#registry).getMetricsAsJSON()) as unknown as MetricsSnapshot;
  }

  async #renderAnew(): Promise<string> {
    try {
      this.#registry ??= this.#createRegistry();
      if (this.#others === undefined) return await (await this.#registry).metrics();
      const others = await this.#others();
      return await (await aggregate([await this.snapshot(), ...others])).metrics();
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
    for (const metric of registry.getMetricsAsArray()) metric.aggregator = aggregatorOf(metric);
    const live = new LiveMetrics(promClient, registry);
    for (const source of this.#sources) source.registerIn(live);
    return registry;
  }
}

/** The totals of several processes, or of one at several times: what has been counted, without gauges. */
export async function sumCounted(snapshots: readonly MetricsSnapshot[]): Promise<MetricsSnapshot> {
  const counted = snapshots.map((metrics) => metrics.filter(({ type }) => type !== 'gauge'));
  return (await (await aggregate(counted)).getMetricsAsJSON()) as unknown as MetricsSnapshot;
}

async function aggregate(snapshots: readonly MetricsSnapshot[]): Promise<Registry> {
  const { default: promClient } = await import('prom-client');
  return promClient.AggregatorRegistry.aggregate([...snapshots]);
}

/** The service starts with its first process. An event loop that is blocked must not vanish in an average. */
function aggregatorOf({ name, aggregator }: PromClient.MetricObject): PromClient.Aggregator {
  if (name === 'process_start_time_seconds') return 'min';
  return aggregator === 'average' ? 'max' : aggregator;
}
