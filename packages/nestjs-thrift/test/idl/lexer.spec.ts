import { describe, expect, it } from '@jest/globals';
import { Lexer } from '../../src/idl/lexer.js';
import type { Token } from '../../src/idl/token.js';
import { errorOf } from './parsing.js';

function tokensOf(text: string): Token[] {
  const lexer = new Lexer({ file: 'a.thrift', text });
  const tokens: Token[] = [];
  for (let token = lexer.next(); token.kind !== 'end'; token = lexer.next()) tokens.push(token);
  return tokens;
}

function valuesOf(text: string): unknown[] {
  return tokensOf(text).map((token) => ('value' in token ? token.value : token.text));
}

describe('words and symbols', () => {
  it('distinguishes names from keywords, with and without dots', () => {
    const kinds = tokensOf('struct Task py.twisted _x1.y2 structs').map((token) => token.kind);
    expect(kinds).toEqual(['keyword', 'identifier', 'identifier', 'identifier', 'identifier']);
  });

  it('ends a name before a trailing dot', () => {
    expect(errorOf('struct A. {}')).toBe("1:9: expected a number, found '.'");
  });

  it('separates symbols without white space', () => {
    expect(tokensOf('map<i32,A>{}()[]=:;*&').map((token) => token.text)).toEqual(
      ['map', '<', 'i32', ',', 'A', '>', '{', '}', '(', ')', '[', ']', '=', ':', ';', '*', '&'], //
    );
  });

  it.each([
    ['@', "1:1: expected a name, a number, a literal or a symbol, found '@'"],
    ['\u0000', "1:1: expected a name, a number, a literal or a symbol, found 'U+0000'"],
    ['\uD800', "1:1: expected a name, a number, a literal or a symbol, found 'U+D800'"],
    ['struct 日 {}', "1:8: expected a name, a number, a literal or a symbol, found '日'"],
    ['struct A {} 😀', "1:13: expected a name, a number, a literal or a symbol, found '😀'"],
  ])('rejects %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });
});

describe('numbers', () => {
  it('reads integers over the whole range of an i64, decimal and hexadecimal', () => {
    const text = '0 -1 +7 0010 098325 9223372036854775807 -9223372036854775808 0xFF -0x1f +0x0001 0x7fffffffffffffff';
    expect(valuesOf(text)).toEqual(
      [0n, -1n, 7n, 10n, 98325n, 2n ** 63n - 1n, -(2n ** 63n), 255n, -31n, 1n, 2n ** 63n - 1n], //
    );
  });

  it('ignores leading zeros, however many', () => {
    expect(valuesOf(`${'0'.repeat(100)}5 0x${'0'.repeat(100)}a`)).toEqual([5n, 10n]);
  });

  it('reads doubles', () => {
    expect(valuesOf('1.5 -.5 +.25 1e10 1E-2 -1.5e+3 085.2355 4.9406564584124654e-324')).toEqual(
      [1.5, -0.5, 0.25, 1e10, 0.01, -1500, 85.2355, 5e-324], //
    );
    expect(Object.is(valuesOf('-0.0')[0], -0)).toBe(true);
  });

  it('reads e10 as a name', () => {
    expect(tokensOf('e10').map((token) => token.kind)).toEqual(['identifier']);
  });

  it.each([
    ['9223372036854775808', "expected an integer in the range of an i64, found '9223372036854775808'"],
    ['-0x8000000000000001', "expected an integer in the range of an i64, found '-0x8000000000000001'"],
    ['9'.repeat(100_000), `expected an integer in the range of an i64, found '${'9'.repeat(60)}…'`],
    ['1e999', "expected a number in the range of a double, found '1e999'"],
    ['0x', "expected a number, found '0x'"],
    ['0xg', "expected a number, found '0xg'"],
    ['12abc', "expected a number, found '12abc'"],
    ['1.', "expected a number, found '1.'"],
    ['1.2.3', "expected a number, found '1.2.3'"],
    ['1e', "expected a number, found '1e'"],
    ['-', "expected a number, found '-'"],
    ['+x', "expected a number, found '+x'"],
  ])('rejects %.30s', (number, message) => {
    expect(errorOf(`const i64 C = ${number}`)).toBe(`1:15: ${message}`);
  });
});

describe('literals', () => {
  it('reads both quotes, the other quote inside, and every escape', () => {
    expect(valuesOf(String.raw`"a'b" 'a"b' "\"" '\'' "\\ \n \r \t" '' "日本😀"`)).toEqual(
      ["a'b", 'a"b', '"', "'", '\\ \n \r \t', '', '日本😀'], //
    );
  });

  it.each([
    ['"abc', '1:18: expected a literal that ends on its line, found end of file'],
    ['"abc\n"', '1:18: expected a literal that ends on its line, found end of line'],
    ['"abc\\', '1:22: expected a literal that ends on its line, found end of file'],
    ['"ab\\x41"', String.raw`1:21: expected one of \n \r \t \" \' \\, found '\x'`],
    ['"\\constructor"', String.raw`1:19: expected one of \n \r \t \" \' \\, found '\c'`],
    ['"\uDC00"', '1:18: expected a literal of whole characters, found half a surrogate pair'],
  ])('rejects %j', (literal, message) => {
    expect(errorOf(`const string C = ${literal}`)).toBe(message);
  });
});

describe('white space and comments', () => {
  it('skips all kinds of them', () => {
    const text = '// one\n# two\r\n/* three * / */ struct /**/ /***/ /* // */ A\t{ # }\n}// end';
    expect(tokensOf(text).map((token) => token.text)).toEqual(['struct', 'A', '{', '}']);
  });

  it('keeps the last doc comment before a token, but none of only stars', () => {
    const docs = tokensOf('/** a */ /** b */ /* c */ x y /****/ z /** d **/ // e\n w').map((token) => token.doc);
    expect(docs).toEqual(['* b '.slice(1), undefined, undefined, ' d *']);
  });

  it('reports an unterminated comment at its start', () => {
    expect(errorOf('struct A {}\n  /* ...')).toBe("2:3: expected '*/' to end the comment, found end of file");
    expect(errorOf('/*/')).toBe("1:1: expected '*/' to end the comment, found end of file");
  });

  it('counts lines by line feeds and ignores a byte order mark', () => {
    expect(errorOf('\uFEFFstruct A {}\r\n\r\n?')).toMatch(/^3:1: /);
    expect(errorOf('\uFEFF?')).toMatch(/^1:1: /);
  });
});
