/** A Thrift IDL text and its name. */
export interface Source {
  /** The path of the file, or the name given for a text; shown in errors. */
  readonly file: string;
  /** The text, without its byte order mark. */
  readonly text: string;
}

/**
 * An error in an IDL and its position. The message reads `file:line:column: expected …, found …`, which terminals and
 * editors turn into a link.
 */
export class ThriftIdlError extends Error {
  override readonly name = 'ThriftIdlError';

  /**
   * @param file the path of the file, or the name given for the text
   * @param line from 1
   * @param column from 1, in UTF-16 units
   * @param expected what is allowed there
   * @param found the text there
   */
  constructor(
    readonly file: string,
    readonly line: number,
    readonly column: number,
    readonly expected: string,
    readonly found: string,
    options?: ErrorOptions,
  ) {
    super(`${file}:${String(line)}:${String(column)}: expected ${expected}, found ${found}`, options);
  }
}

/** The line and the column of an offset, both from 1; the column in UTF-16 units. */
export function positionAt(source: Source, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let end = source.text.indexOf('\n'); end !== -1 && end < offset; end = source.text.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/** Throws a {@link ThriftIdlError} for the text at an offset of a source. */
export function failAt(source: Source, offset: number, expected: string, found: string, options?: ErrorOptions): never {
  const { line, column } = positionAt(source, offset);
  throw new ThriftIdlError(source.file, line, column, expected, found, options);
}

const SHOWN_CHARACTERS = 60;

/** Quotes a piece of the text for an error message: long text is cut, control characters are shown by number. */
export function quoted(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  const shown = cut.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
  return `'${shown}'`;
}

/**
 * Returns the message of a thrown value. File system errors may come from another realm, so `instanceof` does not work.
 */
export function reasonOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown ? String(thrown.message) : String(thrown);
}
