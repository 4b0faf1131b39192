/** Control characters, and what turns the direction of text or ends a line without being one. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Text of a peer as it can stand in a log: what would end the line, or steer a terminal, is escaped (`\n`, `\u{1b}`). */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => ESCAPES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
