import { hex, json } from './bytes.js';
import { base, field, listOf, recursiveStruct, setOf, struct, structType } from './schemas.js';
import { type Row, row } from './table.js';

const point = struct('Point', [field(1, 'x', base('i32')), field(2, 'far', base('bool'))]);
const shape = struct(
  'Shape',
  [field(1, 'circle', base('i32')), field(2, 'square', base('string')), field(3, 'point', structType(point))],
  'union',
);
const failure = struct('Failure', [field(1, 'message', base('string')), field(2, 'code', base('i32'))], 'exception');
const sparse = struct('Sparse', [
  field(-1, 'negative', base('i8')),
  field(15, 'near', base('i8')),
  field(31, 'far', base('bool')),
  field(32_767, 'last', base('i8')),
]);

/** Structs, unions and exceptions: in containers, with ids where compact changes its form, nested. */
export const structValues: readonly Row[] = [
  row('set of structs', setOf(structType(point)), new Set([{ x: 5 }, { far: true }]), {
    binary: hex`
      0e 00 01
      0c 00 00 00 02       // 2 structs
      08 00 01 00 00 00 05
      00
      02 00 02 01
      00
      00
    `,
    compact: hex`
      1a
      2c    // 2 structs
      15 0a // field +1, i32 5
      00
      21    // field +2, true
      00
      00
    `,
    json: json('{"1":{"set":["rec",2,{"1":{"i32":5}},{"2":{"tf":1}}]}}'),
  }),
  row(
    'union, its last member',
    structType(shape),
    { point: { x: -1 } },
    {
      binary: hex`
      0c 00 01             // the union is a struct
      0c 00 03             // with one field
      08 00 01 ff ff ff ff
      00
      00
      00
    `,
      compact: hex`
      1c    // field +1, struct
      3c    // field +3, struct
      15 01 // field +1, i32 -1
      00
      00
      00
    `,
      json: json('{"1":{"rec":{"3":{"rec":{"1":{"i32":-1}}}}}}'),
    },
  ),
  row('list of unions', listOf(structType(shape)), [{ circle: 2 }, { square: '' }], {
    binary: hex`
      0f 00 01
      0c 00 00 00 02
      08 00 01 00 00 00 02 00
      0b 00 02 00 00 00 00 00
      00
    `,
    compact: hex`
      19
      2c
      15 04 00 // field +1, i32 2
      28 00 00 // field +2, 0 bytes
      00
    `,
    json: json('{"1":{"lst":["rec",2,{"1":{"i32":2}},{"2":{"str":""}}]}}'),
  }),
  row(
    'exception',
    structType(failure),
    { message: 'no', code: 404 },
    {
      binary: hex`
      0c 00 01
      0b 00 01 00 00 00 02 6e 6f
      08 00 02 00 00 01 94
      00
      00
    `,
      compact: hex`
      1c
      18 02 6e 6f
      15 a8 06    // zigzag 808
      00
      00
    `,
      json: json('{"1":{"rec":{"1":{"str":"no"},"2":{"i32":404}}}}'),
    },
  ),
  row('list of structs', listOf(structType(point)), [{ x: 5 }, {}, { far: false }], {
    binary: hex`
      0f 00 01
      0c 00 00 00 03       // 3 structs
      08 00 01 00 00 00 05
      00
      00
      02 00 02 00
      00
      00
    `,
    compact: hex`
      19
      3c    // 3 structs
      15 0a // field +1, i32 5
      00
      00
      22    // field +2, false
      00
      00
    `,
    json: json('{"1":{"lst":["rec",3,{"1":{"i32":5}},{},{"2":{"tf":0}}]}}'),
  }),
  {
    name: 'ids of fields that are far from each other',
    schema: sparse,
    value: { negative: 1, near: 2, far: true, last: 3 },
    bytes: {
      binary: hex`
        03 ff ff 01
        03 00 0f 02
        02 00 1f 01
        03 7f ff 03
        00
      `,
      compact: hex`
        03 01 01          // long form: i8, field -1 (zigzag 1)
        03 1e 02          // 16 further: long form, field 15
        01 3e             // 16 further: long form, field 31, true
        03 fe ff 03 03    // long form: field 32,767
        00
      `,
      json: json('{"-1":{"i8":1},"15":{"i8":2},"31":{"tf":1},"32767":{"i8":3}}'),
    },
  },
  {
    name: 'structs in structs',
    schema: recursiveStruct(),
    value: { next: { next: {} }, children: [{ children: [] }] },
    bytes: {
      binary: hex`
        0c 00 01                      // next
        0c 00 01 00 00                // next.next, empty
        0f 00 02 0c 00 00 00 01       // children
        0f 00 02 0c 00 00 00 00 00    // children[0].children, none
        00
      `,
      compact: hex`
        1c       // field +1: next
        1c 00 00 // field +1: next.next, empty
        19 1c    // field +1 of the outer struct again: children
        29 0c 00 // field +2: children[0].children, none
        00
      `,
      json: json('{"1":{"rec":{"1":{"rec":{}}}},"2":{"lst":["rec",1,{"2":{"lst":["rec",0]}}]}}'),
    },
  },
];
