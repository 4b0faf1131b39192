import type { ByteWriter } from '../byte-writer.js';
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  JSON_VERSION,
  OPEN_BRACE,
  Place,
  QUOTE,
  TYPE_NAMES,
} from './json-syntax.js';
import type { ProtocolWriter } from '../protocol.js';
import { SHORT_STRING_LENGTH } from '../text-writer.js';

/** Field headers by id and type: as many as the IDLs have. */
const fieldHeaders = new Map<number, Buffer>();

/** Writes Apache's JSON protocol (lib/cpp/src/thrift/protocol/TJSONProtocol.h). */
export class JsonWriter implements ProtocolWriter {
  private place: number = Place.ALONE;
  /** The position of each open container. The codec bounds their number. */
  private readonly outerPlaces: number[] = [];

  constructor(private readonly out: ByteWriter) {}

  writeMessageBegin(name: string, type: number, seqid: number): void {
    // An abandoned message may have left some.
    this.outerPlaces.length = 0;
    this.place = Place.ALONE;
    this.writeText(`[${String(JSON_VERSION)},`);
    this.writeString(name);
    this.writeText(`,${String(type)},${String(seqid)}`);
    this.place = Place.ELEMENT;
  }

  writeMessageEnd(): void {
    this.writeByte(CLOSE_BRACKET);
  }

  writeStructBegin(): number {
    this.beforeValue();
    this.writeByte(OPEN_BRACE);
    this.enter(Place.FIRST_FIELD);
    return 0;
  }

  writeStructEnd(): void {
    this.writeByte(CLOSE_BRACE);
    this.leave();
  }

  writeFieldBegin(type: number, id: number): void {
    if (this.place === Place.FIELD) this.writeByte(COMMA);
    this.writeBytes(fieldHeader(type, id));
    this.place = Place.ALONE;
  }

  writeFieldEnd(): void {
    this.writeByte(CLOSE_BRACE);
    this.place = Place.FIELD;
  }

  writeListBegin(elementType: number, size: number): void {
    this.beforeValue();
    this.writeText(`["${typeName(elementType)}",${String(size)}`);
    this.enter(Place.ELEMENT);
  }

  writeListEnd(): void {
    this.writeByte(CLOSE_BRACKET);
    this.leave();
  }

  writeMapBegin(keyType: number, valueType: number, size: number): void {
    this.beforeValue();
    this.writeText(`["${typeName(keyType)}","${typeName(valueType)}",${String(size)},{`);
    this.enter(Place.FIRST_KEY);
  }

  writeMapEnd(): void {
    this.writeByte(CLOSE_BRACE);
    this.writeByte(CLOSE_BRACKET);
    this.leave();
  }

  writeBool(value: boolean): void {
    this.writeNumber(value ? '1' : '0');
  }

  writeI8(value: number): void {
    this.writeNumber(String(value));
  }

  writeI16(value: number): void {
    this.writeNumber(String(value));
  }

  writeI32(value: number): void {
    this.writeNumber(String(value));
  }

  writeI64(value: bigint): void {
    this.writeNumber(String(value));
  }

  writeDouble(value: number): void {
    // Some readers take `-0` for an integer, which has no sign to keep.
    if (Number.isFinite(value)) this.writeNumber(Object.is(value, -0) ? '-0.0' : String(value));
    else this.writeQuoted(String(value));
  }

  writeString(value: string): boolean {
    this.beforeValue();
    return (value.length <= SHORT_STRING_LENGTH && this.writeShortPlain(value)) || this.writeEscaped(value);
  }

  /** Base64 with padding: some readers require it, all accept it. */
  writeBinary(value: Uint8Array): void {
    this.beforeValue();
    const at = this.out.reserve(Math.ceil(value.length / 3) * 4 + 2);
    const { bytes } = this.out;
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    bytes[at] = QUOTE;
    bytes.write(text, at + 1, 'latin1');
    bytes[at + 1 + text.length] = QUOTE;
  }

  writeUuid(value: string): void {
    this.writeQuoted(value.toLowerCase());
  }

  private writeNumber(digits: string): void {
    if (this.beforeValue()) this.writeText(`"${digits}"`);
    else this.writeText(digits);
  }

  private writeQuoted(text: string): void {
    this.beforeValue();
    this.writeText(`"${text}"`);
  }

  /** Writes the separator before the next value, and returns whether that value is a key. */
  private beforeValue(): boolean {
    switch (this.place) {
      case Place.ELEMENT:
        this.writeByte(COMMA);
        return false;
      case Place.VALUE:
        this.writeByte(COLON);
        this.place = Place.KEY;
        return false;
      case Place.KEY:
        this.writeByte(COMMA);
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
    this.outerPlaces.push(this.place);
    this.place = place;
  }

  private leave(): void {
    this.place = this.outerPlaces.pop() ?? Place.ALONE;
  }

  private writeByte(byte: number): void {
    const at = this.out.reserve(1);
    this.out.bytes[at] = byte;
  }

  private writeBytes(source: Buffer): void {
    const { length } = source;
    const at = this.out.reserve(length);
    const { bytes } = this.out;
    for (let i = 0; i < length; i++) bytes[at + i] = source[i] as number;
  }

  /** Writes ASCII as it is. */
  private writeText(text: string): void {
    const { length } = text;
    const at = this.out.reserve(length);
    const { bytes } = this.out;
    for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
  }

  /** Writes a string without characters to escape. Otherwise returns false, with nothing written. */
  private writeShortPlain(value: string): boolean {
    const { length } = value;
    const at = this.out.reserve(length + 2);
    const { bytes } = this.out;
    bytes[at] = QUOTE;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) {
        this.out.position = at;
        return false;
      }
      bytes[at + 1 + i] = code;
    }
    bytes[at + 1 + length] = QUOTE;
    return true;
  }

  /** JSON.stringify escapes the same characters as Apache, in the same way. */
  private writeEscaped(value: string): boolean {
    if (!value.isWellFormed()) return false;
    const text = JSON.stringify(value);
    const size = Buffer.byteLength(text, 'utf8');
    const at = this.out.reserve(size);
    this.out.bytes.write(text, at, size, 'utf8');
    return true;
  }
}

/** Text before the value of a field. */
function fieldHeader(type: number, id: number): Buffer {
  const key = id * 32 + type;
  const known = fieldHeaders.get(key);
  if (known !== undefined) return known;
  const header = Buffer.from(`"${String(id)}":{"${typeName(type)}":`);
  fieldHeaders.set(key, header);
  return header;
}

function typeName(type: number): string {
  return TYPE_NAMES.get(type) as string;
}
