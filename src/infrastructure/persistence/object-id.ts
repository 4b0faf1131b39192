import { randomBytes, randomInt } from 'node:crypto';

const COUNTER_LIMIT = 0x1000000;
const HEX_DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const ID_LENGTH = 24;
const COUNTER_LENGTH = 6;

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
  let prefixSecond = -1;
  // The id made last, by the codes of its characters. A text in one piece: one that was joined of several takes more
  // memory, and has to be copied before its characters can be read.
  const codes = new Array<number>(ID_LENGTH).fill(0);
  return () => {
    const second = Math.floor(now() / 1_000);
    if (second !== prefixSecond) {
      prefixSecond = second;
      const prefix = (second >>> 0).toString(16).padStart(8, '0') + processPart;
      for (let i = 0; i < prefix.length; i++) codes[i] = prefix.charCodeAt(i);
    }
    counter = (counter + 1) % COUNTER_LIMIT;
    for (let i = 1, rest = counter; i <= COUNTER_LENGTH; i++, rest >>>= 4)
      codes[ID_LENGTH - i] = HEX_DIGITS[rest & 15] ?? 0;
    return String.fromCharCode(...codes);
  };
}
