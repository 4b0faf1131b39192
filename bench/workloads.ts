import { Codec } from '../packages/nestjs-thrift/src/codec/codec.js';
import { createFraming } from '../packages/nestjs-thrift/src/framing/create-framing.js';
import { loadSchema, resolveLimits } from 'nestjs-thrift';
import { binaryProtocol } from '../packages/nestjs-thrift/src/protocol/binary/binary.js';
import { ByteWriter } from '../packages/nestjs-thrift/src/protocol/byte-writer.js';
import { CALL } from '../packages/nestjs-thrift/src/protocol/constants.js';

/** What requests are sent in. Thrift is unframed. */
export type Dialect = 'binary' | 'nest-tcp' | 'grpc';

/** A method under a certain load. */
export interface Workload {
  readonly name: string;
  readonly method: 'add' | 'all' | 'get';
  readonly connections: number;
  readonly pipeline: number;
  readonly listSize: number;
  /** Names of the only peers that are measured; undefined = all that answer the method. */
  readonly peers?: readonly string[];
  /** Whether both processors are kept awake, since their waking up would be most of the latency. */
  readonly isAwake?: boolean;
}

const base = { pipeline: 1, listSize: 100 };
const stores = ['Tasks, memory store', 'Tasks, embedded store'];

/** All workloads of `npm run bench -- run`. */
export const WORKLOADS: readonly Workload[] = [
  { ...base, name: 'add 32x1', method: 'add', connections: 32 },
  { ...base, name: 'add 8x16', method: 'add', connections: 8, pipeline: 16 },
  { ...base, name: 'all of 100, 8x1', method: 'all', connections: 8 },
  { ...base, name: 'add 64x1', method: 'add', connections: 64, peers: stores },
  { ...base, name: 'add 32x16', method: 'add', connections: 32, pipeline: 16, peers: stores },
  { ...base, name: 'get 32x1', method: 'get', connections: 32, peers: stores },
  { ...base, name: 'add 1x1', method: 'add', connections: 1, isAwake: true },
  { ...base, name: 'all of 10,000, 2x1', method: 'all', connections: 2, listSize: 10_000 },
];

/** A workload by its name. @throws Error when there is no such workload. */
export function workloadNamed(name: string): Workload {
  const workload = WORKLOADS.find((candidate) => candidate.name === name);
  if (workload === undefined) throw new Error(`no workload is named '${name}'`);
  return workload;
}

const ARGUMENTS = {
  add: { userId: 'alice', name: 'buy milk and bread' },
  all: { userId: 'alice' },
  get: { userId: 'alice' },
};

const schema = loadSchema('idl/tasks.thrift');

/** One request of a method, encoded; empty for gRPC, whose client encodes. */
export function requestBytes(dialect: Dialect, method: Workload['method'], taskId?: string): Buffer {
  if (dialect === 'grpc') return Buffer.alloc(0);
  if (dialect === 'nest-tcp') return nestTcpRequest(method);
  return thriftRequest(method, { ...ARGUMENTS[method], taskId });
}

function nestTcpRequest(method: Workload['method']): Buffer {
  const packet = JSON.stringify({ pattern: method, data: ARGUMENTS[method], id: 'a1b2c3d4e5f6a7b8c9d0e' });
  return Buffer.from(`${String(packet.length)}#${packet}`);
}

/** A call of any method of Tasks, encoded. */
export function thriftRequest(method: string, args: object): Buffer {
  const limits = resolveLimits();
  const framing = createFraming('unframed', binaryProtocol, limits);
  const methodSchema = schema.services.get('Tasks')?.methods.get(method);
  if (methodSchema === undefined) throw new Error(`idl/tasks.thrift has no Tasks.${method}`);
  const out = new ByteWriter();
  const writer = binaryProtocol.createWriter(out);
  out.begin(limits.maxMessageBytes);
  framing.begin(out, binaryProtocol, undefined, new Map());
  writer.writeMessageBegin(method, CALL, 1);
  new Codec(limits).method(methodSchema).args.write(writer, args);
  writer.writeMessageEnd();
  framing.end(out);
  const { slab, start, end } = out.finish();
  return Buffer.from(slab.bytes.subarray(start, end));
}
