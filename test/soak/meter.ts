import { describeError } from './ledger.js';
import { Latencies } from './latencies.js';

const QUARTERS = 4;
/** Maximum number of different errors: they are distinguished by text. */
const MAX_KINDS = 20;
const MAX_DESCRIPTION = 300;

/** Durations by quarter of the run, and outcomes of calls. */
export class Meter {
  calls = 0;
  /** Calls answered with 503 while the store was down, as expected. */
  unavailable = 0;
  readonly byMethod = new Map<string, number>();
  readonly errors = new Map<string, number>();
  readonly quarters = Array.from({ length: QUARTERS }, () => new Latencies());
  readonly #startedAtMs = performance.now();

  /** @param isDisturbed Whether the store is down: durations are not recorded then. */
  constructor(
    private readonly durationMs: number,
    readonly isDisturbed: () => boolean,
  ) {}

  /** Makes a call and records the duration of its answer. */
  async time<Result>(method: string, call: () => Promise<Result>): Promise<Result> {
    const startedAtMs = performance.now();
    const wasDisturbed = this.isDisturbed();
    this.calls++;
    this.byMethod.set(method, (this.byMethod.get(method) ?? 0) + 1);
    try {
      return await call();
    } finally {
      const share = (startedAtMs - this.#startedAtMs) / this.durationMs;
      const quarter = this.quarters[Math.min(Math.floor(share * QUARTERS), QUARTERS - 1)];
      if (!wasDisturbed && !this.isDisturbed()) quarter?.add(performance.now() - startedAtMs);
    }
  }

  fail(error: unknown): void {
    const description = describeError(error).slice(0, MAX_DESCRIPTION);
    const kind = this.errors.size < MAX_KINDS || this.errors.has(description) ? description : 'others';
    this.errors.set(kind, (this.errors.get(kind) ?? 0) + 1);
  }
}
