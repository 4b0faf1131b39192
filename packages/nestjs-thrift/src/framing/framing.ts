import type { ByteWriter } from '../protocol/byte-writer.js';
import type { Protocol } from '../protocol/protocol.js';
import type { InputBuffer } from './input-buffer.js';

/** What THeader says beside the message (HeaderFormat.md). Only connections that use it have one. */
export interface MessageHeaders {
  /** The sequence id of the frame, sent back as it came. */
  readonly sequenceId: number;
  /** Whether the peer accepts replies in any order (flag bit 0x0001, as fbthrift has it). */
  readonly outOfOrder: boolean;
  /** Ids of the transforms of the body, in the order they were applied; replies use the same. */
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
  /** What it takes in memory, in bytes: its bytes, inflated where they were compressed, and the headers that it brought. */
  readonly weight: number;
}

/** How messages are told apart on a connection, in both directions. One per connection: it may remember where it stood. */
export interface Framing {
  readonly name: FramingName;
  /**
   * Takes the next whole message out of `input`.
   * @returns undefined while more bytes are needed.
   * @throws ThriftProtocolError when no continuation can make this a message within the limits.
   */
  read(input: InputBuffer): ReceivedMessage | undefined;
  /**
   * As much of the next message as is there, and its headers, so that an error reply can name the call that `read`
   * refused. Never throws.
   */
  peek(input: InputBuffer): ReceivedMessage;
  /**
   * Writes what stands before a message.
   * @param request a reply is framed as its request was; for a request, what the frame shall say.
   * @param headers key-value headers to send; framings without headers drop them.
   */
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
