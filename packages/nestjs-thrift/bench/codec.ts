/** `npm run bench -- codec`: the time to encode and to decode 100 tasks, beside JSON and npm `thrift`, in this process. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Bench, type Task } from 'tinybench';
import { Codec } from '../src/codec/codec.js';
import { loadSchema } from '../src/idl/load-schema.js';
import { binaryProtocol } from '../src/protocol/binary/binary.js';
import { ByteWriter, unpin } from '../src/protocol/byte-writer.js';
import { compactProtocol } from '../src/protocol/compact/compact.js';
import { jsonProtocol } from '../src/protocol/json/json.js';
import type { Protocol } from '../src/protocol/protocol.js';
import { npmDecodeTasks, npmEncodeTasks, npmProtocols } from './npm-codec.js';
import { median } from '../../../bench/median.js';
import type { TaskAnswer } from '../../../bench/peers/answers.js';

/** Rounds in turn, so that a machine whose speed drifts treats all alike. */
const ROUNDS = 5;
const MEASURE_MS = 300;
const LIMITS = { maxMessageBytes: 16_384_000, maxStringBytes: 16_384_000, maxContainerSize: 1_000_000, maxDepth: 64 };

interface Contender {
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

const method = loadSchema(new URL('../../../idl/tasks.thrift', import.meta.url))
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
  return { encode, decode };
}

function npm(name: keyof typeof npmProtocols): Contender {
  const message = npmEncodeTasks(npmProtocols[name], tasks);
  return {
    encode: () => npmEncodeTasks(npmProtocols[name], tasks),
    decode: () => npmDecodeTasks(npmProtocols[name], message),
  };
}

function json(): Contender {
  const text = Buffer.from(JSON.stringify(tasks));
  return {
    encode: () => Buffer.from(JSON.stringify(tasks)),
    decode: () => JSON.parse(text.toString()) as unknown,
  };
}

/** What a round found, in µs. */
interface Round {
  readonly encode: number;
  readonly decode: number;
}

const CONTENDERS: Readonly<Record<string, () => Contender>> = {
  'JSON.stringify, Buffer.from': json,
  binary: () => ours(binaryProtocol),
  compact: () => ours(compactProtocol),
  json: () => ours(jsonProtocol),
  'npm thrift, binary': () => npm('binary'),
  'npm thrift, compact': () => npm('compact'),
  'npm thrift, json': () => npm('json'),
};

/** In a thread of its own, whose compiled code knows of one protocol: a server's clients mostly speak one. */
function measureInThread(name: string): Promise<Round> {
  const hooks = new URL('../../../scripts/typescript.mjs', import.meta.url).href;
  const worker = new Worker(new URL(import.meta.url), {
    workerData: name,
    execArgv: ['--no-warnings', '--import', hooks],
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
}

async function measure({ encode, decode }: Contender): Promise<Round> {
  const bench = new Bench({ time: MEASURE_MS, warmupTime: MEASURE_MS }).add('encode', encode).add('decode', decode);
  const [encoded, decoded] = await bench.run();
  return { encode: middleUs(encoded), decode: middleUs(decoded) };
}

function middleUs(task: Task | undefined): number {
  if (task === undefined || !('latency' in task.result)) throw new Error('a run failed');
  return task.result.latency.p50 * 1_000;
}

async function compare(): Promise<void> {
  const names = Object.keys(CONTENDERS);
  const rounds = new Map(names.map((name): [string, Round[]] => [name, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const name of names) rounds.get(name)?.push(await measureInThread(name));
    process.stderr.write(`round ${String(round)} of ${String(ROUNDS)}\n`);
  }
  const us = (name: string, what: keyof Round): number => median((rounds.get(name) ?? []).map((round) => round[what]));
  console.log('| 100 tasks | encode µs | x JSON | decode µs | x npm thrift, binary |\n| --- | --- | --- | --- | --- |');
  for (const name of names) {
    const [encode, decode] = [us(name, 'encode'), us(name, 'decode')];
    const ratios = [encode / us('JSON.stringify, Buffer.from', 'encode'), decode / us('npm thrift, binary', 'decode')];
    const cells = [encode.toFixed(1), ratios[0]?.toFixed(2), decode.toFixed(1), ratios[1]?.toFixed(2)];
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}

if (isMainThread) await compare();
else parentPort?.postMessage(await measure((CONTENDERS[String(workerData)] as () => Contender)()));
