import type * as PromClient from 'prom-client';
import type { DurationHistogram } from './duration-histogram.js';

/** How values of several processes make one. */
export type Aggregator = 'sum' | 'min';

/** Reads the values of a metric with labels. */
type Values<Label extends string> = () => Iterable<readonly [labels: Record<Label, string>, value: number]>;

/** Registers metrics whose values are read at each scrape, so that counting adds no cost to calls. */
export class LiveMetrics {
  readonly #promClient: Pick<typeof PromClient, 'Counter' | 'Gauge'>;
  readonly #registry: PromClient.Registry;

  constructor(promClient: Pick<typeof PromClient, 'Counter' | 'Gauge'>, registry: PromClient.Registry) {
    this.#promClient = promClient;
    this.#registry = registry;
  }

  /** A value that can rise and fall; no sample while it is undefined. */
  gauge(
    name: string,
    help: string,
    value: () => number | undefined | Promise<number>,
    aggregator: Aggregator = 'sum',
  ): void {
    new this.#promClient.Gauge({
      name,
      help,
      aggregator,
      registers: [this.#registry],
      async collect() {
        const current = await value();
        if (current === undefined) this.remove();
        else this.set(current);
      },
    });
  }

  /** Facts that do not change, as labels of a value that is always 1. */
  info(name: string, help: string, facts: Readonly<Record<string, string>>): void {
    const labelNames = Object.keys(facts);
    new this.#promClient.Gauge({ name, help, labelNames, aggregator: 'min', registers: [this.#registry] }).set(
      facts,
      1,
    );
  }

  /** Values that can rise and fall, by the labels in which they differ. */
  gauges<Label extends string>(name: string, help: string, labelNames: readonly Label[], values: Values<Label>): void {
    this.#register(this.#promClient.Gauge, name, help, labelNames, values);
  }

  /** A value that only rises. */
  counter(name: string, help: string, value: () => number): void {
    this.counters(name, help, [], () => [[{}, value()]]);
  }

  /** Values that only rise, one for each combination of labels. */
  counters<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    values: Values<Label>,
  ): void {
    this.#register(this.#promClient.Counter, name, help, labelNames, values);
  }

  /** Durations counted elsewhere. */
  histogram(durations: DurationHistogram): void {
    durations.registerIn(this.#registry);
  }

  /** Replaces all values at each scrape: what is not there any more has no sample. */
  #register<Label extends string>(
    Metric: typeof PromClient.Counter | typeof PromClient.Gauge,
    name: string,
    help: string,
    labelNames: readonly Label[],
    values: Values<Label>,
  ): void {
    new Metric<Label>({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect(this: PromClient.Counter<Label> | PromClient.Gauge<Label>) {
        this.reset();
        for (const [labels, value] of values()) this.inc(labels, value);
      },
    });
  }
}
