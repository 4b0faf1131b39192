/** Strings up to this length are copied here, one character at a time: cheaper than a call into the runtime. */
export const SHORT_STRING_LENGTH = 32;

/**
 * Copies a string to `at`, which has room for it as ASCII. False, and anything may stand there, when it is not ASCII.
 * Four characters at a time: measured, that takes an eighth off the time to write 100 tasks.
 */
export function copyAscii(text: string, bytes: Buffer, at: number): boolean {
  const { length } = text;
  let i = 0;
  for (; i < length - 3; i += 4) {
    const to = at + i;
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 0x7f) return false;
    bytes[to] = a;
    bytes[to + 1] = b;
    bytes[to + 2] = c;
    bytes[to + 3] = d;
  }
  for (; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return false;
    bytes[at + i] = code;
  }
  return true;
}
