import { deflateSync } from 'node:zlib';
import { Codec } from '../../src/codec/codec.js';
import { createFraming } from '../../src/framing/create-framing.js';
import type { Framing, FramingName, MessageHeaders } from '../../src/framing/framing.js';
import { bodyOfFrame, withTransforms } from '../../src/framing/header.js';
import { InputBuffer } from '../../src/framing/input-buffer.js';
import { inflateNow, isCompressed } from '../../src/framing/transforms.js';
import { resolveLimits } from '../../src/limits.js';
import { binaryProtocol, oldBinaryProtocol } from '../../src/protocol/binary/binary.js';
import { ByteWriter, bytesOf, unpin } from '../../src/protocol/byte-writer.js';
import { compactProtocol } from '../../src/protocol/compact/compact.js';
import { CALL, EXCEPTION } from '../../src/protocol/constants.js';
import { readApplicationException, type ApplicationException } from '../../src/protocol/envelope.js';
import { jsonProtocol } from '../../src/protocol/json/json.js';
import type { Protocol, ProtocolWriter } from '../../src/protocol/protocol.js';
import type { MethodSchema, Schema } from '../../src/schema.js';
import type { RawPeer } from '@tasks/testing/raw-peer';
import { probeSchema } from './thrift-probe.js';

const limits = resolveLimits({ maxMessageBytes: 268_435_455, maxDepth: 1_000 });
const codec = new Codec(limits);

interface CallOptions {
  readonly seqid?: number;
  /** CALL by default. */
  readonly type?: number;
  /** On the wire; default: the method's name. */
  readonly name?: string;
  readonly headers?: MessageHeaders;
}

export interface Reply {
  readonly name: string;
  readonly type: number;
  readonly seqid: number;
  /** The return value, or the declared exception under its name. */
  readonly result: Readonly<Record<string, unknown>>;
  /** Set when the reply is a TApplicationException. */
  readonly error: ApplicationException | undefined;
  readonly headers: MessageHeaders | undefined;
}

export class Dialect {
  constructor(
    readonly name: string,
    readonly protocol: Protocol,
    readonly framing: FramingName,
    private readonly schema: Schema = probeSchema,
  ) {}

  /** Whether the end of a malformed message is known. */
  get isFramed(): boolean {
    return this.framing !== 'unframed';
  }

  /** A call of a method, `echo` or `Service.echo`, in bytes. */
  call(method: string, args: object, options: CallOptions = {}): Buffer {
    return this.message(options.name ?? method, options, (writer) => {
      codec.struct(this.method(method).args).write(writer, args);
    });
  }

  /** A message, in bytes, whose body is written by `write`. */
  message(name: string, options: CallOptions, write: (writer: ProtocolWriter) => void): Buffer {
    const out = new ByteWriter();
    const framing = this.createFraming();
    out.begin(limits.maxMessageBytes);
    framing.begin(out, this.protocol, options.headers, options.headers?.headers ?? new Map());
    const writer = this.protocol.createWriter(out);
    writer.writeMessageBegin(name, options.type ?? CALL, options.seqid ?? 1);
    write(writer);
    writer.writeMessageEnd();
    framing.end(out);
    const written = out.finish();
    unpin(written);
    const frame = Buffer.from(bytesOf(written));
    const transforms = options.headers?.transforms ?? [];
    return transforms.length > 0 ? transformed(frame, transforms) : frame;
  }

  /** Returns the next reply of the peer, to a call of that method. */
  async reply(peer: RawPeer, method = 'echo'): Promise<Reply> {
    const framing = this.createFraming();
    const input = new InputBuffer();
    let reply: Reply | undefined;
    await peer.until(() => {
      input.append(peer.received);
      peer.received = Buffer.alloc(0);
      reply = this.decode(framing, input, method);
      return reply !== undefined;
    }, `a reply in ${this.name}`);
    peer.received = Buffer.from(input.bytes.subarray(input.start, input.end));
    return reply as unknown as Reply;
  }

  private decode(framing: Framing, input: InputBuffer, method: string): Reply | undefined {
    const received = framing.read(input);
    if (received === undefined) return undefined;
    const message = isCompressed(received) ? inflateNow(received, limits) : received;
    const reader = message.protocol.createReader(limits);
    reader.reset(message.bytes, message.start, message.end);
    const header = reader.readMessageBegin();
    const failed = header.type === EXCEPTION;
    const error = failed ? readApplicationException(reader) : undefined;
    const result = failed ? {} : codec.struct(this.method(method).result).read(reader);
    reader.readMessageEnd();
    return { ...header, result, error, headers: message.headers };
  }

  private createFraming(): Framing {
    return createFraming(this.framing, this.protocol, limits);
  }

  private method(name: string): MethodSchema {
    const [method, service] = name.split('.').reverse() as [string, string?];
    const [first] = this.schema.services.keys();
    const found = this.schema.services.get(service ?? first ?? '')?.methods.get(method);
    if (found === undefined) throw new Error(`no method ${name}`);
    return found;
  }
}

/** A frame in THeader with its body transformed; zlib (1) is the only transform there is. */
export function transformed(frame: Buffer, transforms: readonly number[]): Buffer {
  let body: Uint8Array = bodyOfFrame(frame);
  for (const id of transforms) if (id === 1) body = deflateSync(body);
  return withTransforms(frame, transforms, body);
}

/** Every dialect that a client can speak to the server. */
export const dialects: readonly Dialect[] = [
  new Dialect('binary unframed', binaryProtocol, 'unframed'),
  new Dialect('binary framed', binaryProtocol, 'framed'),
  new Dialect('old-style binary unframed', oldBinaryProtocol, 'unframed'),
  new Dialect('old-style binary framed', oldBinaryProtocol, 'framed'),
  new Dialect('compact unframed', compactProtocol, 'unframed'),
  new Dialect('compact framed', compactProtocol, 'framed'),
  new Dialect('JSON unframed', jsonProtocol, 'unframed'),
  new Dialect('JSON framed', jsonProtocol, 'framed'),
  new Dialect('binary in THeader', binaryProtocol, 'header'),
  new Dialect('compact in THeader', compactProtocol, 'header'),
  new Dialect('binary in framed THeader', binaryProtocol, 'framed-header'),
  new Dialect('compact in framed THeader', compactProtocol, 'framed-header'),
  new Dialect('binary in TTHeader', binaryProtocol, 'ttheader'),
  new Dialect('compact in TTHeader', compactProtocol, 'ttheader'),
];
