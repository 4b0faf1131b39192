import type { Metric, MetricValueWithName, Registry } from 'prom-client';

/** Upper bounds in seconds: from a call on a warm memory store to one that reaches its deadline. */
const BOUNDS_S = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BOUNDS_MS = BOUNDS_S.map((seconds) => seconds * 1_000);

type Labels = Readonly<Record<string, string>>;

/** The durations under one set of labels. */
export class DurationSeries {
  /** Number of durations in each bucket; the last one is for those above all bounds. */
  readonly #counts = new Float64Array(BOUNDS_MS.length + 1);
  #sumMs = 0;

  readonly #labels: Labels;

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  /** Counts one duration, in milliseconds. */
  observe(durationMs: number): void {
    let bucket = 0;
    while (bucket < BOUNDS_MS.length && durationMs > (BOUNDS_MS[bucket] ?? 0)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sumMs += durationMs;
  }

  /** The samples in Prometheus' form: cumulative buckets, sum in seconds, count. */
  samples(name: string): MetricValueWithName<string>[] {
    let count = 0;
    const buckets = [...BOUNDS_S, '+Inf'].map((le, bucket) => {
      count += this.#counts[bucket] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le, ...this.#labels }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: this.#labels, value: this.#sumMs / 1_000 },
      { metricName: `${name}_count`, labels: this.#labels, value: count },
    ];
  }
}

/**
 * A histogram of durations whose series are looked up once and then updated directly. prom-client's own hashes the
 * labels at every observation: 0.9 µs each, where a pipelined call takes 3 µs in all.
 */
export class DurationHistogram {
  readonly #series = new Map<string, DurationSeries>();

  constructor(
    readonly name: string,
    readonly help: string,
  ) {}

  /** Returns the series of these labels; always the same object. */
  series(labels: Labels): DurationSeries {
    const key = JSON.stringify(labels);
    const series = this.#series.get(key) ?? new DurationSeries(labels);
    this.#series.set(key, series);
    return series;
  }

  /** Registers the histogram for export. */
  registerIn(registry: Registry): void {
    // The registry only uses `name` and `get()` of a metric; its type lists prom-client's own classes.
    registry.registerMetric(this as unknown as Metric);
  }

  /** For the registry: returns all observations. */
  get(): Promise<object> {
    const { name, help } = this;
    const values = [...this.#series.values()].flatMap((series) => series.samples(name));
    return Promise.resolve({ name, help, type: 'histogram', values, aggregator: 'sum' });
  }
}
