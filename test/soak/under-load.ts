const TICK_MS = 10;

/** Calls to make while something else happens. */
interface Load {
  readonly callsPerSecond: number;
  /** Calls beyond this many pending ones are skipped. */
  readonly maxPending: number;
  /** Makes one call; must not reject. */
  readonly call: (number: number) => Promise<void>;
}

/** Results of work under load. */
interface UnderLoad<Result> {
  readonly result: Result;
  readonly seconds: number;
  readonly skipped: number;
}

/**
 * Does the work while calls start at a constant rate, whether or not earlier ones were answered: a stalling server can't
 * slow down the measurement. Ends when all calls have settled, also when the work fails.
 */
export async function underLoad<Result>(load: Load, work: () => Promise<Result>): Promise<UnderLoad<Result>> {
  const pending = new Set<Promise<void>>();
  const startedAtMs = performance.now();
  let [started, skipped] = [0, 0];
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAtMs) * load.callsPerSecond) / 1_000;
    for (; started < due; started++) {
      if (pending.size >= load.maxPending) {
        skipped++;
        continue;
      }
      const call = load.call(started).finally(() => pending.delete(call));
      pending.add(call);
    }
  }, TICK_MS);
  try {
    const result = await work();
    return { result, seconds: (performance.now() - startedAtMs) / 1_000, skipped };
  } finally {
    clearInterval(timer);
    await Promise.all(pending);
  }
}
