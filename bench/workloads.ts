import { Codec } from '../packages/nestjs-thrift/src/codec/codec.js';
import { createFraming } from '../packages/nestjs-thrift/src/framing/create-framing.js';
import { loadSchema, resolveLimits } from 'nestjs-thrift';
import { binaryProtocol } from '../packages/nestjs-thrift/src/protocol/binary/binary.js';
import { ByteWriter } from '../packages/nestjs-thrift/src/protocol/byte-writer.js';
import { compactProtocol } from '../packages/nestjs-thrift/src/protocol/compact/compact.js';
import { CALL } from '../packages/nestjs-thrift/src/protocol/constants.js';

/** How a peer wants its requests. */
export type Dialect = 'binary' | 'framed' | 'compact' | 'nest-tcp' | 'grpc';

/** A method called in a certain way. */
export interface Workload {
  readonly name: string;
  readonly method: 'check' | 'add' | 'all';
  readonly connections: number;
  readonly pipeline: number;
  /** Calls a second over all connections; 0 = as many as possible. */
  readonly ratePerSecond: number;
  readonly listSize: number;
  /** Left out of `--quick`. */
  readonly thorough?: boolean;
}

const base = { pipeline: 1, ratePerSecond: 0, listSize: 100 };

/** What is measured. */
export const WORKLOADS: readonly Workload[] = [
  { ...base, name: 'add 32x1', method: 'add', connections: 32 },
  { ...base, name: 'add 8x16', method: 'add', connections: 8, pipeline: 16 },
  { ...base, name: 'all of 100, 8x1', method: 'all', connections: 8 },
  { ...base, name: 'check 32x1', method: 'check', connections: 32, thorough: true },
  { ...base, name: 'add 64x1', method: 'add', connections: 64, thorough: true },
  { ...base, name: 'add 1x1', method: 'add', connections: 1, thorough: true },
  { ...base, name: 'all of 10,000, 2x1', method: 'all', connections: 2, listSize: 10_000, thorough: true },
  {
    ...base,
    name: 'add 1,000 connections, 5,000/s',
    method: 'add',
    connections: 1_000,
    ratePerSecond: 5_000,
    thorough: true,
  },
];

const ARGUMENTS = { check: {}, add: { userId: 'alice', name: 'buy milk and bread' }, all: { userId: 'alice' } };

const schema = loadSchema('idl/tasks.thrift');

/** One request of a workload in the bytes of a dialect. gRPC writes its own. */
export function requestBytes(dialect: Dialect, method: Workload['method']): Buffer {
  if (dialect === 'grpc') return Buffer.alloc(0);
  if (dialect === 'nest-tcp') return nestTcpRequest(method);
  return thriftRequest(dialect, method, ARGUMENTS[method]);
}

function nestTcpRequest(method: Workload['method']): Buffer {
  const packet = JSON.stringify({ pattern: method, data: ARGUMENTS[method], id: 'a1b2c3d4e5f6a7b8c9d0e' });
  return Buffer.from(`${String(packet.length)}#${packet}`);
}

/** A call of any method of Tasks. */
export function thriftRequest(dialect: 'binary' | 'framed' | 'compact', method: string, args: object): Buffer {
  const limits = resolveLimits();
  const protocol = dialect === 'compact' ? compactProtocol : binaryProtocol;
  const framing = createFraming(dialect === 'framed' ? 'framed' : 'unframed', protocol, limits);
  const methodSchema = schema.services.get('Tasks')?.methods.get(method);
  if (methodSchema === undefined) throw new Error(`idl/tasks.thrift has no Tasks.${method}`);
  const out = new ByteWriter();
  const writer = protocol.createWriter(out);
  out.begin(limits.maxMessageBytes);
  framing.begin(out, protocol, undefined, new Map());
  writer.writeMessageBegin(method, CALL, 1);
  new Codec(limits).method(methodSchema).args.write(writer, args);
  writer.writeMessageEnd();
  framing.end(out, undefined);
  const { slab, start, end } = out.finish();
  return Buffer.from(slab.bytes.subarray(start, end));
}
