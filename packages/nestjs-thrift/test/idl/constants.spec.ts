import { describe, expect, it } from '@jest/globals';
import { parseSchema } from '../../src/idl/load-schema.js';
import { constOf, errorOf } from './parsing.js';

describe('constants', () => {
  it.each<[string, unknown]>([
    ['bool C = true', true],
    ['bool C = 0', false],
    ['i8 C = -128', -128],
    ['i8 C = +127;', 127],
    ['i16 C = 0x7fff,', 32_767],
    ['i32 C = -2147483648', -2_147_483_648],
    ['i64 C = -9223372036854775808', -(2n ** 63n)],
    ['double C = 9223372036854775807', 2 ** 63],
    ['double C = -0.0', -0],
    ['string C = "it\'s"', "it's"],
    ['binary C = "a\\n"', Buffer.from('a\n')],
    ['uuid C = "00000000-4444-CCCC-ffff-0123456789ab"', '00000000-4444-cccc-ffff-0123456789ab'],
    ['list<i32> C = [1, 2; 3 4]', [1, 2, 3, 4]],
    ['set<string> C = ["a", "b", "a"]', new Set(['a', 'b'])],
    ['map<i32, map<i32, i32>> C = { 1: { 2: 3, 4: 5 } }', new Map([[1, new Map([[2, 3], [4, 5]])]])], // prettier-ignore
    ['list<i32> C = {}', []],
    ['map<i32, i32> C = []', new Map()],
    ['set<list<bool>> C = [[1, false]]', new Set([[true, false]])],
  ])('const %s', (text, value) => {
    expect(constOf(`const ${text}`).value).toStrictEqual(value);
  });

  it('are structs from maps of their members, with defaults for the others', () => {
    const text = `
      const T C = { 'who': 'me', "inner": { 'n': 2 } }
      struct T { 1: string who, 2: optional i32 age = 7, 3: optional string none, 4: T2 inner }
      struct T2 { 1: i32 n = 1, 2: i32 __proto__ = 3 }
      exception X { 1: i32 code }  union U { 1: i32 a = 4, 2: string b }
      const X CX = { "code": 5 }  const U CU = { "b": "only" }
    `;
    expect(constOf(text).value).toEqual({ who: 'me', age: 7, inner: Object.fromEntries([['n', 2], ['__proto__', 3]]) }); // prettier-ignore
    const { constants } = parseSchema(text);
    expect(constants.get('CX')?.value).toEqual({ code: 5 });
    expect(constants.get('CU')?.value).toEqual({ b: 'only' });
  });

  it('may refer to constants and enum values, in any order', () => {
    const { constants } = parseSchema(`
      const list<i64> ALL = [A, B, Color.BLUE]
      const i32 A = B
      const i16 B = 7
      const Color FAVOURITE = Color.BLUE
      const Shade SHADE = FAVOURITE
      const Color BY_NUMBER = 2
      const i8 AS_NUMBER = Shade.RED
      const double RATIO = A
      const list<list<i64>> NESTED = [ALL, ALL]
      const map<Color, string> NAMES = { Color.RED: TEXT, BY_NUMBER: "blue" }
      const string TEXT = "red"
      const binary BYTES = TEXT
      enum Color { RED = 1, BLUE = 2 }
      typedef Color Shade
    `);
    expect(Object.fromEntries([...constants].map(([name, constant]) => [name, constant.value]))).toEqual({
      ALL: [7n, 7n, 2n],
      A: 7,
      B: 7,
      FAVOURITE: 2,
      SHADE: 2,
      BY_NUMBER: 2,
      AS_NUMBER: 1,
      RATIO: 7,
      NESTED: [[7n, 7n, 2n], [7n, 7n, 2n]], // prettier-ignore
      NAMES: new Map([[1, 'red'], [2, 'blue']]), // prettier-ignore
      TEXT: 'red',
      BYTES: Buffer.from('red'),
    });
    expect([...constants.keys()][0]).toBe('ALL');
  });

  it("accept another enum's name for a value of the expected enum, as Apache does", () => {
    expect(constOf('enum A { X } enum B { Y = 5 } const B C = A.Y').value).toBe(5);
  });
});

describe('constants of the wrong type', () => {
  it.each([
    ['bool C = 2', '16', 'true, false, 0 or 1', '2'],
    ['bool C = "true"', '16', 'true, false, 0 or 1', "the literal 'true'"],
    ['i8 C = 128', '14', 'an integer from -128 to 127', '128'],
    ['i16 C = -32769', '15', 'an integer from -32768 to 32767', '-32769'],
    ['i32 C = 2147483648', '15', 'an integer from -2147483648 to 2147483647', '2147483648'],
    ['i32 C = 1.0', '15', 'an integer from -2147483648 to 2147483647', '1'],
    ['i64 C = "5"', '15', 'an integer from -9223372036854775808 to 9223372036854775807', "the literal '5'"],
    ['i32 C = true', '15', 'an integer from -2147483648 to 2147483647', 'true'],
    ['double C = "1"', '18', 'a number', "the literal '1'"],
    ['string C = 5', '18', 'a literal in quotes', '5'],
    ['binary C = [1]', '18', 'a literal in quotes', 'a list'],
    ['uuid C = "{00000000-4444-CCCC-ffff-0123456789ab"', '16', "a UUID in quotes, like '00112233-4455-6677-8899-aabbccddeeff'", "the literal '{00000000-4444-CCCC-ffff-0123456789ab'"], // prettier-ignore
    ['list<i32> C = [1, "2"]', '25', 'an integer from -2147483648 to 2147483647', "the literal '2'"],
    ['list<i32> C = 5', '21', 'a list', '5'],
    ['set<i32> C = {1: 2}', '20', 'a set', 'a map'],
    ['map<i32,i32> C = [1]', '24', 'a map', 'a list'],
    ['map<i32,i32> C = {"a": 1}', '25', 'an integer from -2147483648 to 2147483647', "the literal 'a'"],
    ['i32 C = D', '15', 'the name of a constant, or of an enum value as Enum.VALUE', "the unknown name 'D'"],
    ['i32 C = x.D', '15', 'the name of a constant, or of an enum value as Enum.VALUE', "the unknown name 'x.D'"],
    ['i32 C = C', '11', 'a constant that ends', 'one that refers to itself'],
    ['E C = A enum E { A }', '13', 'the name of a constant, or of an enum value as Enum.VALUE', "the unknown name 'A'"],
    ['E C = 4 enum E { A }', '13', "a value of the enum 'E'", '4'],
    ['E C = F.B enum E { A } enum F { B }', '13', "a value of the enum 'E'", "'F.B'"],
    ['i32 C = D const string D = ""', '15', 'an integer from -2147483648 to 2147483647', "'D'"],
    ['i8 C = D const i32 D = 300', '14', 'an integer from -128 to 127', "'D'"],
    ['list<i64> C = D const list<i32> D = [1]', '21', 'a list', "'D'"],
    ['S C = 1 struct S {}', '13', "a map of the members of the struct 'S'", '1'],
    ['S C = {"b": 1} struct S { 1: i32 a }', '14', "a member of the struct 'S'", "the literal 'b'"],
    ['S C = {a: 1} struct S { 1: i32 a }', '14', "a member of the struct 'S'", "'a'"],
    ['S C = {"a": 1, "a": 2} struct S { 1: i32 a }', '22', 'another member', "'a' again"],
    ['S C = {"a": ""} struct S { 1: i32 a }', '19', 'an integer from -2147483648 to 2147483647', "the literal ''"],
    ['U C = {} union U { 1: i32 a }', '13', "one member of the union 'U'", '0'],
    ['U C = {"a": 1, "b": 1} union U { 1: i32 a, 2: i32 b }', '13', "one member of the union 'U'", '2'],
  ])('const %s', (text, column, expected, found) => {
    expect(errorOf(`const ${text}`)).toBe(`1:${column}: expected ${expected}, found ${found}`);
  });

  it.each([
    ['const i32 = 5', "1:11: expected the name of the constant, found '='"],
    ['const i32 C 5', "1:13: expected '=', found '5'"],
    ['const i32 C = [1', '1:17: expected a value, found end of file'],
    ['const i32 C = {1 2}', "1:18: expected ':', found '2'"],
    ['const i32 C = struct', "1:15: expected a value, found the keyword 'struct'"],
    ['const i32 C = 1 const i32 C = 2', "1:27: expected a new name, found 'C', defined at 1:11"],
    ['const i32 a.b = 1', "1:11: expected the name of the constant without a dot, found 'a.b'"],
  ])('rejects %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });
});
