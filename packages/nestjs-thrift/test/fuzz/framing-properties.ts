import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ThriftProtocolError } from '../../src/errors.js';
import type { FramingName, MessageHeaders } from '../../src/framing/framing.js';
import { resolveLimits } from '../../src/limits.js';
import { MessageSource } from '../../src/server/message-source.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import type { FuzzProperty } from './fuzz.js';
import { apply, cuts, edits } from './mutations.js';

/** Small, so that random bytes reach them. */
const limits = resolveLimits({ maxMessageBytes: 4_096, maxDepth: 16, maxContainerSize: 500 });
/** Far more than bytes of this size need, far less than a quadratic algorithm needs. */
const MAX_MS = 2_000;
/** Bytes with a meaning for THeader and the detection: magics, lengths, transforms, info ids. */
const TELLING = ['0fff', '8001', '8221', '5b', '00000010', '0000', '0101', '0102', '7fffffff', 'ffff'];

/** Result for some bytes: the messages, and the end. */
interface Outcome {
  readonly messages: readonly string[];
  /** `more`, another protocol, or why the rest was rejected. */
  readonly end: string;
}

/** Processes bytes in these pieces as a connection does. Any other error than ours is a finding. */
function receive(bytes: Buffer, ends: readonly number[]): Outcome {
  const startedAtMs = performance.now();
  const source = new MessageSource(limits, { used: 0 });
  const messages: string[] = [];
  let [from, end] = [0, 'more'];
  for (const to of ends) {
    // A copy: kept bytes must not lie in the buffer of the next piece.
    if (to > from) source.append(Buffer.from(bytes.subarray(from, to)));
    from = to;
    end = readAll(source, messages);
    if (end !== 'more') break;
    source.compact();
  }
  const tookMs = performance.now() - startedAtMs;
  if (tookMs > MAX_MS) throw new Error(`took ${String(tookMs)} ms`);
  return { messages, end };
}

function readAll(source: MessageSource, messages: string[]): string {
  try {
    for (let message = source.read(); message !== undefined; message = source.read()) {
      const { protocol, headers } = message;
      const said = headers === undefined ? [] : [headers.sequenceId, headers.outOfOrder, headers.transforms, ...headers.headers]; // prettier-ignore
      const body = message.bytes.toString('latin1', message.start, message.end);
      messages.push(JSON.stringify([protocol.name, said, body]));
    }
  } catch (error) {
    if (!(error instanceof ThriftProtocolError)) throw error;
    readHeader(source);
    return `${error.code} ${error.reason}`;
  }
  return source.foreign ?? 'more';
}

/** An error reply needs a header, if one can be recognized. */
function readHeader(source: MessageSource): void {
  const message = source.peek();
  if (message === undefined) return;
  const reader = message.protocol.createReader(limits);
  reader.reset(message.bytes, message.start, message.end);
  try {
    reader.readMessageBegin();
  } catch (error) {
    if (!(error instanceof ThriftProtocolError)) throw error;
  }
}

function isSameInPieces(bytes: Buffer, ends: readonly number[]): boolean {
  return isDeepStrictEqual(receive(bytes, [bytes.length]), receive(bytes, ends));
}

function headersWith(transforms: readonly number[]): fc.Arbitrary<MessageHeaders> {
  const text = fc.string({ unit: 'binary', maxLength: 10 });
  return fc.record({
    sequenceId: fc.integer(),
    outOfOrder: fc.boolean(),
    transforms: fc.constant(transforms),
    headers: fc.array(fc.tuple(text, text), { maxLength: 3 }).map((pairs) => new Map(pairs)),
  });
}

function calls(dialect: Dialect, transforms: readonly number[]): fc.Arbitrary<readonly Buffer[]> {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(8_000).map((size) => 'x'.repeat(size))); // prettier-ignore
  const headers = dialect.framing.endsWith('header') ? headersWith(transforms) : fc.constant(undefined);
  const call = fc
    .tuple(text, fc.integer(), headers)
    .map(([value, seqid, said]) =>
      dialect.call('echo', { text: value }, said === undefined ? { seqid } : { seqid, headers: said }),
    );
  return fc.array(call, { minLength: 1, maxLength: 3 });
}

function inPieces<Value>(
  values: fc.Arbitrary<Value>,
  bytesOf: (value: Value) => Buffer,
): fc.Arbitrary<[Value, Buffer, readonly number[]]> {
  // prettier-ignore
  return values.chain((value) => {
    const bytes = bytesOf(value);
    return fc.tuple(fc.constant(value), fc.constant(bytes), cuts(bytes.length));
  });
}

/** Complete calls are separated correctly in any pieces, up to one that is over the limit. */
function wholeCalls(some: readonly Dialect[], transforms: readonly number[]): FuzzProperty {
  const sent = fc.constantFrom(...some).chain((dialect) => calls(dialect, transforms));
  return fc.property(
    inPieces(sent, (messages) => Buffer.concat(messages)),
    ([messages, bytes, ends]) => {
      const { messages: received, end } = receive(bytes, ends);
      const fits = end === 'more' ? received.length === messages.length : end === 'PROTOCOL_ERROR size-limit';
      return fits && isSameInPieces(bytes, ends);
    },
  );
}

/** Modified calls are messages or rejected, with the same result for any pieces. */
function changedCalls(some: readonly Dialect[], transforms: readonly number[]): FuzzProperty {
  const telling = fc.constantFrom(...TELLING).map((piece) => Buffer.from(piece, 'hex'));
  const tellingEdit = fc.record({ at: fc.nat(60), removed: fc.nat(4), added: telling });
  const sent = fc.constantFrom(...some).chain((dialect) => {
    const changes = fc.oneof(edits(dialect.protocol.name), fc.array(tellingEdit, { minLength: 1, maxLength: 3 }));
    return fc.tuple(calls(dialect, transforms), changes);
  });
  const arrived = inPieces(sent, ([messages, changes]) => apply(changes, Buffer.concat(messages)));
  return fc.property(arrived, ([, bytes, ends]) => isSameInPieces(bytes, ends));
}

/** Random bytes after a valid beginning. */
function anyBytes(): FuzzProperty {
  const beginnings = ['', ...TELLING, '000000', '16', '47', '0000002080', '0000002082', '000000205b', '00000020000000040fff']; // prettier-ignore
  const beginning = fc.constantFrom(...beginnings).map((hex) => Buffer.from(hex, 'hex'));
  const bytes = fc.tuple(beginning, beginning, fc.uint8Array({ size: 'medium' }));
  return fc.property(
    inPieces(bytes, (parts) => Buffer.concat(parts)),
    ([, all, ends]) => isSameInPieces(all, ends),
  );
}

const framings: readonly [what: string, names: readonly FramingName[], transforms: readonly number[]][] = [
  ['unframed', ['unframed'], []],
  ['framed', ['framed'], []],
  ['THeader', ['header', 'framed-header'], []],
  ['THeader with zlib', ['header', 'framed-header'], [1]],
  ['TTHeader', ['ttheader'], []],
];

/** Properties of detection and framings, as used by a server's connection. */
export const framingProperties: Readonly<Record<string, FuzzProperty>> = {
  'framing: any first bytes give messages or one of our errors, in any chunking the same': anyBytes(),
  ...Object.fromEntries(
    framings.flatMap(([what, names, transforms]) => {
      const some = dialects.filter(({ framing }) => names.includes(framing));
      return [
        [`framing: calls are separated in any chunking, ${what}`, wholeCalls(some, transforms)],
        [`framing: changed calls give messages or one of our errors, ${what}`, changedCalls(some, transforms)],
      ] as const;
    }),
  ),
};
