/** A Jest reporter that closes the run with one line for programs to read: `N passed, N failed[, N skipped]`. */
export default class TallyReporter {
  /** A file that could not be run counts as one failure, or a run without a single test would look like a good one. */
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // Jest prints its own summary after the last reporter, wherever that stands in the list.
    process.once('exit', () => console.log(line));
  }
}
