import { failAt, quoted, type Source } from './diagnostics.js';
import { literalAt, numberAt } from './literals.js';
import { isDigit, isLetter, isNamePart, type Token } from './token.js';

/** Words reserved by Apache's compiler (`thriftl.ll`); they can still name fields and arguments. */
const KEYWORDS = new Set(
  (
    'namespace cpp_include cpp_type xsd_all xsd_optional xsd_nillable xsd_attrs include void bool byte i8 i16 i32 ' +
    'i64 double string binary uuid map list set oneway async typedef struct union exception extends throws service ' +
    'enum const required optional'
  ).split(' '),
);

const SYMBOLS = ':;,{}()=<>[]&*';
const WHITE_SPACE = ' \t\r\n';

/** Splits an IDL text into tokens, one per call; looks at each character a bounded number of times. */
export class Lexer {
  #offset = 0;
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Returns the next token; at the end of the text always `end`. Throws `ThriftIdlError`. */
  next(): Token {
    const doc = this.#skipBlank();
    const token = this.#tokenAt(this.#offset);
    this.#offset = token.end;
    if (doc !== undefined) token.doc = doc;
    return token;
  }

  #tokenAt(offset: number): Token {
    const character = this.#source.text[offset];
    if (character === undefined) return { kind: 'end', text: 'end of file', offset, end: offset };
    if (SYMBOLS.includes(character)) return { kind: 'symbol', text: character, offset, end: offset + 1 };
    if (isLetter(character)) return this.#wordAt(offset);
    if (character === '"' || character === "'") return literalAt(this.#source, offset);
    if (isDigit(character) || '+-.'.includes(character)) return numberAt(this.#source, offset);
    const found = String.fromCodePoint(this.#source.text.codePointAt(offset) ?? 0);
    return failAt(this.#source, offset, 'a name, a number, a literal or a symbol', quoted(found));
  }

  /** "Identifier": its parts are separated by dots. */
  #wordAt(offset: number): Token {
    const { text } = this.#source;
    let end = offset + 1;
    while (isNamePart(text[end]) || (text[end] === '.' && isNamePart(text[end + 1]))) end += 1;
    const word = text.slice(offset, end);
    if (word === 'true' || word === 'false') return { kind: 'bool', value: word === 'true', text: word, offset, end };
    return { kind: KEYWORDS.has(word) ? 'keyword' : 'identifier', text: word, offset, end };
  }

  /** Skips white space and comments; returns the inside of the last doc comment among them. */
  #skipBlank(): string | undefined {
    const { text } = this.#source;
    let doc: string | undefined;
    for (;;) {
      const character = text[this.#offset];
      if (character === undefined) return doc;
      if (WHITE_SPACE.includes(character)) this.#offset += 1;
      else if (character === '#' || text.startsWith('//', this.#offset)) this.#skipLine();
      else if (text.startsWith('/*', this.#offset)) doc = this.#skipComment() ?? doc;
      else return doc;
    }
  }

  #skipLine(): void {
    const end = this.#source.text.indexOf('\n', this.#offset);
    this.#offset = end === -1 ? this.#source.text.length : end + 1;
  }

  /**
   * Skips the comment at the current position; returns its inside if it is a doc comment. A comment of only stars is
   * not.
   */
  #skipComment(): string | undefined {
    const { text } = this.#source;
    const start = this.#offset + 2;
    const close = text.indexOf('*/', start);
    if (close === -1) failAt(this.#source, this.#offset, "'*/' to end the comment", 'end of file');
    this.#offset = close + 2;
    let words = start;
    while (words < close && text[words] === '*') words += 1;
    return words > start && words < close ? text.slice(start + 1, close) : undefined;
  }
}
