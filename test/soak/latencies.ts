const MIN_MS = 0.01;
/** Ratio of neighbouring classes: no percentile is off by more. */
const GROWTH = Math.log(1.02);
const CLASSES = 1_000;

/** Durations counted in classes, so that memory does not grow with their number. */
export class Latencies {
  count = 0;
  maxMs = 0;
  readonly #classes = new Uint32Array(CLASSES);

  add(durationMs: number): void {
    const place = Math.ceil(Math.log(Math.max(durationMs, MIN_MS) / MIN_MS) / GROWTH);
    const index = Math.min(place, CLASSES - 1);
    this.#classes[index] = (this.#classes[index] ?? 0) + 1;
    this.count++;
    this.maxMs = Math.max(this.maxMs, durationMs);
  }

  /** Returns the percentile of this share, in milliseconds; 0 without durations. */
  percentileMs(share: number): number {
    let left = this.count * share;
    const index = this.#classes.findIndex((count) => (left -= count) <= 0);
    return this.count === 0 ? 0 : Math.min(this.maxMs, MIN_MS * Math.exp(index * GROWTH));
  }
}
