import type { ByteWriter } from './byte-writer.js';

/** Start of a message, in every protocol. */
export interface MessageHeader {
  /** As sent; `Service:method` when multiplexed. */
  readonly name: string;
  /** CALL, REPLY, EXCEPTION or ONEWAY of `constants.ts`, or an unknown number. */
  readonly type: number;
  /** Signed 32 bits, echoed in the reply. */
  readonly seqid: number;
}

/** Bounds of a reader and a scanner. All sizes are checked before anything is allocated. */
export interface ReadLimits {
  readonly maxMessageBytes: number;
  /** Maximum size of one string or binary, in bytes. */
  readonly maxStringBytes: number;
  /** Maximum number of elements in a list or set, or of entries in a map. */
  readonly maxContainerSize: number;
  /** Maximum nesting of structs and containers, in skipped fields too. */
  readonly maxDepth: number;
}

/**
 * Reads a complete message in memory. Every method throws ThriftProtocolError on bytes that break the protocol or a
 * limit. One reader serves many messages, one after the other.
 *
 * Begin methods store their result in the fields below rather than in a new object: they run once per field. A set is a
 * list on the wire, so it has no methods of its own.
 */
export interface ProtocolReader {
  readonly limits: ReadLimits;
  /** Set by `readFieldBegin`: the id of the field. */
  readonly fieldId: number;
  /** Set by `readListBegin` to the type of the elements, by `readMapBegin` to that of the values. */
  readonly elementType: number;
  /** Set by `readMapBegin`: the type of the keys. */
  readonly keyType: number;

  /** Starts reading the message in `bytes[start..end)`. */
  reset(bytes: Buffer, start: number, end: number): void;
  readMessageBegin(): MessageHeader;
  /** Checks that the message ends here. */
  readMessageEnd(): void;
  /** Returns the state to pass to `readStructEnd` (compact: the last field id). */
  readStructBegin(): number;
  readStructEnd(outer: number): void;
  /** Returns the type of the next field, or STOP. */
  readFieldBegin(): number;
  readFieldEnd(): void;
  /** Returns the number of elements. */
  readListBegin(): number;
  readListEnd(): void;
  /** Returns the number of entries. The types of an empty map may be unknown: they read as STOP. */
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
  /** Skips `count` values, one or more, of a type that is neither struct nor container; `skip` handles any type. */
  skipScalars(type: number, count: number): void;
}

/**
 * Writes messages into a `ByteWriter`. Values must be valid: the codec checks them, since it knows the path for the
 * error.
 */
export interface ProtocolWriter {
  writeMessageBegin(name: string, type: number, seqid: number): void;
  writeMessageEnd(): void;
  /** Returns the state to pass to `writeStructEnd`. */
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
  /**
   * Returns false, with nothing written, when the value is not well-formed Unicode: only reading all of it can tell.
   */
  writeString(value: string): boolean;
  writeBinary(value: Uint8Array): void;
  writeUuid(value: string): void;
}

/**
 * Finds the end of one message without length prefix, over bytes that arrive in pieces. It keeps its position, so that
 * all pieces together cost one pass (decoding again from the start at each piece would be quadratic).
 */
export interface MessageScanner {
  reset(): void;
  /** Returns the offset after bytes that may separate two messages: white space, in JSON. */
  passBetween(bytes: Buffer, start: number, end: number): number;
  /**
   * Continues with `bytes[start..end)`, the message received so far from its first byte.
   * @returns the offset after the message, or -1 when more bytes are needed.
   * @throws ThriftProtocolError when no further bytes can make this a message within the limits.
   */
  scan(bytes: Buffer, start: number, end: number): number;
}

/** The names of the protocols, as options and logs use them. */
export type ProtocolName = 'binary' | 'compact' | 'json';

/** A protocol: the encoding of values and messages. */
export interface Protocol {
  readonly name: ProtocolName;
  createReader(limits: ReadLimits): ProtocolReader;
  createWriter(bytes: ByteWriter): ProtocolWriter;
  createScanner(limits: ReadLimits): MessageScanner;
}
