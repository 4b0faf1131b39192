import { describe, expect, it } from '@jest/globals';
import { parseSchema } from '../../src/idl/load-schema.js';
import { errorOf, fieldsOf, structOf, typeText } from './parsing.js';

describe('fields', () => {
  it('are separated by a comma, a semicolon or nothing', () => {
    expect(fieldsOf('1: i32 a, 2: i32 b; 3: i32 c 4: i32 d').map((field) => field.name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are required, optional or neither', () => {
    const fields = fieldsOf('1: required i32 a 2: optional i32 b 3: i32 c');
    expect(fields.map((field) => field.requiredness)).toEqual(['required', 'optional', 'default']);
  });

  it('have every base type, and byte for i8', () => {
    const fields = fieldsOf(
      '1: bool a 2: byte b 3: i8 c 4: i16 d 5: i32 e 6: i64 f 7: double g 8: string h 9: binary i 10: uuid j',
    );
    expect(fields.map((field) => field.type.kind).join(' ')).toBe('bool i8 i8 i16 i32 i64 double string binary uuid');
  });

  it('have containers in containers, with annotations and C++ types anywhere', () => {
    const fields = fieldsOf(`
      1: map cpp_type "M" <set<i32> (a = "b"), list<string (c)> cpp_type "L"> (d = "e",) m,
      2: set cpp_type "S" <list cpp_type "V" <S>> s
      3: list<map<set<i32>, map<i32, set<list<map<S, string>>>>>> n
    `);
    expect(fields.map((field) => typeText(field.type))).toEqual([
      'map<set<i32>,list<string>>',
      'set<list<S>>',
      'list<map<set<i32>,map<i32,set<list<map<S,string>>>>>>',
    ]);
  });

  it('keep their annotations: a name alone is "1", the last of repeated ones wins', () => {
    const [field] = fieldsOf(`1: i32 a = 5 (x.y = "z" w; x.y = '2', __proto__ = "p")`);
    expect(Object.entries(field?.annotations ?? {})).toEqual([
      ['x.y', '2'],
      ['w', '1'],
      ['__proto__', 'p'],
    ]);
  });

  it('may be named by a keyword', () => {
    const names = 'namespace cpp_include include void bool byte list set oneway async struct required optional'.split(
      ' ',
    );
    const fields = fieldsOf(names.map((name, index) => `${String(index + 1)}: i32 ${name}`).join('\n'));
    expect(fields.map((field) => field.name)).toEqual(names);
  });

  it('skip XSD options', () => {
    const fields = fieldsOf(
      '1: i32 a = 1 xsd_optional xsd_nillable xsd_attrs { 1: string uri } (x), 2: i32 b xsd_nillable',
    );
    expect(fields.map((field) => field.name)).toEqual(['a', 'b']);
  });
});

describe('field ids', () => {
  it('are -1, -2, … for fields without one, as from Apache', () => {
    expect(fieldsOf('string a, string b, 1: string c, i32 d').map((field) => field.id)).toEqual([-1, -2, 1, -3]);
  });

  it('below 1 are accepted only where Apache gives the same', () => {
    expect(fieldsOf('-1: i32 a, i32 b, -3: i32 c').map((field) => field.id)).toEqual([-1, -2, -3]);
    expect(errorOf('struct S { -2: i32 a }')).toBe("1:12: expected a field id from 1 to 32767, found '-2'");
    expect(errorOf('struct S { 0: i32 a }')).toBe("1:12: expected a field id from 1 to 32767, found '0'");
  });

  it('end at 32767', () => {
    expect(fieldsOf('32767: i32 a')[0]?.id).toBe(32_767);
    expect(errorOf('struct S { 32768: i32 a }')).toBe("1:12: expected a field id from 1 to 32767, found '32768'");
    const fields = Array.from({ length: 32_769 }, (_, index) => `i32 a${String(index)}\n`);
    const text = `struct S {\n${fields.join('')}}`;
    expect(errorOf(text)).toMatch(/^32770:1: expected fewer fields without an id, found the keyword 'i32'$/);
  });

  it.each([
    ['struct S { 1: i32 a, 1: i32 b }', "1:22: expected a new field id, found 1, which is the id of 'a'"],
    ['struct S { 1: i32 a, 2: i32 a }', "1:29: expected a new field name, found 'a' again"],
    ['struct S { 1 i32 a }', "1:14: expected ':', found the keyword 'i32'"],
    ['struct S { 1: i32 }', "1:19: expected the name of the field, found '}'"],
    ['struct S { 1: i32 a.b }', "1:19: expected the name of the field without a dot, found 'a.b'"],
    ['struct S { 1: i32 xsd_all }', "1:19: expected the name of the field, found the keyword 'xsd_all'"],
    ['struct S { 1: i32 true }', "1:19: expected the name of the field, found 'true'"],
    ['struct S { 1: a }', "1:17: expected the name of the field, found '}'"],
    ['struct S { 1: i32 a = }', "1:23: expected a value, found '}'"],
    ['struct S { 1: i32 a (x = 1) }', "1:26: expected the value of the annotation in quotes, found '1'"],
    ['struct S { 1: i32 a (1) }', "1:22: expected the name of an annotation or ')', found '1'"],
    ['struct S { 1: list<i32 a }', "1:24: expected '>', found 'a'"],
    ['struct S { 1: map<i32> a }', "1:22: expected ',', found '>'"],
    ['struct S { 1: list cpp_type x <i32> a }', "1:29: expected the C++ type in quotes, found 'x'"],
    ['struct S { required optional i32 a }', "1:21: expected a type, found the keyword 'optional'"],
  ])('rejects %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });
});

describe('defaults', () => {
  it('have the JavaScript types that the codec reads', () => {
    const { fields } = structOf(`
      enum E { A = 3 }
      struct T { 1: i32 n = 7, 2: optional string s, 3: list<i8> l }
      struct S {
        1: i64 big = 5, 2: binary bin = "é", 3: set<i8> set = [1, 2, 1], 4: map<string, i64> map = {"a": 1},
        5: E e = E.A, 6: T t = {"l": [1]}, 7: uuid u = '{00112233-4455-6677-8899-AABBCCDDEEFF}', 8: bool b = 1,
        9: double d = 1, 10: i32 none
      }
    `);
    expect(fields.map((field) => field.defaultValue)).toEqual([
      5n,
      Buffer.from('é'),
      new Set([1, 2]),
      new Map([['a', 1n]]),
      3,
      { n: 7, l: [1] },
      '00112233-4455-6677-8899-aabbccddeeff',
      true,
      1,
      undefined,
    ]);
  });

  it('may precede the definitions that they need', () => {
    const { fields } = structOf('struct S { 1: T t = {} } struct T { 1: i32 n = N } const i32 N = 4');
    expect(fields[0]?.defaultValue).toEqual({ n: 4 });
  });

  it('belong to arguments too', () => {
    const { services } = parseSchema('service V { void call(1: i32 n = 3) }');
    expect(services.get('V')?.methods.get('call')?.args.fields[0]?.defaultValue).toBe(3);
  });

  it('cannot contain themselves', () => {
    expect(errorOf('struct A { 1: B b = {} } struct B { 1: A a = {} }')).toBe(
      '1:21: expected a default that ends, found one that contains itself',
    );
  });
});
