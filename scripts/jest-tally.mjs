import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Titles with test values can be long, and so can messages. */
const TITLE_LENGTH = 200;
const MESSAGE_LINES = 40;

/**
 * A Jest reporter that ends with `failed: FILE › TEST` for each failure, its message in lines that start with `failed| `,
 * and `N passed, N failed[, N skipped]`: the end of a log is what remains of it when it is cut.
 */
export default class TallyReporter {
  /** A file that could not be run counts as one failure, and so does a run without tests. */
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tally = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // Jest prints its own summary after the last reporter, regardless of the order.
    process.once('exit', () => console.log([...results.testResults.flatMap(failuresOf), tally].join('\n')));
  }
}

function failuresOf({ testFilePath, testResults, testExecError, failureMessage }) {
  const file = path.relative('', testFilePath);
  const lines = testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ fullName, failureMessages }) => [
      `failed: ${file} › ${fullName.slice(0, TITLE_LENGTH)}`,
      ...messageLines(failureMessages.join('\n')),
    ]);
  if (testExecError) lines.push(`failed: ${file} could not be run`, ...messageLines(failureMessage ?? ''));
  return lines;
}

/** The start of a message; frames of Node's and other packages' code are left out. */
function messageLines(message) {
  return stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^ +at .*(node_modules|\(?node:)/.test(line))
    .slice(0, MESSAGE_LINES)
    .map((line) => `failed| ${line}`);
}
