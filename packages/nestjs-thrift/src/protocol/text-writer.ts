/** Strings up to this length are copied one character at a time here: cheaper than a call into the runtime. */
export const SHORT_STRING_LENGTH = 32;

/**
 * Copies an ASCII string to `at`, where its bytes are reserved. Returns false, with undefined bytes written, when it is
 * not ASCII. Copies four characters at a time: measured, that saves an eighth of the time to write 100 tasks.
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
