import { randomBytes, randomInt } from 'node:crypto';

const COUNTER_LIMIT = 0x1000000;
const HEX_DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const ID_LENGTH = 24;
const COUNTER_LENGTH = 6;

/**
 * Generates ids in MongoDB's form (4 bytes of seconds, 5 random ones per process, 3 of a counter) as 24
 * lower-case hexadecimal digits: the same in every store, so that tasks can move between them, and rising, so that of
 * two tasks added within one millisecond the later one is listed first.
 *
 * @param now The time in milliseconds since 1970.
 */
export function createObjectIdGenerator(now: () => number = Date.now): () => string {
  const processPart = randomBytes(5).toString('hex');
  // In the lower half of its range, so that it rarely wraps around within a second.
  let counter = randomInt(COUNTER_LIMIT / 2);
  let prefixSecond = -1;
  // The last id, as the codes of its characters. The string is made in one piece: a concatenated one takes more memory,
  // and is flattened before its characters can be read.
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
