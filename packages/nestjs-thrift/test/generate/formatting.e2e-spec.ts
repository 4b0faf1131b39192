import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { format, type Options } from 'prettier';
import { typeFile } from '../../src/generate/type-file.js';
import { loadSchema, parseSchema } from '../../src/idl/load-schema.js';
import type { Schema } from '../../src/schema.js';

const root = new URL('../../../../', import.meta.url);
const style = JSON.parse(readFileSync(new URL('.prettierrc.json', root), 'utf8')) as Options;

const long = (name: string, times = 4): string => name.repeat(times);
const numbers = (count: number): string => Array.from({ length: count }, (_, n) => String(n * 7919)).join(', ');

const WIDE = `
  enum ${long('VeryLongEnumName')} { ${long('A', 100)} = 1 }
  struct ${long('VeryLongStructName')} {
    1: list<map<set<i32>, map<i32, set<list<map<${long('VeryLongStructName')}, string>>>>>> ${long('member')}
    2: required map<string, ${long('VeryLongStructName')}> ${long('other_member', 6)}
    3: optional set<${long('VeryLongStructName')}> ${long('third_member', 6)}
    4: optional set<map<i32, ${long('VeryLongStructName')}>> ${long('fourth', 6)}
    5: i32 n
  }
  exception X {}
  service ${long('VeryLongService')} {
    void ${long('method')}(1: i32 a) throws (1: X x)
    map<i64, map<${long('VeryLongEnumName')}, list<${long('VeryLongStructName')}>>> m(1: i32 a)
    list<${long('VeryLongStructName')}> ${long('another', 8)}(1: i32 a)
    set<list<map<${long('VeryLongStructName')}, map<${long('VeryLongStructName')}, i32>>>> deep()
  }
`;

const CONSTANTS = `
  enum E { A = 1, B = 2 }
  struct P { 1: i32 x, 2: optional string name, 3: optional list<P> more, 4: optional map<string, P> by_name }
  const list<i32> SHORT = [1, 2, 3]
  const list<i32> LONG = [${numbers(100)}]
  const list<double> DOUBLES = [1.5, -2.5e-300, 1e21, 0.1, -0.0]
  const list<i64> BIG = [${numbers(60)}]
  const set<string> WORDS = ["${long('word', 10)}", "${long('more', 10)}", "${long('last', 10)}"]
  const list<list<i32>> GRID = [[1, 2], [3, 4]]
  const list<list<i32>> RAGGED = [[1], [2, 3]]
  const list<P> POINTS = [{"x": 1, "name": "a"}, {"x": 2, "name": "b"}]
  const list<P> BARE = [{"x": 1}, {"x": 2}]
  const P NESTED = {"x": 1, "more": [{"x": 2, "more": [{"x": 3, "name": "c"}, {"x": 4, "name": "d"}]}], "by_name": {"a": {}}}
  const map<string, list<i32>> MAP = {"one": [1], "two": [1, 2], "many": [${numbers(40)}]}
  const map<i32, map<i32, i32>> MAPS = {1: {2: 3}, 4: {5: 6, 7: 8}}
  const list<map<string, i32>> RECORDS = [{"a": 1, "b": 2}, {"c": 3, "d": 4}]
  const map<string, i64> ${long('LONG_NAME_', 6)} = {"${long('long_key_', 12)}": -9223372036854775808}
  const map<E, string> SINGLE = {E.A: "a"}
  const string TEXT = "${long('a long text ', 12)}"
  const string QUOTES = 'both "double" and \\'single\\''
  const string MOSTLY = "it's, it's, it's"
  const string ESCAPES = "tab\\t back\\\\ line\\n"
  const binary BYTES = "${long('bytes ', 30)}"
`;

describe('what is written is formatted as Prettier formats it', () => {
  it.each<[string, Schema]>([
    ['idl/tasks.thrift', loadSchema(new URL('idl/tasks.thrift', root))],
    ['an IDL in the shapes of ThriftTest', loadSchema(new URL('../idl/thrift-test.thrift', import.meta.url))],
    ['types that are too long for a line', parseSchema(WIDE)],
    ['constants', parseSchema(CONSTANTS)],
  ])('%s', async (_, schema) => {
    for (const stringMapsAsObjects of [false, true]) {
      const file = typeFile(schema, { transport: './transport.js', stringMapsAsObjects });
      expect(file).toBe(await format(file, { ...style, parser: 'typescript' }));
    }
  });
});
