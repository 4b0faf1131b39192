import type { ByteWriter } from '../protocol/byte-writer.js';
import type { Protocol } from '../protocol/protocol.js';
import type { InputBuffer } from './input-buffer.js';

/** What THeader says beside the message (fbthrift, THeader specification). Only connections that use it have one. */
export interface MessageHeaders {
  /** The sequence id of the frame, sent back as it came. */
  readonly sequenceId: number;
  /** Whether the peer accepts replies in any order (flag bit 0x0001). */
  readonly outOfOrder: boolean;
  /** Ids of the transforms of the body; replies use the same. */
  readonly transforms: readonly number[];
  /** Key-value headers. */
  readonly headers: ReadonlyMap<string, string>;
}

/** One whole message: `bytes[start..end)`, valid until more is read. */
export interface ReceivedMessage {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** The protocol of the message; replies use the same. */
  readonly protocol: Protocol;
  readonly headers: MessageHeaders | undefined;
}

/** How messages are told apart on a connection, in both directions. One per connection: it may remember where it stood. */
export interface Framing {
  readonly name: FramingName;
  /** How many bytes stand before a message: with them an error reply can name the call even where its rest is refused. */
  readonly prefixBytes: number;
  /**
   * Takes the next whole message out of `input`.
   * @returns undefined while more bytes are needed.
   * @throws ThriftProtocolError when no continuation can make this a message within the limits.
   */
  read(input: InputBuffer): ReceivedMessage | undefined;
  /** Writes what stands before a message; a reply is framed as its request was. */
  begin(
    out: ByteWriter,
    protocol: Protocol,
    request: MessageHeaders | undefined,
    headers: ReadonlyMap<string, string>,
  ): void;
  /** Completes what `begin` wrote, now that the size is known. */
  end(out: ByteWriter, request: MessageHeaders | undefined): void;
}

/** The names of the framings, as options and logs use them. */
export type FramingName = 'unframed' | 'framed' | 'header' | 'framed-header';
