import { Codec } from '../../packages/nestjs-thrift/src/codec/codec.js';
import { createFraming } from '../../packages/nestjs-thrift/src/framing/create-framing.js';
import { InputBuffer } from '../../packages/nestjs-thrift/src/framing/input-buffer.js';
import { parseSchema, resolveLimits } from 'nestjs-thrift';
import { binaryProtocol } from '../../packages/nestjs-thrift/src/protocol/binary/binary.js';
import { ByteWriter, unpin } from '../../packages/nestjs-thrift/src/protocol/byte-writer.js';
import { compactProtocol } from '../../packages/nestjs-thrift/src/protocol/compact/compact.js';
import { CALL } from '../../packages/nestjs-thrift/src/protocol/constants.js';
import { jsonProtocol } from '../../packages/nestjs-thrift/src/protocol/json/json.js';
import type { Protocol } from '../../packages/nestjs-thrift/src/protocol/protocol.js';
import { median } from '../median.js';

const KIB = 1_024;
const MAX_BYTES = 8 * KIB * KIB;
const PIECE_BYTES = KIB;
const ROUNDS = 7;
const ROUND_MS = 40;

const limits = resolveLimits();
const schema = parseSchema(
  `struct Task { 1: string id, 2: string userId, 3: string name, 4: string createdOn, 5: bool done }
   service Tasks { void put(1: list<Task> tasks) }`,
  'growth.thrift',
);
const method = schema.services.get('Tasks')?.methods.get('put');
if (method === undefined) throw new Error('the IDL has no Tasks.put');
const { args } = new Codec(limits).method(method);

const task = (i: number): object => ({
  id: i.toString(16).padStart(24, '0'),
  userId: 'alice',
  name: `task number ${String(i)}`,
  createdOn: '2026-11-24T09:00:00.000Z',
  done: false,
});

type Dialect = readonly ['unframed' | 'framed', Protocol];

function encode([framingName, protocol]: Dialect, count: number): Buffer {
  const out = new ByteWriter();
  const writer = protocol.createWriter(out);
  const framing = createFraming(framingName, protocol, limits);
  out.begin(limits.maxMessageBytes);
  framing.begin(out, protocol, undefined, new Map());
  writer.writeMessageBegin('put', CALL, 1);
  args.write(writer, { tasks: Array.from({ length: count }, (_, i) => task(i)) });
  writer.writeMessageEnd();
  framing.end(out, undefined);
  const message = out.finish();
  const bytes = Buffer.from(message.slab.bytes.subarray(message.start, message.end));
  unpin(message);
  return bytes;
}

/** Decodes a message that arrives in pieces into the arguments of the handler. */
function parser([framingName, protocol]: Dialect): (message: Buffer, pieceBytes: number) => void {
  const reader = protocol.createReader(limits);
  const framing = createFraming(framingName, protocol, limits);
  return (message, pieceBytes) => {
    const input = new InputBuffer();
    for (let at = 0; at < message.length; at += pieceBytes) {
      input.append(message.subarray(at, Math.min(message.length, at + pieceBytes)));
      const received = framing.read(input);
      if (received === undefined) continue;
      reader.reset(received.bytes, received.start, received.end);
      reader.readMessageBegin();
      args.read(reader);
      reader.readMessageEnd();
      return;
    }
    throw new Error('the message did not end');
  };
}

function timeUs(run: () => void): number {
  return median(
    Array.from({ length: ROUNDS }, () => {
      const startedAtMs = performance.now();
      let runs = 0;
      do run();
      while ((runs++, performance.now() - startedAtMs < ROUND_MS));
      return ((performance.now() - startedAtMs) * 1_000) / runs;
    }),
  );
}

/** Time to decode one message of 1 KiB to 8 MiB, whole and in pieces of 1 KiB. */
export function measureMessageSize(): string[] {
  const dialects: readonly Dialect[] = [
    ['unframed', binaryProtocol],
    ['framed', binaryProtocol],
    ['unframed', compactProtocol],
    ['unframed', jsonProtocol],
  ];
  const lines = ['| dialect | message KiB | whole µs | x half the size | in 1 KiB pieces µs | x half the size |'];
  lines.push('|---|--:|--:|--:|--:|--:|');
  for (const dialect of dialects) lines.push(...measureDialect(dialect));
  return lines;
}

function measureDialect(dialect: Dialect): string[] {
  const lines: string[] = [];
  const parse = parser(dialect);
  const taskBytes = (encode(dialect, 200).length - encode(dialect, 100).length) / 100;
  let before: readonly [number, number] | undefined;
  for (let bytes = KIB; bytes <= MAX_BYTES; bytes *= 2) {
    const message = encode(dialect, Math.max(1, Math.floor(bytes / taskBytes)));
    const whole = timeUs(() => {
      parse(message, message.length);
    });
    const pieces = timeUs(() => {
      parse(message, PIECE_BYTES);
    });
    const growth = (now: number, then: number | undefined): string =>
      then === undefined ? '-' : (now / then).toFixed(2);
    const cells = [whole.toFixed(0), growth(whole, before?.[0]), pieces.toFixed(0), growth(pieces, before?.[1])];
    lines.push(`| ${dialect[1].name}, ${dialect[0]} | ${String(bytes / KIB)} | ${cells.join(' | ')} |`);
    before = [whole, pieces];
    process.stderr.write(`${lines.at(-1) ?? ''}\n`);
  }
  return lines;
}
