import { hex, json } from './bytes.js';
import { base, field, listOf, mapOf, setOf, struct, structType } from './schemas.js';
import { type Row, row } from './table.js';

const point = struct('Point', [field(1, 'x', base('i32')), field(2, 'far', base('bool'))]);
/** Containers: empty, short, at the sizes where compact changes its form, nested. */
export const containerValues: readonly Row[] = [
  row('list empty', listOf(base('i32')), [], {
    binary: hex`
      0f 00 01    // list
      08          // of i32
      00 00 00 00 // 0 elements
      00          // stop
    `,
    compact: hex`
      19 // field +1, list
      05 // 0 elements of i32
      00
    `,
    json: json('{"1":{"lst":["i32",0]}}'),
  }),
  row('list of bool', listOf(base('bool')), [true, false], {
    binary: hex`0f 00 01 02 00 00 00 02 01 00 00`,
    compact: hex`
      19
      21 // 2 elements of bool
      01 // true
      02 // false
      00
    `,
    json: json('{"1":{"lst":["tf",2,1,0]}}'),
  }),
  row('list of 14 i8', listOf(base('i8')), Array<number>(14).fill(1), {
    binary: hex`0f 00 01 03 00 00 00 0e 01 01 01 01 01 01 01 01 01 01 01 01 01 01 00`,
    compact: hex`
      19
      e3 // 14 elements of i8: the most that fit here
      01 01 01 01 01 01 01 01 01 01 01 01 01 01
      00
    `,
    json: json('{"1":{"lst":["i8",14,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}}'),
  }),
  row('list of 15 i8', listOf(base('i8')), Array<number>(15).fill(1), {
    binary: hex`0f 00 01 03 00 00 00 0f 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 00`,
    compact: hex`
      19
      f3 // i8, the number of elements follows
      0f // 15
      01 01 01 01 01 01 01 01 01 01 01 01 01 01 01
      00
    `,
    json: json('{"1":{"lst":["i8",15,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}}'),
  }),
  row('list of lists of double', listOf(listOf(base('double'))), [[1], []], {
    binary: hex`
      0f 00 01
      0f 00 00 00 02          // 2 lists
      04 00 00 00 01          // 1 double
      3f f0 00 00 00 00 00 00
      04 00 00 00 00          // 0 doubles
      00
    `,
    compact: hex`
      19
      29                      // 2 lists
      17                      // 1 double
      00 00 00 00 00 00 f0 3f
      07                      // 0 doubles
      00
    `,
    json: json('{"1":{"lst":["lst",2,["dbl",1,1],["dbl",0]]}}'),
  }),
  row('set of uuid', setOf(base('uuid')), new Set(['00000000-0000-0000-0000-000000000001']), {
    binary: hex`
      0e 00 01       // set
      10 00 00 00 01 // 1 uuid
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01
      00
    `,
    compact: hex`
      1a // field +1, set
      1d // 1 uuid
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01
      00
    `,
    json: json('{"1":{"set":["uid",1,"00000000-0000-0000-0000-000000000001"]}}'),
  }),
  row('map empty', mapOf(base('string'), base('i32')), new Map(), {
    binary: hex`
      0d 00 01    // map
      0b 08       // string -> i32
      00 00 00 00 // 0 entries
      00
    `,
    compact: hex`
      1b // field +1, map
      00 // 0 entries, no types
      00
    `,
    json: json('{"1":{"map":["str","i32",0,{}]}}'),
  }),
  row(
    'map of string',
    mapOf(base('string'), base('bool')),
    new Map([
      ['a', true],
      ['', false],
    ]),
    {
      binary: hex`
      0d 00 01
      0b 02       // string -> bool
      00 00 00 02
      00 00 00 01 61
      01
      00 00 00 00
      00
      00
    `,
      compact: hex`
      1b
      02       // 2 entries
      81       // string -> bool
      01 61 01
      00 02
      00
    `,
      json: json('{"1":{"map":["str","tf",2,{"a":1,"":0}]}}'),
    },
  ),
  row(
    'map with numbers as keys',
    mapOf(base('i64'), mapOf(base('double'), base('i8'))),
    new Map([
      [
        -1n,
        new Map([
          [0.5, 1],
          [NaN, 2],
        ]),
      ],
    ]),
    {
      binary: hex`
      0d 00 01
      0a 0d 00 00 00 01       // i64 -> map, 1 entry
      ff ff ff ff ff ff ff ff
      04 03 00 00 00 02       // double -> i8, 2 entries
      3f e0 00 00 00 00 00 00
      01
      7f f8 00 00 00 00 00 00
      02
      00
    `,
      compact: hex`
      1b
      01 6b                   // 1 entry, i64 -> map
      01
      02 73                   // 2 entries, double -> i8
      00 00 00 00 00 00 e0 3f
      01
      00 00 00 00 00 00 f8 7f
      02
      00
    `,
      json: json('{"1":{"map":["i64","map",1,{"-1":["dbl","i8",2,{"0.5":1,"NaN":2}]}]}}'),
    },
  ),
  row(
    'map with a struct as key',
    mapOf(structType(point), listOf(base('bool'))),
    new Map([[{ x: 1, far: true }, [true]]]),
    {
      binary: hex`
      0d 00 01
      0c 0f 00 00 00 01    // struct -> list, 1 entry
      08 00 01 00 00 00 01
      02 00 02 01
      00
      02 00 00 00 01 01
      00
    `,
      compact: hex`
      1b
      01 c9    // 1 entry, struct -> list
      15 02    // field +1, i32 1
      11       // field +1, true
      00
      11 01    // 1 bool, true
      00
    `,
      json: json('{"1":{"map":["rec","lst",1,{{"1":{"i32":1},"2":{"tf":1}}:["tf",1,1]}]}}'),
    },
  ),
];
