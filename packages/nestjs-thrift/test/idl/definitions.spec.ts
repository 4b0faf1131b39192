import { describe, expect, it } from '@jest/globals';
import { parseSchema } from '../../src/idl/load-schema.js';
import { errorOf, found, structOf, typeText } from './parsing.js';

describe('headers', () => {
  it('keeps namespaces by scope and skips C++ headers', () => {
    const schema = parseSchema(`
      namespace * thrift.test
      namespace py.twisted ThriftTest
      namespace xsd test (uri = 'http://example.org/ns', flag)
      cpp_include "<unordered_map>"
      namespace java org.example
      namespace java org.example2
    `);
    expect([...schema.namespaces]).toEqual([
      ['*', 'thrift.test'],
      ['py.twisted', 'ThriftTest'],
      ['xsd', 'test'],
      ['java', 'org.example2'],
    ]);
  });

  it('accepts an empty text', () => {
    expect(parseSchema('')).toMatchObject({ file: 'schema.thrift', structs: new Map(), services: new Map() });
  });

  it.each([
    ['namespace "x" y', `1:11: expected a language or '*', found '"x"'`],
    ['namespace java', '1:15: expected the namespace, found end of file'],
    ['include shared', "1:9: expected the path of the file in quotes, found 'shared'"],
    ['cpp_include <map>', "1:13: expected the path of the C++ header in quotes, found '<'"],
    ['struct A {}\nnamespace * x', "2:1: expected headers before definitions, found the keyword 'namespace'"],
    ['cpp_namespace x', "1:1: expected 'namespace cpp', found 'cpp_namespace'"],
    ['xsd_namespace "x"', "1:1: expected 'namespace xsd', found 'xsd_namespace'"],
    ['senum S { "a" }', "1:1: expected 'enum', or string values, found 'senum'"],
    ['strcut A {}', "1:1: expected a header or a definition, found 'strcut'"],
    ['namespace * x;', "1:14: expected a header or a definition, found ';'"],
  ])('rejects %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });
});

describe('typedefs', () => {
  it('are resolved, in any order, and kept by name', () => {
    const schema = parseSchema(
      'typedef list<B> (a = "b") A (c); typedef C B, typedef i64 C struct S { 1: A a, 2: C c }',
    );
    expect([...schema.typedefs].map(([name, typedef]) => [name, typeText(typedef.type)])).toEqual([
      ['A', 'list<i64>'],
      ['B', 'i64'],
      ['C', 'i64'],
    ]);
    expect(schema.structs.get('S')?.fields.map((field) => typeText(field.type))).toEqual(['list<i64>', 'i64']);
  });

  it('make equal types identical objects', () => {
    const schema = parseSchema('typedef list<E> L; enum E {} struct S { 1: L a, 2: list<E> b, 3: set<E> c }');
    const [a, b, c] = found(schema.structs.get('S')).fields;
    expect(a?.type).toBe(b?.type);
    expect(a?.type).not.toBe(c?.type);
  });

  it.each([
    ['typedef A A', '1:11: expected a typedef of another type, found a typedef that contains itself'],
    [
      'typedef B A; typedef list<A> B',
      '1:11: expected a typedef of another type, found a typedef that contains itself',
    ],
    ['typedef i32', '1:12: expected the name of the typedef, found end of file'],
    ['typedef i32 a.b', "1:13: expected the name of the typedef without a dot, found 'a.b'"],
    ['typedef i32 list', "1:13: expected the name of the typedef, found the keyword 'list'"],
    ['typedef void T', "1:9: expected a type, found the keyword 'void'"],
    ['typedef slist T', "1:9: expected a type, found the unknown name 'slist'"],
  ])('rejects %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });
});

describe('enums', () => {
  it('number their values from 0 or a given number, also negative or hexadecimal', () => {
    const { enums } = parseSchema('enum E { A, B; C = 5 D (x = "y"), E = -2, F G = 0x7fffffff } (z)');
    expect([...found(enums.get('E')).values]).toEqual(
      [
        ['A', 0],
        ['B', 1],
        ['C', 5],
        ['D', 6],
        ['E', -2],
        ['F', -1],
        ['G', 2147483647],
      ], //
    );
    expect(enums.get('E')?.annotations).toEqual({ z: '1' });
  });

  it('may be empty, and may have two names for one value', () => {
    const { enums } = parseSchema('enum E {} enum F { A = 1, B = 1 }');
    expect([...found(enums.get('F')).values.values()]).toEqual([1, 1]);
  });

  it.each([
    ['enum E { A, A }', "1:13: expected a new name for the value, found 'A' again"],
    ['enum E { A = 2147483648 }', "1:14: expected an integer in the range of an i32, found '2147483648'"],
    ['enum E { A = 0x7fffffff, B }', '1:26: expected a value in the range of an i32, found 2147483648'],
    ['enum E { A = "x" }', `1:14: expected an integer in the range of an i32, found '"x"'`],
    ['enum E { A.B }', "1:10: expected the name of a value or '}' without a dot, found 'A.B'"],
    ['enum E { A', "1:11: expected the name of a value or '}', found end of file"],
    ['enum { A }', "1:6: expected the name of the enum, found '{'"],
  ])('rejects %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });
});

describe('structs, unions and exceptions', () => {
  it('keep their kind, their annotations and their order', () => {
    const { structs } = parseSchema('struct A xsd_all {} (x = "1", y) union B {} exception C {} struct D {}');
    expect([...structs.values()].map(({ name, kind }) => [name, kind])).toEqual(
      [
        ['A', 'struct'],
        ['B', 'union'],
        ['C', 'exception'],
        ['D', 'struct'],
      ], //
    );
    expect(structs.get('A')?.annotations).toEqual({ x: '1', y: '1' });
  });

  it('may refer to themselves and to later definitions', () => {
    const tree = structOf('struct S { 1: list<S> children, 2: optional T & later } struct T { 1: S back }');
    expect(tree.fields.map((field) => typeText(field.type))).toEqual(['list<S>', 'T']);
    const [children] = tree.fields;
    expect(children?.type).toMatchObject({ element: { struct: { name: 'S' } } });
  });

  it('make every member of a union optional, without default', () => {
    const { fields } = structOf('union S { 1: i32 a, 2: required i32 b = 5, 3: optional i32 c }');
    expect(fields.map((field) => [field.requiredness, field.defaultValue])).toEqual(
      [
        ['optional', undefined],
        ['optional', undefined],
        ['optional', undefined],
      ], //
    );
  });

  it.each([
    ['struct A {} struct A {}', "1:20: expected a new name, found 'A', defined at 1:8"],
    ['enum A {}\nservice A {}', "2:9: expected a new name, found 'A', defined at 1:6"],
    ['struct A {};', "1:12: expected a header or a definition, found ';'"],
    ['struct A { 1: i32 x', "1:20: expected a field or '}', found end of file"],
    ['struct A', "1:9: expected '{', found end of file"],
    ['exception A xsd_all {}', "1:13: expected '{', found the keyword 'xsd_all'"],
    ['struct A { 1: B b }', "1:15: expected a type, found the unknown name 'B'"],
    ['struct A { 1: x.B b }', "1:15: expected a type, found the unknown name 'x.B'"],
    ['service B {} struct A { 1: list<B> b }', "1:33: expected a type, found the service 'B'"],
    [
      'union U { 1: i32 a = 1, 2: i32 b = 2 }',
      "1:32: expected at most one member with a default in a union, found 'b'",
    ],
    ['union U { 1: i32 a = "x" }', "1:22: expected an integer from -2147483648 to 2147483647, found the literal 'x'"],
  ])('rejects %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  it('let a constant have the name of a struct', () => {
    expect(errorOf('struct A {} const i32 A = 1')).toBeUndefined();
  });
});
