import type { NameNode } from './ast.js';
import { failAt, quoted, type Source } from './diagnostics.js';
import { cleanDocComment } from './doc-comment.js';
import { Lexer } from './lexer.js';
import type { Token } from './token.js';

/** The current token of the parser, and the basic steps of all productions. */
export class Cursor {
  readonly #lexer: Lexer;
  #token: Token;

  constructor(readonly source: Source) {
    this.#lexer = new Lexer(source);
    this.#token = this.#lexer.next();
  }

  /** The current token. */
  peek(): Token {
    return this.#token;
  }

  /** Moves past the current token and returns it. */
  take(): Token {
    const taken = this.#token;
    this.#token = this.#lexer.next();
    return taken;
  }

  /** Whether the current token is this keyword or symbol. */
  at(text: string): boolean {
    return this.#token.text === text && (this.#token.kind === 'keyword' || this.#token.kind === 'symbol');
  }

  /** Moves past the keyword or symbol if it is the current token; returns whether it was. */
  accept(text: string): boolean {
    const ahead = this.at(text);
    if (ahead) this.take();
    return ahead;
  }

  /** Moves past the keyword or symbol. Throws `ThriftIdlError` if the current token is another. */
  expect(text: string): void {
    if (!this.accept(text)) this.fail(`'${text}'`);
  }

  /** Moves past a name; dots are allowed only where stated. Throws `ThriftIdlError`. */
  name(what: string, dots: 'dots' | 'no dots' = 'no dots'): NameNode {
    const { kind, text, offset } = this.#token;
    if (kind !== 'identifier') this.fail(what);
    if (dots === 'no dots' && text.includes('.')) this.fail(`${what} without a dot`);
    this.take();
    return { text, offset };
  }

  /** Moves past a literal and returns its value. Throws `ThriftIdlError`. */
  literal(what: string): NameNode {
    const token = this.#token;
    if (token.kind !== 'literal') return this.fail(what);
    this.take();
    return { text: token.value, offset: token.offset };
  }

  /** "ListSeparator?" */
  separator(): void {
    if (!this.accept(',')) this.accept(';');
  }

  /** The cleaned doc comment before the current token. */
  doc(): string | undefined {
    return this.#token.doc === undefined ? undefined : cleanDocComment(this.#token.doc);
  }

  /** Throws a `ThriftIdlError` for the current token. */
  fail(expected: string): never {
    return failAt(this.source, this.#token.offset, expected, this.#found());
  }

  #found(): string {
    if (this.#token.kind === 'end') return this.#token.text;
    return this.#token.kind === 'keyword' ? `the keyword ${quoted(this.#token.text)}` : quoted(this.#token.text);
  }
}
