const LEAST_MS = 0.01;
/** Each class is two percent wider than the one before: no percentile is further off. */
const GROWTH = Math.log(1.02);
const CLASSES = 1_000;

/** Durations in classes, so that any number of them takes the same memory. */
export class Latencies {
  count = 0;
  maxMs = 0;
  readonly #classes = new Uint32Array(CLASSES);

  add(durationMs: number): void {
    const place = Math.ceil(Math.log(Math.max(durationMs, LEAST_MS) / LEAST_MS) / GROWTH);
    const index = Math.min(place, CLASSES - 1);
    this.#classes[index] = (this.#classes[index] ?? 0) + 1;
    this.count++;
    this.maxMs = Math.max(this.maxMs, durationMs);
  }

  /** The duration, in milliseconds, that this share of them stayed within; 0 without any. */
  percentileMs(share: number): number {
    let left = this.count * share;
    const index = this.#classes.findIndex((count) => (left -= count) <= 0);
    return this.count === 0 ? 0 : Math.min(this.maxMs, LEAST_MS * Math.exp(index * GROWTH));
  }
}
