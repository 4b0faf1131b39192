import { createRequire } from 'node:module';
import type { EventEmitter } from 'node:events';
import type { Server as NetServer, Socket } from 'node:net';
import type { Dialect } from '../dialects.js';

/**
 * A protocol of the npm package `thrift`. Its published types lack everything after 2020, so these are declared here.
 */
export interface NpmProtocol {
  flush(): void;
  writeMessageBegin(name: string, type: number, seqid: number): void;
  writeMessageEnd(): void;
  writeStructBegin(name: string): void;
  writeStructEnd(): void;
  writeFieldBegin(name: string, type: number, id: number): void;
  writeFieldEnd(): void;
  writeFieldStop(): void;
  writeMapBegin(keyType: number, valueType: number, size: number): void;
  writeMapEnd(): void;
  writeListBegin(elementType: number, size: number): void;
  writeListEnd(): void;
  writeSetBegin(elementType: number, size: number): void;
  writeSetEnd(): void;
  writeBool(value: boolean): void;
  writeByte(value: number): void;
  writeI16(value: number): void;
  writeI32(value: number): void;
  writeI64(value: unknown): void;
  writeDouble(value: number): void;
  writeString(value: string): void;
  writeBinary(value: Buffer): void;
  writeUuid(value: string): void;
  readMessageBegin(): { readonly fname: string; readonly mtype: number; readonly rseqid: number };
  readMessageEnd(): void;
  readStructBegin(): void;
  readStructEnd(): void;
  readFieldBegin(): { readonly ftype: number; readonly fid: number };
  readFieldEnd(): void;
  readMapBegin(): { readonly size: number };
  readMapEnd(): void;
  readListBegin(): { readonly size: number };
  readListEnd(): void;
  readSetBegin(): { readonly size: number };
  readSetEnd(): void;
  readBool(): boolean;
  readByte(): number;
  readI16(): number;
  readI32(): number;
  readI64(): unknown;
  readDouble(): number;
  readString(): string;
  readBinary(): Buffer;
  readUuid(): string;
  skip(type: number): void;
  getTransport(): NpmTransport;
}

export interface NpmTransport {
  /** Sets the protocol inside THeader: 0 binary, 2 compact. */
  setProtocolId(id: number): void;
  setWriteHeader(name: string, value: string): void;
  clearWriteHeaders(): void;
  getReadHeaders(): Record<string, string>;
}

export type NpmTransportClass = new (
  buffer?: Buffer,
  onFlush?: (message: Buffer, seqid: number) => void,
) => NpmTransport;

export type NpmProtocolClass = new (
  transport: NpmTransport,
  strictRead?: boolean,
  strictWrite?: boolean,
) => NpmProtocol;

/** A TApplicationException of that package. */
interface NpmApplicationException extends Error {
  type: number;
  read(input: NpmProtocol): void;
  write(output: NpmProtocol): void;
}

/** A connection of that package's client. */
export interface NpmSocket extends EventEmitter {
  readonly connection: Socket;
  end(): void;
}

/** Code that its compiler would generate for a client. */
type NpmClientClass<Client> = new (output: NpmTransport, protocol: NpmProtocolClass) => Client;

/** Code that its compiler would generate for a server. */
export interface NpmProcessor {
  process(input: NpmProtocol, output: NpmProtocol): void;
}

/** The parts of that package used by the tests. */
interface NpmThrift {
  readonly TBufferedTransport: NpmTransportClass;
  readonly TFramedTransport: NpmTransportClass;
  readonly TBinaryProtocol: NpmProtocolClass;
  readonly TCompactProtocol: NpmProtocolClass;
  readonly TJSONProtocol: NpmProtocolClass;
  readonly THeaderProtocol: NpmProtocolClass;
  readonly Multiplexer: new () => {
    createClient<Client>(service: string, type: NpmClientClass<Client>, socket: NpmSocket): Client;
  };
  readonly MultiplexedProcessor: new () => NpmProcessor & {
    registerProcessor(service: string, processor: NpmProcessor): void;
  };
  readonly Thrift: {
    readonly TApplicationException: new (type?: number, message?: string) => NpmApplicationException;
  };
  createConnection(host: string, port: number, options: object): NpmSocket;
  createClient<Client>(type: NpmClientClass<Client>, socket: NpmSocket): Client;
  createMultiplexServer(processor: NpmProcessor, options: object): NetServer;
  toBigInt(value: unknown): bigint;
  fromBigInt(value: bigint): unknown;
}

/** The package with these types. */
export const npmThrift = createRequire(import.meta.url)('thrift') as NpmThrift;

const COMPACT_IN_HEADER = 2;

// Not a class: the package's multiplexer calls protocols as functions.
function OldBinaryProtocol(this: NpmProtocol, transport: NpmTransport): void {
  Reflect.apply(npmThrift.TBinaryProtocol, this, [transport, false, false]);
}
Object.setPrototypeOf(OldBinaryProtocol.prototype, npmThrift.TBinaryProtocol.prototype as object);

/** Its classes for a dialect: `TBufferedTransport` and THeader write a bare header, the framed one two. */
export function npmClasses({ protocol, framing }: Dialect): {
  transport: NpmTransportClass;
  protocol: NpmProtocolClass;
} {
  const framed = framing === 'framed' || framing === 'framed-header';
  const transport = framed ? npmThrift.TFramedTransport : npmThrift.TBufferedTransport;
  if (framing === 'header' || framing === 'framed-header') {
    return {
      transport: protocol === 'compact' ? wrappingCompact(transport) : transport,
      protocol: npmThrift.THeaderProtocol,
    };
  }
  const protocols = {
    binary: npmThrift.TBinaryProtocol,
    'old-binary': OldBinaryProtocol as unknown as NpmProtocolClass,
    compact: npmThrift.TCompactProtocol,
    json: npmThrift.TJSONProtocol,
  };
  return { transport, protocol: protocols[protocol] };
}

function wrappingCompact(transport: NpmTransportClass): NpmTransportClass {
  return class extends transport {
    constructor(buffer?: Buffer, onFlush?: (message: Buffer, seqid: number) => void) {
      super(buffer, onFlush);
      this.setProtocolId(COMPACT_IN_HEADER);
    }
  };
}
