/** A Thrift IDL text and where it came from. */
export interface Source {
  /** The path of the file, or the name given for a text; shown in errors. */
  readonly file: string;
  /** The text, without its byte order mark. */
  readonly text: string;
}

/**
 * What is wrong with an IDL, and where. The message reads `file:line:column: expected …, found …`, so that terminals
 * and editors make a link of it.
 */
export class ThriftIdlError extends Error {
  override readonly name = 'ThriftIdlError';

  /**
   * @param file the path of the file, or the name given for the text
   * @param line from 1
   * @param column from 1, in UTF-16 units
   * @param expected what may stand there
   * @param found what stands there instead
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

/** Throws a {@link ThriftIdlError} for what stands at an offset of a source. */
export function failAt(source: Source, offset: number, expected: string, found: string, options?: ErrorOptions): never {
  const { line, column } = positionAt(source, offset);
  throw new ThriftIdlError(source.file, line, column, expected, found, options);
}

const SHOWN_CHARACTERS = 60;

/** A piece of the text as errors show it: in quotes, cut where it is long, control characters by their number. */
export function quoted(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  const shown = cut.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
  return `'${shown}'`;
}

/** What a thrown value says; errors of the file system may be of another realm, so `instanceof` does not tell. */
export function reasonOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown ? String(thrown.message) : String(thrown);
}
