import type { ByteWriter } from '../protocol/byte-writer.js';
import type { Protocol } from '../protocol/protocol.js';
import type { InputBuffer } from './input-buffer.js';

/** Content of a THeader (HeaderFormat.md) or a TTHeader. Undefined for other framings. */
export interface MessageHeaders {
  /** The sequence id of the frame, echoed in the reply. */
  readonly sequenceId: number;
  /** Whether the peer accepts replies in any order (flag bit 0x0001, as fbthrift has it). */
  readonly outOfOrder: boolean;
  /** Ids of the transforms of the body, in the order they were applied; replies use the same, or none. */
  readonly transforms: readonly number[];
  /** Key-value headers. */
  readonly headers: ReadonlyMap<string, string>;
}

/** One complete message: `bytes[start..end)`, valid until the next read. Compressed when `isCompressed` says so. */
export interface ReceivedMessage {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** The protocol of the message; replies use the same. */
  readonly protocol: Protocol;
  readonly headers: MessageHeaders | undefined;
  /** Memory of the message, in bytes: its bytes and its headers. */
  readonly memoryBytes: number;
}

/**
 * Separates the messages of a connection, in both directions. One instance per connection: it may keep its position.
 */
export interface Framing {
  readonly name: FramingName;
  /**
   * Takes the next complete message out of `input`.
   * @returns undefined while more bytes are needed.
   * @throws ThriftProtocolError when no further bytes can make this a message within the limits.
   */
  read(input: InputBuffer): ReceivedMessage | undefined;
  /**
   * Returns the part of the next message that has arrived, with its headers, so that an error reply can name the call
   * that `read` rejected. Never throws.
   */
  peek(input: InputBuffer): ReceivedMessage;
  /**
   * Writes the bytes before a message.
   * @param request a reply is framed as its request was; for a request, the values to send.
   * @param headers key-value headers to send; framings without headers drop them.
   */
  begin(
    out: ByteWriter,
    protocol: Protocol,
    request: MessageHeaders | undefined,
    headers: ReadonlyMap<string, string>,
  ): void;
  /** Completes the bytes of `begin`, now that the size is known. */
  end(out: ByteWriter): void;
}

/** The names of the framings, as options and logs use them. */
export type FramingName = 'unframed' | 'framed' | 'header' | 'framed-header' | 'ttheader';
