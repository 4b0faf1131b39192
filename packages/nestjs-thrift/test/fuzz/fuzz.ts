import fc from 'fast-check';

export type FuzzProperty = fc.IRawProperty<unknown, false>;

/** Runs of each property when no time is given. */
const QUICK_RUNS = 60;

/** Total time of all properties in seconds, from FUZZ_SECONDS; undefined for the quick runs of `npm test`. */
export const fuzzSeconds = process.env['FUZZ_SECONDS'] === undefined ? undefined : Number(process.env['FUZZ_SECONDS']);

/** Seed of the random values: FUZZ_SEED repeats a run. */
export const fuzzSeed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 0x7fff_ffff));

/**
 * Tests a property with random values, for a given time if any, and returns the number of runs.
 * @throws Error with the seed and the smallest counterexample that was found.
 */
export function tryProperty(property: FuzzProperty, seconds: number | undefined): number {
  const details = fc.check(property, {
    seed: fuzzSeed,
    numRuns: seconds === undefined ? QUICK_RUNS : Number.MAX_SAFE_INTEGER,
    ...(seconds !== undefined && { interruptAfterTimeLimit: seconds * 1_000 }),
  });
  if (details.failed) throw new Error(fc.defaultReportMessage(details));
  return details.numRuns;
}
