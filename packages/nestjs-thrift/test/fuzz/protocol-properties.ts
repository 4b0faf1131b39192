import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ThriftProtocolError } from '../../src/errors.js';
import type { Protocol } from '../../src/protocol/protocol.js';
import type { StructSchema } from '../../src/schema.js';
import { call, decode, encode, scan } from '../protocol/dialects.js';
import { struct } from '../protocol/schemas.js';
import type { FuzzProperty } from './fuzz.js';
import { apply, cuts, edits } from './mutations.js';
import { anything, samples } from './schemas.js';

const nothing = struct('Nothing', []);
/** Far more than bytes of this size need, far less than a quadratic algorithm needs. */
const MAX_MS = 2_000;

/** Result for some bytes: a value or an offset, or the reason of one of our errors. Any other error is a finding. */
function outcome<Value>(run: () => Value): Value | string {
  const startedAt = performance.now();
  const result = valueOrReason(run);
  const tookMs = performance.now() - startedAt;
  if (tookMs > MAX_MS) throw new Error(`took ${String(tookMs)} ms`);
  return result;
}

function valueOrReason<Value>(run: () => Value): Value | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof ThriftProtocolError) return error.reason;
    throw error;
  }
}

function roundTrip(protocol: Protocol): FuzzProperty {
  return fc.property(samples(anything), ({ schema, value }) => {
    const read = decode(protocol, schema, encode(protocol, schema, value));
    return isDeepStrictEqual(read, { header: call, value });
  });
}

function anyChunking(protocol: Protocol): FuzzProperty {
  const messages = samples(anything).chain(({ schema, value }) => {
    const message = encode(protocol, schema, value);
    return fc.tuple(fc.constant(message), fc.uint8Array({ maxLength: 30 }), cuts(message.length + 30));
  });
  return fc.property(messages, ([message, next, offsets]) => {
    const bytes = Buffer.concat([message, next]);
    const ends = offsets.map((offset) => Math.min(offset, bytes.length));
    return scan(protocol, bytes, ends) === message.length;
  });
}

/** Reader and scanner agree: a message that can be skipped ends where the scanner finds the end. */
function checkAnyBytes(protocol: Protocol, schema: StructSchema, bytes: Buffer, offsets: readonly number[]): boolean {
  outcome(() => decode(protocol, schema, bytes));
  const skipped = outcome(() => decode(protocol, nothing, bytes));
  const end = outcome(() => scan(protocol, bytes, [bytes.length]));
  const endInPieces = outcome(() => scan(protocol, bytes, offsets));
  if (typeof end === 'number' ? end !== endInPieces : typeof endInPieces === 'number') return false;
  return (
    typeof skipped === 'string' ||
    Buffer.from(bytes.subarray(end as number))
      .toString()
      .trim() === ''
  );
}

function changedMessages(protocol: Protocol): FuzzProperty {
  const changed = fc
    .tuple(samples(anything), edits(protocol.name))
    .map(([{ schema, value }, changes]) => ({ schema, bytes: apply(changes, encode(protocol, schema, value)) }))
    .chain(({ schema, bytes }) => fc.record({ schema: fc.constant(schema), bytes: fc.constant(bytes), offsets: cuts(bytes.length) })); // prettier-ignore
  return fc.property(changed, ({ schema, bytes, offsets }) => checkAnyBytes(protocol, schema, bytes, offsets));
}

function anyBytes(protocol: Protocol): FuzzProperty {
  const header = encode(protocol, nothing, {}).subarray(0, protocol.name === 'json' ? 12 : -1);
  const bytes = fc.tuple(fc.boolean(), fc.uint8Array({ size: 'large' })).map(([headed, some]) => Buffer.concat([headed ? header : Buffer.alloc(0), some])); // prettier-ignore
  const arrived = bytes.chain((all) => fc.tuple(fc.constant(all), cuts(all.length)));
  return fc.property(arrived, ([all, offsets]) => checkAnyBytes(protocol, nothing, all, offsets));
}

export function protocolProperties(protocol: Protocol): Readonly<Record<string, FuzzProperty>> {
  return {
    [`${protocol.name}: what is written is read again`]: roundTrip(protocol),
    [`${protocol.name}: any chunking finds the same end`]: anyChunking(protocol),
    [`${protocol.name}: a changed message gives a value or one of our errors`]: changedMessages(protocol),
    [`${protocol.name}: any bytes give a value or one of our errors`]: anyBytes(protocol),
  };
}
