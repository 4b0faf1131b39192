import { describe } from '@jest/globals';
import { findPython } from './python.js';

/** A `describe` whose tests get the Python of `findPython`, and are skipped without Python. */
export function describeWithPython(title: string, tests: (python: string) => void): void {
  const python = findPython();
  if (python === undefined) describe.skip(title, () => undefined);
  else
    describe(title, () => {
      tests(python);
    });
}
