import { randomBytes, randomInt } from 'node:crypto';

const COUNTER_LIMIT = 0x1000000;

/**
 * Makes ids of the form that MongoDB gives (4 bytes of seconds, 5 random ones per process, 3 of a counter) as 24
 * lower-case hexadecimal digits: the same in every store, so that tasks can move between them, and rising, so that of
 * two tasks added within one millisecond the later one is listed first.
 *
 * @param now The time in milliseconds since 1970.
 */
export function createObjectIdGenerator(now: () => number = Date.now): () => string {
  const processPart = randomBytes(5).toString('hex');
  // From the lower half of its range, so that it rarely wraps around within a second.
  let counter = randomInt(COUNTER_LIMIT / 2);
  let prefix = '';
  let prefixSecond = -1;
  return () => {
    const second = Math.floor(now() / 1_000);
    if (second !== prefixSecond) {
      prefixSecond = second;
      prefix = (second >>> 0).toString(16).padStart(8, '0') + processPart;
    }
    counter = (counter + 1) % COUNTER_LIMIT;
    return prefix + counter.toString(16).padStart(6, '0');
  };
}
