import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { oldBinaryProtocol } from '../../src/protocol/binary/binary.js';
import type { Protocol } from '../../src/protocol/protocol.js';
import { canonicalStruct, structToPortable } from '../interop/portable.js';
import { decode, encode, protocolNamed } from '../protocol/dialects.js';
import type { FuzzProperty } from './fuzz.js';
import { framed, npmDecode, type NpmDialect, npmEncode } from './npm-thrift.js';
import {
  anything,
  anyValue,
  baseTypes,
  type Sample,
  type SchemaOptions,
  samples,
  type ValueOptions,
} from './schemas.js';

// npm-thrift-quirks.ts proves the exceptions made here.
/** Control characters that npm `thrift` escapes. */
const ESCAPED = '\b\t\n\f\r';

/** It writes zeros before negative numbers nearer to 0. */
const MIN_UNPADDED = -100_000_000_000n;

/** Values that npm `thrift` 0.24 writes as other libraries do. */
function writableValues(dialect: NpmDialect): ValueOptions {
  const double = fc.double().filter(writesDouble);
  const values = { ...anyValue, double, uuid: fc.uuid() };
  if (dialect !== 'json') return values;
  return {
    ...values,
    i64: values.i64.filter((value) => value >= 0n || value <= MIN_UNPADDED),
    double: double.filter(Number.isFinite),
    string: values.string.filter((text) => Array.from(text).every((one) => one >= ' ' || ESCAPED.includes(one))),
  };
}

/** Its exponent comes from a logarithm, which is sometimes one too small for a power of two; and it writes -0 as 0. */
function writesDouble(value: number): boolean {
  const magnitude = Math.abs(value);
  const exponent = Math.floor(Math.log(magnitude) / Math.LN2);
  return !Object.is(value, -0) && !(magnitude * Math.pow(2, -exponent) >= 2 && Number.isFinite(magnitude));
}

/** Types that npm `thrift` 0.24 reads. */
function readableTypes(dialect: NpmDialect): SchemaOptions {
  if (dialect === 'compact') return { ...anything, elements: baseTypes.filter((type) => type !== 'bool') };
  if (dialect !== 'json') return anything;
  return { ...anything, keys: baseTypes, nestedContainers: false, ids: anything.ids.filter((id) => id !== -1) };
}

function protocolOf(dialect: NpmDialect): Protocol {
  return dialect === 'old-style' ? oldBinaryProtocol : protocolNamed(dialect);
}

/** Reads its output, and writes the same bytes again. */
function readsTheirs(dialect: NpmDialect, { schema, value }: Sample): boolean {
  const portable = structToPortable(schema, value);
  const theirs = npmEncode(dialect, 'buffered', schema, portable);
  const read = decode(protocolOf(dialect), schema, theirs).value;
  return (
    isDeepStrictEqual(structToPortable(schema, read), portable) &&
    encode(protocolOf(dialect), schema, read).equals(theirs) &&
    npmEncode(dialect, 'framed', schema, portable).equals(framed(theirs))
  );
}

/** Lets it read our output. */
function readOurs(dialect: NpmDialect, { schema, value }: Sample): boolean {
  const ours = encode(protocolOf(dialect), schema, value);
  const expected = structToPortable(schema, value);
  return (
    isDeepStrictEqual(canonicalStruct(schema, npmDecode(dialect, 'buffered', schema, ours)), expected) &&
    isDeepStrictEqual(canonicalStruct(schema, npmDecode(dialect, 'framed', schema, framed(ours))), expected)
  );
}

/** Properties that hold between this transport and npm `thrift`, for the types and values that it supports. */
export function differentialProperties(dialect: NpmDialect): Readonly<Record<string, FuzzProperty>> {
  const written = samples(anything, writableValues(dialect));
  const read = samples(readableTypes(dialect), { ...anyValue, uuid: fc.uuid() });
  return {
    [`${dialect}: npm thrift writes what we read and write`]: fc.property(written, (sample) =>
      readsTheirs(dialect, sample),
    ),
    [`${dialect}: npm thrift reads what we write`]: fc.property(read, (sample) => readOurs(dialect, sample)),
  };
}
