/** Strings up to this length are copied here, one character at a time: cheaper than a call into the runtime. */
export const SHORT_STRING_LENGTH = 32;

/** Copies a string to `at`, which has room for it as ASCII. False, and anything may stand there, when it is not ASCII. */
export function copyAscii(text: string, bytes: Buffer, at: number): boolean {
  const { length } = text;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return false;
    bytes[at + i] = code;
  }
  return true;
}
