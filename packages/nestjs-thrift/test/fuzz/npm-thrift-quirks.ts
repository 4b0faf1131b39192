import type { ThriftValue, TypeSchema } from '../../src/schema.js';
import { structToPortable } from '../interop/portable.js';
import { decode, encode, protocolNamed } from '../protocol/dialects.js';
import { base, field, listOf, mapOf, struct } from '../protocol/schemas.js';
import { npmDecode, npmEncode } from './npm-thrift.js';
import type { ProtocolName } from '../../src/protocol/protocol.js';

const one = (type: TypeSchema, id = 1): ReturnType<typeof struct> => struct('One', [field(id, 'value', type)]);

/** What this transport reads from npm `thrift`'s output for a value. */
function readFromNpm(protocol: ProtocolName, type: TypeSchema, value: ThriftValue): unknown {
  const theirs = npmEncode(protocol, 'buffered', one(type), structToPortable(one(type), { value }));
  return (decode(protocolNamed(protocol), one(type), theirs).value as { value?: unknown }).value;
}

/** What npm `thrift` reads from this transport's output for a value, or the error that it throws. */
function npmReads(protocol: ProtocolName, type: TypeSchema, value: ThriftValue, id = 1): unknown {
  const ours = encode(protocolNamed(protocol), one(type, id), { value });
  try {
    return npmDecode(protocol, 'buffered', one(type, id), ours)['value'];
  } catch (error) {
    return error;
  }
}

function npmJson(type: TypeSchema, value: ThriftValue): string {
  return npmEncode('json', 'buffered', one(type), structToPortable(one(type), { value })).toString();
}

const double = base('double');
const bools = listOf(base('bool'));

/**
 * Differences of npm `thrift` 0.24 from Apache's other libraries that the comparison leaves out. One that fails here
 * was fixed there: remove it, and widen the comparison.
 */
export const npmThriftQuirks: Readonly<Record<string, () => boolean>> = {
  'npm thrift writes some powers of two as half of them': () =>
    readFromNpm('binary', double, 2 ** -29) === 2 ** -30 && readFromNpm('compact', double, 2 ** -29) === 2 ** -30,
  'npm thrift writes -0 as 0': () => (['binary', 'compact', 'json'] as const).every((protocol) => Object.is(readFromNpm(protocol, double, -0), 0)), // prettier-ignore
  'npm thrift takes no UUID of an unknown version': () =>
    npmReads('binary', base('uuid'), '00112233-4455-0677-8899-aabbccddeeff') instanceof TypeError,
  'npm thrift reads all bools in compact containers as false': () =>
    JSON.stringify(npmReads('compact', bools, [true, false])) === '[false,false]',
  'npm thrift writes NaN and infinities without quotes in JSON, which we read': () =>
    npmJson(double, Infinity).includes('{"dbl":Infinity}') && readFromNpm('json', double, Infinity) === Infinity,
  'npm thrift puts zeros before small negative i64 in JSON, which we read': () =>
    npmJson(base('i64'), -1n).includes('{"i64":-000000000001}') && readFromNpm('json', base('i64'), -1n) === -1n,
  'npm thrift leaves most control characters unescaped in JSON, which we read': () =>
    npmJson(base('string'), '\u0001').includes('"\u0001"') &&
    readFromNpm('json', base('string'), '\u0001') === '\u0001',
  'npm thrift loses what comes after two empty containers in a container in JSON': () =>
    JSON.stringify(npmReads('json', listOf(bools), [[], [], [false]])) === '[[],[],[]]',
  'npm thrift does not read containers as keys in JSON': () =>
    npmReads('json', mapOf(bools, base('i8')), new Map([[[true], 1]])) instanceof Error,
  'npm thrift takes field -1 in JSON for the end of the struct': () =>
    npmReads('json', base('i8'), 5, -1) === undefined,
};
