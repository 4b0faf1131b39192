/** Maximum number of different failures that are listed. */
const SHOWN_FAILURES = 5;
/** Interval of the progress: quick for a person who watches, slow for a log. */
const WATCHED_MS = 200;
const LOGGED_MS = 5_000;

/** Counts and latencies of repeated calls. */
export class LoadReport {
  readonly #latenciesMs: number[] = [];
  readonly #failures = new Map<string, number>();
  readonly #startedAtMs = performance.now();
  failed = 0;

  get calls(): number {
    return this.#latenciesMs.length;
  }

  /** @param failure why the call failed, if it did. */
  add(latencyMs: number, failure: string | undefined): void {
    this.#latenciesMs.push(latencyMs);
    if (failure === undefined) return;
    this.failed += 1;
    const known = this.#failures.has(failure) || this.#failures.size < SHOWN_FAILURES;
    const kind = known ? failure : 'others';
    this.#failures.set(kind, (this.#failures.get(kind) ?? 0) + 1);
  }

  describe(connections: number): string {
    const seconds = (performance.now() - this.#startedAtMs) / 1_000;
    const over = `${String(connections)} ${connections === 1 ? 'connection' : 'connections'}`;
    const rate = String(Math.round(this.calls / seconds));
    const sorted = Float64Array.from(this.#latenciesMs).sort();
    const at = (share: number): string => milliseconds(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
    const latencies = `latency: min ${at(0)}, p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, max ${at(1)}\n`;
    const failures = [...this.#failures].map(([failure, count]) => `${String(count)} failed: ${failure}\n`);
    return [
      `${String(this.calls)} calls over ${over} in ${seconds.toFixed(2)} s: ${rate} calls/s, ${String(this.failed)} failed\n`,
      this.calls === 0 ? '' : latencies,
      ...failures,
    ].join('');
  }
}

/** Prints how far repeated calls are. */
export class Progress {
  readonly #timer: NodeJS.Timeout;
  readonly #isWatched: boolean;
  readonly #print: (text: string) => void;

  constructor(report: LoadReport, total: number, isWatched: boolean, print: (text: string) => void) {
    this.#isWatched = isWatched;
    this.#print = print;
    const show = (): void => {
      const text = `${String(report.calls)} of ${String(total)} calls, ${String(report.failed)} failed`;
      print(isWatched ? `\r\u001b[K${text}` : `${text}\n`);
    };
    this.#timer = setInterval(show, isWatched ? WATCHED_MS : LOGGED_MS);
  }

  /** Removes the line that a person watched. */
  stop(): void {
    clearInterval(this.#timer);
    if (this.#isWatched) this.#print('\r\u001b[K');
  }
}

function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(1)} ms`;
}
