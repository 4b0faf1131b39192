import { describeError } from './logged-error.js';
import { withoutCredentials } from './redaction.js';

/**
 * Reports an error before a log exists, in the form that the log would have: a JSON line on standard output, or text on
 * standard error for people.
 */
export function printFatal(message: string, err: unknown): void {
  const { LOG_FORMAT: format } = process.env;
  const isPretty = format === 'pretty' || (format !== 'json' && process.stdout.isTTY);
  if (isPretty) {
    console.error(message, ...(err === undefined ? [] : [err]));
    return;
  }
  const time = new Date().toISOString();
  const msg = withoutCredentials(message);
  console.log(JSON.stringify({ level: 'fatal', time, err: err === undefined ? undefined : describeError(err), msg }));
}
