/** Length of a checksum in characters of 6 bits. */
const SUM_LENGTH = 6;
const FIRST_DIGIT = 48;
const { imul } = Math;

/** Returns the stored form of a value: its checksum, which includes the key, then the value itself. */
export function withChecksum(key: string, value: string): string {
  const sum = sumOf(key, value, 0);
  let digits = '';
  for (let n = 0, rest = sum; n < SUM_LENGTH; n++, rest >>>= 6)
    digits += String.fromCharCode(FIRST_DIGIT + (rest & 63));
  return digits + value;
}

/** Returns the value from its stored form; undefined when the checksum does not match. */
export function verifiedValue(key: string, stored: string): string | undefined {
  let rest = sumOf(key, stored, SUM_LENGTH);
  for (let n = 0; n < SUM_LENGTH; n++, rest >>>= 6) {
    if (stored.charCodeAt(n) !== FIRST_DIGIT + (rest & 63)) return undefined;
  }
  return stored.slice(SUM_LENGTH);
}

/** FNV-1a over UTF-16 units: detects every change of one character, and all but one in 2^32 of other changes. */
function sumOf(key: string, value: string, valueStart: number): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) sum = imul(sum ^ key.charCodeAt(at), 0x01000193);
  sum = imul(sum ^ 0x10000, 0x01000193);
  for (let at = valueStart; at < value.length; at++) sum = imul(sum ^ value.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}
