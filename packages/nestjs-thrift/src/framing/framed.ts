import { ThriftProtocolError } from '../errors.js';
import { messageTooLarge } from '../protocol/bounds.js';
import type { ByteWriter } from '../protocol/byte-writer.js';
import type { Protocol, ReadLimits } from '../protocol/protocol.js';
import type { Framing, ReceivedMessage } from './framing.js';
import type { InputBuffer } from './input-buffer.js';

/** Size of a frame's length prefix, in bytes. */
export const LENGTH_BYTES = 4;

/**
 * Returns the end of the first frame of the input, 0 while it is incomplete.
 * @throws ThriftProtocolError as soon as an invalid length has arrived.
 */
export function findFrameEnd(input: InputBuffer, limits: ReadLimits): number {
  if (input.length < LENGTH_BYTES) return 0;
  const size = input.bytes.readInt32BE(input.start);
  if (size <= 0) throw new ThriftProtocolError('malformed', `a frame of ${String(size)} bytes`);
  if (size > limits.maxMessageBytes) throw messageTooLarge(size, limits);
  return input.length < LENGTH_BYTES + size ? 0 : input.start + LENGTH_BYTES + size;
}

/**
 * Puts the length of each message in four bytes before it (Thrift RPC specification, "Framed vs. unframed transport").
 */
export class FramedFraming implements Framing {
  readonly name = 'framed';

  constructor(
    private readonly protocol: Protocol,
    private readonly limits: ReadLimits,
  ) {}

  read(input: InputBuffer): ReceivedMessage | undefined {
    const end = findFrameEnd(input, this.limits);
    if (end === 0) return undefined;
    const { bytes, start } = input;
    input.consume(end);
    return {
      bytes,
      start: start + LENGTH_BYTES,
      end,
      protocol: this.protocol,
      headers: undefined,
      memoryBytes: end - start,
    };
  }

  peek({ bytes, start, end }: InputBuffer): ReceivedMessage {
    const from = Math.min(start + LENGTH_BYTES, end);
    return { bytes, start: from, end, protocol: this.protocol, headers: undefined, memoryBytes: end - start };
  }

  begin(out: ByteWriter): void {
    out.reserve(LENGTH_BYTES);
  }

  end(out: ByteWriter): void {
    out.patchI32(0, out.length - LENGTH_BYTES);
  }
}
