import { describeError } from './ledger.js';
import { Latencies } from './latencies.js';

const QUARTERS = 4;
/** Errors are told apart by their text, and there may be many. */
const MAX_KINDS = 20;
const GREATEST_DESCRIPTION = 300;

/** What calls took, by quarter of the run, and what became of them. */
export class Meter {
  calls = 0;
  /** Calls refused with 503 while the store was away, as they must be. */
  unavailable = 0;
  readonly byMethod = new Map<string, number>();
  readonly errors = new Map<string, number>();
  readonly quarters = Array.from({ length: QUARTERS }, () => new Latencies());
  readonly #startedAtMs = performance.now();

  /** @param isDisturbed Whether the store is away: how long calls take then is no matter of the service. */
  constructor(
    private readonly durationMs: number,
    readonly isDisturbed: () => boolean,
  ) {}

  /** Makes a call and notes how long its answer took, whatever it was. */
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

  /** Notes an error that must not be. */
  fail(error: unknown): void {
    const description = describeError(error).slice(0, GREATEST_DESCRIPTION);
    const kind = this.errors.size < MAX_KINDS || this.errors.has(description) ? description : 'others';
    this.errors.set(kind, (this.errors.get(kind) ?? 0) + 1);
  }
}
