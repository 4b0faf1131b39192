import { describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { ClientThrift } from '../../src/nest/thrift-client.js';
import { doKeysCollide } from '../../src/codec/collision-guard.js';
import { ThriftProtocolError } from '../../src/errors.js';
import { parseSchema } from '../../src/idl/load-schema.js';
import { binaryProtocol } from '../../src/protocol/binary/binary.js';
import { DOUBLE, I32, I64, MAP, SET, STRING } from '../../src/protocol/constants.js';
import type { ProtocolWriter } from '../../src/protocol/protocol.js';
import { Dialect } from '../support/thrift-dialects.js';
import { withThriftServer } from '../support/thrift-server.js';
import { callWith, expectClosed, field } from './raw-calls.js';

const COUNT = 32_768;

const schema = parseSchema(`
service Sums {
  i32 size(1: set<i32> ints, 2: set<i64> longs, 3: set<double> doubles, 4: map<i32, string> names)
  set<i32> chosen()
  string echo(1: string text)
}`);

/** Inverse of `x * factor` for integers of `bits` bits. */
function inverseOf(factor: bigint, bits: number): bigint {
  let inverse = factor;
  for (let i = 0; i < 7; i++) inverse = BigInt.asUintN(bits, inverse * (2n - factor * inverse));
  return inverse;
}

/** Inverse of `x ^ (x >> shift)`. */
function unshift(value: bigint, shift: bigint, bits: number): bigint {
  let result = value;
  for (let i = 0; i < bits; i++) result = value ^ (result >> shift);
  return result;
}

const inverses32 = [2057n, 5n, (1n << 15n) - 1n].map((factor) => inverseOf(factor, 32)) as [bigint, bigint, bigint];
const inverses64 = [65n, 21n, (1n << 18n) - 1n].map((factor) => inverseOf(factor, 64)) as [bigint, bigint, bigint];

/** The i32 that V8's ComputeUnseededHash turns into `hash`. */
function int32HashedTo(hash: bigint): number {
  let value = BigInt.asUintN(32, unshift(hash, 16n, 32) * inverses32[0]);
  value = BigInt.asUintN(32, unshift(value, 4n, 32) * inverses32[1]);
  value = BigInt.asUintN(32, (unshift(value, 12n, 32) + 1n) * inverses32[2]);
  return Number(BigInt.asIntN(32, value));
}

/** The 64 bits that V8's ComputeLongHash turns into `hash`. */
function bitsHashedTo(hash: bigint): bigint {
  let value = BigInt.asUintN(64, unshift(hash, 22n, 64) * inverses64[0]);
  value = BigInt.asUintN(64, unshift(value, 11n, 64) * inverses64[1]);
  return BigInt.asIntN(64, (unshift(value, 31n, 64) + 1n) * inverses64[2]);
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, bits);
  return view.getFloat64(0);
}

const chosenInts = Array.from({ length: COUNT }, (_, i) => int32HashedTo((BigInt(i) << 16n) | 7n));
const chosenBits = Array.from({ length: COUNT }, (_, i) => bitsHashedTo((BigInt(i + 1) << 30n) | 7n));
const chosenDoubles = chosenBits.map(doubleOf).filter((value) => !Number.isNaN(value));

/** Numbers for one argument of `size`, and how to write them. */
interface Numbers {
  readonly kind: string;
  readonly write: (writer: ProtocolWriter) => void;
}

function ints(kind: string, values: readonly number[]): Numbers {
  const write = (writer: ProtocolWriter): void => {
    field(writer, SET, 1, () => {
      writer.writeListBegin(I32, values.length);
      for (const value of values) writer.writeI32(value);
      writer.writeListEnd();
    });
  };
  return { kind, write };
}

function longs(kind: string, values: readonly bigint[]): Numbers {
  const write = (writer: ProtocolWriter): void => {
    field(writer, SET, 2, () => {
      writer.writeListBegin(I64, values.length);
      for (const value of values) writer.writeI64(value);
      writer.writeListEnd();
    });
  };
  return { kind, write };
}

function doubles(kind: string, values: readonly number[]): Numbers {
  const write = (writer: ProtocolWriter): void => {
    field(writer, SET, 3, () => {
      writer.writeListBegin(DOUBLE, values.length);
      for (const value of values) writer.writeDouble(value);
      writer.writeListEnd();
    });
  };
  return { kind, write };
}

function keys(kind: string, values: readonly number[]): Numbers {
  const write = (writer: ProtocolWriter): void => {
    field(writer, MAP, 4, () => {
      writer.writeMapBegin(I32, STRING, values.length);
      for (const value of values) {
        writer.writeI32(value);
        writer.writeString('x');
      }
      writer.writeMapEnd();
    });
  };
  return { kind, write };
}

const range = Array.from({ length: COUNT }, (_, i) => i);
const attacks = [
  ints('a set of i32', chosenInts),
  longs('a set of i64', chosenBits),
  doubles('a set of doubles', chosenDoubles),
  keys('the keys of a map', chosenInts),
];
const ordinary = [
  ints('i32 in a row', range),
  ints(
    'i32 far apart',
    range.map((i) => i * 65_536 - 2 ** 31).map((i) => i | 0),
  ),
  longs('i64 in a row', range.map(BigInt)),
  longs(
    'i64 with a time in their upper half',
    range.map((i) => (1_764_000_000_000n << 22n) + BigInt(i)),
  ),
  doubles(
    'fractions',
    range.map((i) => i / 3),
  ),
  keys('keys of a map', range),
];

interface Sizes {
  readonly ints?: ReadonlySet<number>;
  readonly longs?: ReadonlySet<bigint>;
  readonly doubles?: ReadonlySet<number>;
  readonly names?: ReadonlyMap<number, string>;
}
const handlers = {
  size: ({ ints, longs, doubles, names }: Sizes): number => (ints ?? longs ?? doubles ?? names)?.size ?? 0,
  chosen: (): ReadonlySet<number> => new Set(chosenInts.slice(0, 8_192)),
  echo: ({ text }: { text: string }): string => text,
};
const dialect = new Dialect('binary framed', binaryProtocol, 'framed', schema);

describe('numbers chosen to collide', () => {
  it.each(attacks)('are rejected in $kind', async ({ write }) => {
    await withThriftServer(handlers, { idl: schema }, async (server) => {
      const peer = await server.connect();
      await peer.write(callWith(dialect, 'size', write));
      expect(await dialect.reply(peer, 'size')).toMatchObject({ error: { code: 'PROTOCOL_ERROR' } });
      expect((await server.rejected('size-limit')).message).toMatch(/numbers that collide in a hash table/);
      await expectClosed(peer);
    });
  });

  it.each(ordinary)('are not detected in $kind', async ({ write }) => {
    await withThriftServer(handlers, { idl: schema }, async (server) => {
      const peer = await server.connect();
      await peer.write(callWith(dialect, 'size', write));
      expect(await dialect.reply(peer, 'size')).toMatchObject({ result: { success: COUNT } });
    });
  });

  it('are rejected in a reply', async () => {
    await withThriftServer(handlers, { idl: schema }, async (server) => {
      const client = new ClientThrift({ idl: schema, host: '127.0.0.1', port: server.port });
      await expect(firstValueFrom(client.send({ service: 'Sums', method: 'chosen' }, {}))).rejects.toThrow(
        ThriftProtocolError,
      );
      await client.close();
    });
  });

  it.each([1_024, 100_000])('are distinguished from %i ordinary ones', (size) => {
    const containers = [
      new Set(Array.from({ length: size }, (_, i) => i * 1_009)),
      new Set(Array.from({ length: size }, (_, i) => BigInt(i) << 32n)),
      new Map(Array.from({ length: size }, (_, i) => [i / 7, i])),
    ];
    for (const container of containers) expect(doKeysCollide(container)).toBe(false);
  });
});
