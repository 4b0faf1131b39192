import TestRunner from 'jest-runner';

/** Runs one file at a time, in the process of Jest itself. */
export default class AloneRunner extends (TestRunner.default ?? TestRunner) {
  isSerial = true;
}
