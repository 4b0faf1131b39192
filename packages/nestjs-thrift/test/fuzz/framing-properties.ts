import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ThriftProtocolError } from '../../src/errors.js';
import type { FramingName, MessageHeaders } from '../../src/framing/framing.js';
import { resolveLimits } from '../../src/limits.js';
import { MessageSource } from '../../src/server/message-source.js';
import { dialects, type Dialect } from '../support/thrift-dialects.js';
import type { FuzzProperty } from './fuzz.js';
import { apply, cuts, edits } from './mutations.js';

/** Small, so that bytes at random reach them. */
const limits = resolveLimits({ maxMessageBytes: 4_096, maxDepth: 16, maxContainerSize: 500 });
/** Far above what bytes of this size take, far below what a quadratic algorithm takes. */
const MOST_MS = 2_000;
/** Magics, lengths, transforms, info ids: what THeader and detection look at. */
const TELLING = ['0fff', '8001', '8221', '5b', '00000010', '0000', '0101', '0102', '7fffffff', 'ffff'];

/** What became of bytes: the messages, and what came after them. */
interface Outcome {
  readonly messages: readonly string[];
  /** `more`, what else it speaks, or why the rest was refused. */
  readonly end: string;
}

/** What a connection makes of bytes that arrive in these pieces. An error that is none of ours is a finding. */
function receive(bytes: Buffer, ends: readonly number[]): Outcome {
  const startedAtMs = performance.now();
  const intake = new MessageSource(limits, { used: 0 });
  const messages: string[] = [];
  let [from, end] = [0, 'more'];
  for (const to of ends) {
    // Of its own: what is kept must not lie in bytes that the next piece brings.
    if (to > from) intake.append(Buffer.from(bytes.subarray(from, to)));
    from = to;
    end = readAll(intake, messages);
    if (end !== 'more') break;
    intake.rest();
  }
  const tookMs = performance.now() - startedAtMs;
  if (tookMs > MOST_MS) throw new Error(`took ${String(tookMs)} ms`);
  return { messages, end };
}

function readAll(intake: MessageSource, messages: string[]): string {
  try {
    for (let message = intake.read(); message !== undefined; message = intake.read()) {
      const { protocol, headers } = message;
      const said = headers === undefined ? [] : [headers.sequenceId, headers.outOfOrder, headers.transforms, ...headers.headers]; // prettier-ignore
      const body = message.bytes.toString('latin1', message.start, message.end);
      messages.push(JSON.stringify([protocol.name, said, body]));
    }
  } catch (error) {
    if (!(error instanceof ThriftProtocolError)) throw error;
    readHeader(intake);
    return `${error.code} ${error.reason}`;
  }
  return intake.foreign ?? 'more';
}

/** An error reply needs a header, where one can be made out. */
function readHeader(intake: MessageSource): void {
  const message = intake.peek();
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

/** Calls of one dialect, one after the other. */
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

/** Whole calls are told apart, whatever pieces they come in, up to one that is over the limit. */
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

/** Calls that were changed on their way are messages or refused, and the same ones whatever pieces they come in. */
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

/** Bytes at random, behind the beginning of something. */
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
];

/** What must hold of detection and framings, in the hands of a server's connection. */
export const framingProperties: Readonly<Record<string, FuzzProperty>> = {
  'framing: any first bytes give messages or one of our errors, in any chunking the same': anyBytes(),
  ...Object.fromEntries(
    framings.flatMap(([what, names, transforms]) => {
      const some = dialects.filter(({ framing }) => names.includes(framing));
      return [
        [`framing: calls are told apart in any chunking, ${what}`, wholeCalls(some, transforms)],
        [`framing: changed calls give messages or one of our errors, ${what}`, changedCalls(some, transforms)],
      ] as const;
    }),
  ),
};
