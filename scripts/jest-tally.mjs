import path from 'node:path';

/** Titles with test values can be long. */
const TITLE_LENGTH = 200;

/** A Jest reporter that ends with a line per failure, `failed: FILE › TEST`, and `N passed, N failed[, N skipped]`. */
export default class TallyReporter {
  /** A file that could not be run counts as one failure, and so does a run without tests. */
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tally = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // Jest prints its own summary after the last reporter, regardless of the order.
    process.once('exit', () => console.log([...failures(results), tally].join('\n')));
  }
}

function failures({ testResults }) {
  return testResults.flatMap((suite) => {
    const titles = suite.testResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => ` › ${fullName.slice(0, TITLE_LENGTH)}`);
    if (suite.testExecError) titles.push(' could not be run');
    return titles.map((title) => `failed: ${path.relative('', suite.testFilePath)}${title}`);
  });
}
