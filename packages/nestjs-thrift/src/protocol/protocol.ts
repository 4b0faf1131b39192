import type { ByteWriter } from './byte-writer.js';

/** What a message starts with, in every protocol. */
export interface MessageHeader {
  /** As sent; `Service:method` when multiplexed. */
  readonly name: string;
  /** CALL, REPLY, EXCEPTION or ONEWAY of `constants.ts`, or an unknown number. */
  readonly type: number;
  /** Signed 32 bits, sent back as it came. */
  readonly seqid: number;
}

/** The bounds that a reader and a scanner hold to. All sizes are checked before anything is allocated. */
export interface ReadLimits {
  /** Greatest size of a message, in bytes. */
  readonly maxMessageBytes: number;
  /** Greatest size of one string or binary, in bytes. */
  readonly maxStringBytes: number;
  /** Greatest number of elements in a list or set, or of entries in a map. */
  readonly maxContainerSize: number;
  /** Greatest nesting of structs and containers, in skipped fields too. */
  readonly maxDepth: number;
}

/**
 * Reads one message that is in memory from its first to its last byte. Every method throws ThriftProtocolError on bytes
 * that break the protocol or a limit. One reader serves many messages, one after the other.
 *
 * Begin methods leave what they found in the fields below rather than in an object: they run once a field. A set is a list
 * on the wire, so it has no methods of its own.
 */
export interface ProtocolReader {
  readonly limits: ReadLimits;
  /** After `readFieldBegin`: the id of the field. */
  readonly fieldId: number;
  /** After `readListBegin`: the type of the elements. After `readMapBegin`: that of the values. */
  readonly elementType: number;
  /** After `readMapBegin`: the type of the keys. */
  readonly keyType: number;

  /** Points the reader at the message in `bytes[start..end)`. */
  reset(bytes: Buffer, start: number, end: number): void;
  readMessageBegin(): MessageHeader;
  /** Checks that the message ends here. */
  readMessageEnd(): void;
  /** Returns what `readStructEnd` needs to find its way back (compact: the last field id). */
  readStructBegin(): number;
  readStructEnd(outer: number): void;
  /** The type of the next field, or STOP. */
  readFieldBegin(): number;
  readFieldEnd(): void;
  /** The number of elements. */
  readListBegin(): number;
  readListEnd(): void;
  /** The number of entries. Of an empty map the types may be unknown: they read as STOP. */
  readMapBegin(): number;
  readMapEnd(): void;
  readBool(): boolean;
  readI8(): number;
  readI16(): number;
  readI32(): number;
  readI64(): bigint;
  readDouble(): number;
  /** Valid UTF-8 or an error, never a silent replacement. */
  readString(): string;
  /** A copy: the bytes of the message are reused. */
  readBinary(): Buffer;
  /** Lower case with dashes. */
  readUuid(): string;
  /** Passes over `count` values, one or more, of a type that is neither struct nor container; `skip` is for any type. */
  skipScalars(type: number, count: number): void;
}

/**
 * Writes messages into a `ByteWriter`. Values must have been checked: the codec does that, since it knows the path to
 * put into the error.
 */
export interface ProtocolWriter {
  writeMessageBegin(name: string, type: number, seqid: number): void;
  writeMessageEnd(): void;
  /** Returns what `writeStructEnd` needs. */
  writeStructBegin(): number;
  /** Writes the stop mark too. */
  writeStructEnd(outer: number): void;
  writeFieldBegin(type: number, id: number): void;
  writeFieldEnd(): void;
  writeListBegin(elementType: number, size: number): void;
  writeListEnd(): void;
  writeMapBegin(keyType: number, valueType: number, size: number): void;
  writeMapEnd(): void;
  writeBool(value: boolean): void;
  writeI8(value: number): void;
  writeI16(value: number): void;
  writeI32(value: number): void;
  writeI64(value: bigint): void;
  writeDouble(value: number): void;
  /** False, and nothing written, when the value is not well-formed Unicode: only a reader of all of it can tell. */
  writeString(value: string): boolean;
  writeBinary(value: Uint8Array): void;
  writeUuid(value: string): void;
}

/**
 * Finds the end of one message that has no length before it, over bytes that arrive in pieces. It remembers where it
 * stood, so that all pieces together cost one pass (decoding again from the start at each piece would be quadratic).
 */
export interface MessageScanner {
  /** Starts anew with the next message. */
  reset(): void;
  /** The offset after what may stand between two messages and belongs to neither: white space, in JSON. */
  passBetween(bytes: Buffer, start: number, end: number): number;
  /**
   * Goes on over `bytes[start..end)`, which holds the message so far from its first byte.
   * @returns the offset after the message, or -1 when more bytes are needed.
   * @throws ThriftProtocolError when no continuation can make this a message within the limits.
   */
  scan(bytes: Buffer, start: number, end: number): number;
}

/** The names of the protocols, as options and logs use them. */
export type ProtocolName = 'binary' | 'compact' | 'json';

/** A protocol: how values and messages stand in bytes. */
export interface Protocol {
  readonly name: ProtocolName;
  createReader(limits: ReadLimits): ProtocolReader;
  createWriter(bytes: ByteWriter): ProtocolWriter;
  createScanner(limits: ReadLimits): MessageScanner;
}
