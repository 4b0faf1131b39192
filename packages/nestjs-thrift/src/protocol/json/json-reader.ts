import { ThriftProtocolError } from '../../errors.js';
import { checkContainerSize, checkNameSize, checkElementsFit, checkStringSize, depthExceeded } from '../bounds.js';
import { BOOL, BYTE, DOUBLE, I16, I32, I64, STOP } from '../constants.js';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  JSON_VERSION,
  OPEN_BRACE,
  OPEN_BRACKET,
  Place,
} from './json-syntax.js';
import { JsonTokens } from './json-tokens.js';
import type { MessageHeader, ProtocolReader, ReadLimits } from '../protocol.js';
import { isUuid } from '../uuid.js';

/** Minimum size of an element including its comma, and of a map entry: `"":1`. */
const MIN_ELEMENT_BYTES = 2;
const MIN_ENTRY_BYTES = 4;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Reads Apache's JSON protocol (lib/cpp/src/thrift/protocol/TJSONProtocol.h). Open containers push their position onto
 * a stack, whose size is the depth limit.
 */
export class JsonReader implements ProtocolReader {
  fieldId = 0;
  elementType = 0;
  keyType = 0;

  private readonly tokens = new JsonTokens();
  private place: number = Place.ALONE;
  private readonly outerPlaces: Uint8Array;
  private depth = 0;
  private readonly checkStringSize: (size: number) => void;

  constructor(readonly limits: ReadLimits) {
    this.outerPlaces = new Uint8Array(limits.maxDepth);
    this.checkStringSize = (size) => {
      checkStringSize(size, limits);
    };
  }

  reset(bytes: Buffer, start: number, end: number): void {
    this.tokens.reset(bytes, start, end);
    this.place = Place.ALONE;
    this.depth = 0;
  }

  readMessageBegin(): MessageHeader {
    const { tokens } = this;
    tokens.expect(OPEN_BRACKET);
    const version = this.readI32();
    if (version !== JSON_VERSION) {
      throw new ThriftProtocolError('bad-version', `version ${String(version)} of the JSON protocol is not 1`);
    }
    tokens.expect(COMMA);
    const name = tokens.readString(checkNameSize);
    tokens.expect(COMMA);
    const type = this.readI32();
    tokens.expect(COMMA);
    const seqid = this.readI32();
    this.place = Place.ELEMENT;
    return { name, type, seqid };
  }

  readMessageEnd(): void {
    this.tokens.expect(CLOSE_BRACKET);
    this.tokens.expectEnd();
  }

  readStructBegin(): number {
    this.beforeValue();
    this.tokens.expect(OPEN_BRACE);
    this.enter(Place.FIRST_FIELD);
    return 0;
  }

  readStructEnd(): void {
    this.tokens.expect(CLOSE_BRACE);
    this.leave();
  }

  readFieldBegin(): number {
    const { tokens } = this;
    if (tokens.peek() === CLOSE_BRACE) return STOP;
    if (this.place === Place.FIELD) tokens.expect(COMMA);
    this.fieldId = tokens.readInteger(-0x8000, 0x7fff, true);
    tokens.expect(COLON);
    tokens.expect(OPEN_BRACE);
    const type = tokens.readTypeName();
    tokens.expect(COLON);
    this.place = Place.ALONE;
    return type;
  }

  readFieldEnd(): void {
    this.tokens.expect(CLOSE_BRACE);
    this.place = Place.FIELD;
  }

  readListBegin(): number {
    this.beforeValue();
    this.tokens.expect(OPEN_BRACKET);
    this.elementType = this.tokens.readTypeName();
    const size = this.readSize(MIN_ELEMENT_BYTES);
    this.enter(Place.ELEMENT);
    return size;
  }

  readListEnd(): void {
    this.tokens.expect(CLOSE_BRACKET);
    this.leave();
  }

  readMapBegin(): number {
    this.beforeValue();
    this.tokens.expect(OPEN_BRACKET);
    this.keyType = this.tokens.readTypeName();
    this.tokens.expect(COMMA);
    this.elementType = this.tokens.readTypeName();
    const size = this.readSize(MIN_ENTRY_BYTES);
    this.tokens.expect(COMMA);
    this.tokens.expect(OPEN_BRACE);
    this.enter(Place.FIRST_KEY);
    return size;
  }

  readMapEnd(): void {
    this.tokens.expect(CLOSE_BRACE);
    this.tokens.expect(CLOSE_BRACKET);
    this.leave();
  }

  readBool(): boolean {
    return this.readInteger(0, 1) === 1;
  }

  readI8(): number {
    return this.readInteger(-0x80, 0x7f);
  }

  readI16(): number {
    return this.readInteger(-0x8000, 0x7fff);
  }

  readI32(): number {
    return this.readInteger(-0x8000_0000, 0x7fff_ffff);
  }

  readI64(): bigint {
    return this.tokens.readBigInteger(this.beforeValue());
  }

  readDouble(): number {
    return this.tokens.readDouble(this.beforeValue());
  }

  readString(): string {
    this.beforeValue();
    return this.tokens.readString(this.checkStringSize);
  }

  /** Base64, with padding (npm `thrift`, Python) or without (C++, Java). */
  readBinary(): Buffer {
    this.beforeValue();
    const text = this.tokens.readAscii();
    const digits = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
    if (digits % 4 === 1 || !BASE64.test(text))
      throw new ThriftProtocolError('malformed', 'a binary that is not base64');
    this.checkStringSize(Math.floor((digits * 3) / 4));
    return Buffer.from(text, 'base64');
  }

  readUuid(): string {
    this.beforeValue();
    const text = this.tokens.readAscii();
    if (!isUuid(text)) throw new ThriftProtocolError('malformed', `${JSON.stringify(text.slice(0, 64))} is not a UUID`);
    return text.toLowerCase();
  }

  skipScalars(type: number, count: number): void {
    for (let i = 0; i < count; i++) this.skipScalar(type);
  }

  private skipScalar(type: number): void {
    if (type === BOOL) this.readBool();
    else if (type === BYTE) this.readI8();
    else if (type === I16) this.readI16();
    else if (type === I32) this.readI32();
    else if (type === I64) this.readI64();
    else if (type === DOUBLE) this.readDouble();
    else {
      // Reads a string, a binary or a UUID: they have the same form.
      this.beforeValue();
      this.tokens.passString();
    }
  }

  private readInteger(least: number, most: number): number {
    return this.tokens.readInteger(least, most, this.beforeValue());
  }

  private readSize(minElementBytes: number): number {
    this.tokens.expect(COMMA);
    const size = this.tokens.readInteger(-0x8000_0000, 0x7fff_ffff, false);
    checkContainerSize(size, this.limits);
    checkElementsFit(size, minElementBytes, this.tokens.left);
    return size;
  }

  /** Skips the separator before the next value, and returns whether that value is a key. */
  private beforeValue(): boolean {
    switch (this.place) {
      case Place.ELEMENT:
        this.tokens.expect(COMMA);
        return false;
      case Place.VALUE:
        this.tokens.expect(COLON);
        this.place = Place.KEY;
        return false;
      case Place.KEY:
        this.tokens.expect(COMMA);
        this.place = Place.VALUE;
        return true;
      case Place.FIRST_KEY:
        this.place = Place.VALUE;
        return true;
      default:
        return false;
    }
  }

  private enter(place: number): void {
    if (this.depth >= this.outerPlaces.length) throw depthExceeded(this.limits);
    this.outerPlaces[this.depth++] = this.place;
    this.place = place;
  }

  private leave(): void {
    this.place = this.outerPlaces[--this.depth] as number;
  }
}
