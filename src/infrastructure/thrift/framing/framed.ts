import type { ByteWriter } from '../protocol/byte-writer.js';
import { messageTooLarge } from '../protocol/bounds.js';
import { ThriftProtocolError } from '../errors.js';
import type { Protocol, ReadLimits } from '../protocol/protocol.js';
import type { Framing, ReceivedMessage } from './framing.js';
import type { InputBuffer } from './input-buffer.js';

const LENGTH_BYTES = 4;

/** Each message after its length in four bytes (Thrift RPC specification, "Framed vs. unframed transport"). */
export class FramedFraming implements Framing {
  readonly name = 'framed';
  readonly prefixBytes = LENGTH_BYTES;

  constructor(
    private readonly protocol: Protocol,
    private readonly limits: ReadLimits,
  ) {}

  read(input: InputBuffer): ReceivedMessage | undefined {
    if (input.length < LENGTH_BYTES) return undefined;
    const { bytes, start } = input;
    const size = bytes.readInt32BE(start);
    if (size <= 0) throw new ThriftProtocolError('malformed', `a frame of ${String(size)} bytes`);
    if (size > this.limits.maxMessageBytes) throw messageTooLarge(size, this.limits);
    if (input.length < LENGTH_BYTES + size) return undefined;
    const end = start + LENGTH_BYTES + size;
    input.consume(end);
    return { bytes, start: start + LENGTH_BYTES, end, protocol: this.protocol, headers: undefined };
  }

  begin(out: ByteWriter): void {
    out.reserve(LENGTH_BYTES);
  }

  end(out: ByteWriter): void {
    out.patchI32(0, out.length - LENGTH_BYTES);
  }
}
