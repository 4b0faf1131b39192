import { hex, json } from './bytes.js';
import { base, colour } from './schemas.js';
import { type Row, row } from './table.js';

const UUID = '00112233-4455-6677-8899-aabbccddeeff';

/** Base types: small values, and the limits of their ranges. Field 1, then the stop field. */
export const baseValues: readonly Row[] = [
  row('bool true', base('bool'), true, {
    binary: hex`
      02 00 01 // bool, field 1
      01       // true
      00       // stop
    `,
    compact: hex`
      11 // field +1, true
      00 // stop
    `,
    json: json('{"1":{"tf":1}}'),
  }),
  row('bool false', base('bool'), false, {
    binary: hex`02 00 01 00 00`,
    compact: hex`
      12 // field +1, false
      00
    `,
    json: json('{"1":{"tf":0}}'),
  }),
  row('i8 least', base('i8'), -128, {
    binary: hex`
      03 00 01 // i8
      80
      00
    `,
    compact: hex`
      13 // field +1, i8
      80 // as it is: no zigzag
      00
    `,
    json: json('{"1":{"i8":-128}}'),
  }),
  row('i8 greatest', base('i8'), 127, {
    binary: hex`03 00 01 7f 00`,
    compact: hex`13 7f 00`,
    json: json('{"1":{"i8":127}}'),
  }),
  row('i16 least', base('i16'), -32_768, {
    binary: hex`
      06 00 01 // i16
      80 00
      00
    `,
    compact: hex`
      14       // field +1, i16
      ff ff 03 // zigzag 65,535
      00
    `,
    json: json('{"1":{"i16":-32768}}'),
  }),
  row('i16 greatest', base('i16'), 32_767, {
    binary: hex`06 00 01 7f ff 00`,
    compact: hex`14 fe ff 03 00`,
    json: json('{"1":{"i16":32767}}'),
  }),
  row('i32 zero', base('i32'), 0, {
    binary: hex`
      08 00 01 // i32
      00 00 00 00
      00
    `,
    compact: hex`
      15 // field +1, i32
      00
      00
    `,
    json: json('{"1":{"i32":0}}'),
  }),
  row('i32 minus one', base('i32'), -1, {
    binary: hex`08 00 01 ff ff ff ff 00`,
    compact: hex`
      15
      01 // zigzag: 0, -1, 1, -2 are 0, 1, 2, 3
      00
    `,
    json: json('{"1":{"i32":-1}}'),
  }),
  row('i32 least', base('i32'), -2_147_483_648, {
    binary: hex`08 00 01 80 00 00 00 00`,
    compact: hex`15 ff ff ff ff 0f 00`,
    json: json('{"1":{"i32":-2147483648}}'),
  }),
  row('i32 greatest', base('i32'), 2_147_483_647, {
    binary: hex`08 00 01 7f ff ff ff 00`,
    compact: hex`15 fe ff ff ff 0f 00`,
    json: json('{"1":{"i32":2147483647}}'),
  }),
  row('i64 small', base('i64'), 42n, {
    binary: hex`
      0a 00 01 // i64
      00 00 00 00 00 00 00 2a
      00
    `,
    compact: hex`
      16 // field +1, i64
      54 // zigzag 84
      00
    `,
    json: json('{"1":{"i64":42}}'),
  }),
  row('i64 minus 2^32', base('i64'), -4_294_967_296n, {
    binary: hex`0a 00 01 ff ff ff ff 00 00 00 00 00`,
    compact: hex`16 ff ff ff ff 1f 00`,
    json: json('{"1":{"i64":-4294967296}}'),
  }),
  row('i64 least', base('i64'), -9_223_372_036_854_775_808n, {
    binary: hex`0a 00 01 80 00 00 00 00 00 00 00 00`,
    compact: hex`16 ff ff ff ff ff ff ff ff ff 01 00`,
    json: json('{"1":{"i64":-9223372036854775808}}'),
  }),
  row('i64 greatest', base('i64'), 9_223_372_036_854_775_807n, {
    binary: hex`0a 00 01 7f ff ff ff ff ff ff ff 00`,
    compact: hex`16 fe ff ff ff ff ff ff ff ff 01 00`,
    json: json('{"1":{"i64":9223372036854775807}}'),
  }),
  row('double', base('double'), 3.25, {
    binary: hex`
      04 00 01 // double
      40 0a 00 00 00 00 00 00
      00
    `,
    compact: hex`
      17                      // field +1, double
      00 00 00 00 00 00 0a 40 // last byte first
      00
    `,
    json: json('{"1":{"dbl":3.25}}'),
  }),
  row('double minus zero', base('double'), -0, {
    binary: hex`04 00 01 80 00 00 00 00 00 00 00 00`,
    compact: hex`17 00 00 00 00 00 00 00 80 00`,
    json: json('{"1":{"dbl":-0.0}}'),
  }),
  row('double infinity', base('double'), -Infinity, {
    binary: hex`04 00 01 ff f0 00 00 00 00 00 00 00`,
    compact: hex`17 00 00 00 00 00 00 f0 ff 00`,
    json: json('{"1":{"dbl":"-Infinity"}}'),
  }),
  row('double not a number', base('double'), NaN, {
    binary: hex`04 00 01 7f f8 00 00 00 00 00 00 00`,
    compact: hex`17 00 00 00 00 00 00 f8 7f 00`,
    json: json('{"1":{"dbl":"NaN"}}'),
  }),
  row('string empty', base('string'), '', {
    binary: hex`
      0b 00 01    // string
      00 00 00 00 // 0 bytes
      00
    `,
    compact: hex`
      18 // field +1, binary
      00 // 0 bytes
      00
    `,
    json: json('{"1":{"str":""}}'),
  }),
  row('string of one, two, three and four bytes a character', base('string'), 'aé€😀', {
    binary: hex`
      0b 00 01
      00 00 00 0a // 10 bytes
      61 c3 a9 e2 82 ac f0 9f 98 80
      00
    `,
    compact: hex`18 0a 61 c3 a9 e2 82 ac f0 9f 98 80 00`,
    json: json('{"1":{"str":"aé€😀"}}'),
  }),
  // Bytes that are not fields, for scanners that end too early.
  row('string of 127 bytes', base('string'), '~'.repeat(127), {
    binary: Buffer.concat([hex`0b 00 01 00 00 00 7f`, Buffer.alloc(127, '~'), hex`00`]),
    compact: Buffer.concat([
      hex`
        18
        7f // 127 bytes: the most that one byte says
      `,
      Buffer.alloc(127, '~'),
      hex`00`,
    ]),
    json: json(`{"1":{"str":"${'~'.repeat(127)}"}}`),
  }),
  row('string of 128 bytes', base('string'), '~'.repeat(128), {
    binary: Buffer.concat([hex`0b 00 01 00 00 00 80`, Buffer.alloc(128, '~'), hex`00`]),
    compact: Buffer.concat([
      hex`
        18
        80 01 // 128 bytes, in two
      `,
      Buffer.alloc(128, '~'),
      hex`00`,
    ]),
    json: json(`{"1":{"str":"${'~'.repeat(128)}"}}`),
  }),
  row('binary of 300 bytes', base('binary'), Buffer.alloc(300), {
    binary: Buffer.concat([hex`0b 00 01 00 00 01 2c`, Buffer.alloc(300), hex`00`]),
    compact: Buffer.concat([
      hex`
        18
        ac 02 // 300 bytes
      `,
      Buffer.alloc(300),
      hex`00`,
    ]),
    json: json(`{"1":{"str":"${'A'.repeat(400)}"}}`),
  }),
  row('string with what JSON escapes', base('string'), '"\\/\b\t\n\f\r\u0000\u001f\u007f\ufffd', {
    binary: hex`0b 00 01 00 00 00 0e 22 5c 2f 08 09 0a 0c 0d 00 1f 7f ef bf bd 00`,
    compact: hex`18 0e 22 5c 2f 08 09 0a 0c 0d 00 1f 7f ef bf bd 00`,
    json: json('{"1":{"str":"\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\ufffd"}}'),
  }),
  row('binary of 1 byte', base('binary'), Buffer.from([0xff]), {
    binary: hex`0b 00 01 00 00 00 01 ff 00`,
    compact: hex`18 01 ff 00`,
    json: json('{"1":{"str":"/w=="}}'),
  }),
  row('binary of 3 bytes', base('binary'), Buffer.from([0, 0xfe, 0x80]), {
    binary: hex`0b 00 01 00 00 00 03 00 fe 80 00`,
    compact: hex`18 03 00 fe 80 00`,
    json: json('{"1":{"str":"AP6A"}}'),
  }),
  row('uuid', base('uuid'), UUID, {
    binary: hex`
      10 00 01 // uuid
      00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff
      00
    `,
    compact: hex`
      1d // field +1, uuid
      00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff
      00
    `,
    json: json(`{"1":{"uid":"${UUID}"}}`),
  }),
  row('enum, a value that the IDL does not name', colour, 7, {
    binary: hex`08 00 01 00 00 00 07 00`,
    compact: hex`15 0e 00`,
    json: json('{"1":{"i32":7}}'),
  }),
];
