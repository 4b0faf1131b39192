/** Control and format characters, line ends, and lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * The text with every character that a terminal would act upon written as an escape. The name of a task comes from
 * whoever added it: it must not move the cursor, set the title or forge a row.
 */
export function visibleText(text: string): string {
  return text.replace(
    INVISIBLE,
    (character) => ESCAPES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
