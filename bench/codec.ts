/** `npm run bench:codec`: the time to encode and to decode 100 tasks, beside JSON and npm `thrift`, in this process. */
import { Codec } from '../src/infrastructure/thrift/codec/codec.js';
import { loadSchema } from '../src/infrastructure/thrift/idl/load-schema.js';
import { binaryProtocol } from '../src/infrastructure/thrift/protocol/binary.js';
import { ByteWriter, unpin } from '../src/infrastructure/thrift/protocol/byte-writer.js';
import { compactProtocol } from '../src/infrastructure/thrift/protocol/compact.js';
import { jsonProtocol } from '../src/infrastructure/thrift/protocol/json.js';
import type { Protocol } from '../src/infrastructure/thrift/protocol/protocol.js';
import { npmDecodeTasks, npmEncodeTasks, npmProtocols } from './npm-codec.js';
import type { TaskAnswer } from './peers/answers.js';

/** So long all are measured in turn, a slice at a time, so that a machine whose speed drifts treats all alike. */
const MEASURE_MS = 20_000;
const SLICE_US = 500;
const LIMITS = { maxMessageBytes: 16_384_000, maxStringBytes: 16_384_000, maxContainerSize: 1_000_000, maxDepth: 64 };

/** What is compared. */
interface Contender {
  readonly name: string;
  readonly encode: () => unknown;
  readonly decode: () => unknown;
}

const tasks: readonly TaskAnswer[] = Array.from({ length: 100 }, (_, i) => ({
  id: (0x6560_0000_0000 + i).toString(16).padEnd(24, '0'),
  userId: 'alice',
  name: Buffer.from(`task number ${String(i)}`).toString(),
  createdOn: new Date(Date.UTC(2026, 10, 23) + i * 86_400_017).toISOString(),
  done: i % 2 === 0,
}));

const method = loadSchema(new URL('../idl/tasks.thrift', import.meta.url))
  .services.get('Tasks')
  ?.methods.get('all');
if (method === undefined) throw new Error('the IDL has no Tasks.all');
const { result } = new Codec(LIMITS).method(method);

function ours(protocol: Protocol): Contender {
  const bytes = new ByteWriter();
  const writer = protocol.createWriter(bytes);
  const reader = protocol.createReader(LIMITS);
  const encode = (): Buffer => {
    bytes.begin(LIMITS.maxMessageBytes);
    writer.writeMessageBegin('all', 2, 1);
    result.write(writer, { success: tasks });
    writer.writeMessageEnd();
    const message = bytes.finish();
    unpin(message);
    return message.slab.bytes.subarray(message.start, message.end);
  };
  const message = Buffer.from(encode());
  const decode = (): object => {
    reader.reset(message, 0, message.length);
    reader.readMessageBegin();
    const value = result.read(reader);
    reader.readMessageEnd();
    return value;
  };
  return { name: protocol.name, encode, decode };
}

function npm(name: keyof typeof npmProtocols): Contender {
  const message = npmEncodeTasks(npmProtocols[name], tasks);
  return {
    name: `npm thrift, ${name}`,
    encode: () => npmEncodeTasks(npmProtocols[name], tasks),
    decode: () => npmDecodeTasks(npmProtocols[name], message),
  };
}

function json(): Contender {
  const text = Buffer.from(JSON.stringify(tasks));
  return {
    name: 'JSON.stringify, Buffer.from',
    encode: () => Buffer.from(JSON.stringify(tasks)),
    decode: () => JSON.parse(text.toString()) as unknown,
  };
}

/** One thing to measure, and what its slices took. */
class Measured {
  private readonly slicesUs: number[] = [];
  private runsPerSlice = 1;
  /** Kept, or the compiler might leave the work out. */
  protected last: unknown;

  constructor(private readonly run: () => unknown) {}

  slice(): void {
    const startedAt = performance.now();
    for (let i = 0; i < this.runsPerSlice; i++) this.last = this.run();
    const runUs = ((performance.now() - startedAt) * 1_000) / this.runsPerSlice;
    this.slicesUs.push(runUs);
    this.runsPerSlice = Math.max(1, Math.round(SLICE_US / runUs));
  }

  /** What a run takes while nobody else has the processor: one slice in ten took less. */
  get microseconds(): number {
    const sorted = this.slicesUs.slice(this.slicesUs.length >> 2).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 10)] ?? NaN;
  }
}

const contenders = [
  json(),
  ...[binaryProtocol, compactProtocol, jsonProtocol].map(ours),
  npm('binary'),
  npm('compact'),
  npm('json'),
].map(({ name, encode, decode }) => ({ name, encode: new Measured(encode), decode: new Measured(decode) }));
const end = performance.now() + MEASURE_MS;
while (performance.now() < end) {
  for (const { encode, decode } of contenders) {
    encode.slice();
    decode.slice();
  }
}

const encodeBase = contenders[0]?.encode.microseconds ?? NaN;
const decodeBase = contenders[4]?.decode.microseconds ?? NaN;
console.log('| 100 tasks | encode µs | x JSON | decode µs | x npm thrift, binary |\n| --- | --- | --- | --- | --- |');
for (const { name, encode, decode } of contenders) {
  const cells = [
    encode.microseconds,
    encode.microseconds / encodeBase,
    decode.microseconds,
    decode.microseconds / decodeBase,
  ];
  console.log(`| ${name} | ${cells.map((cell, i) => cell.toFixed(i % 2 === 0 ? 1 : 2)).join(' | ')} |`);
}
