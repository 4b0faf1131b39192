import { ThriftProtocolError } from '../errors.js';
import type { ProtocolReader, ProtocolWriter, ReadLimits } from '../protocol/protocol.js';
import type { MethodSchema, StructSchema } from '../schema.js';
import { ReadContext } from './read-context.js';
import { ReaderCompiler, type ReadOptions, type ReadStruct, type StructValue } from './reader-compiler.js';
import { WriterCompiler, type WriteValue } from './writer-compiler.js';
import { WrongValue } from './wrong-value.js';

/** Depth of the outermost struct of a message. */
const OUTERMOST = 1;

/** Reads and writes one struct, in any protocol. */
class StructCodec {
  constructor(
    private readonly readStruct: ReadStruct,
    private readonly writeStruct: WriteValue,
  ) {}

  /**
   * @param context collects what the message holds besides its values.
   * @throws ThriftProtocolError on bytes that break the protocol, a limit or the schema.
   */
  read(reader: ProtocolReader, context = new ReadContext(reader.limits)): StructValue {
    return this.readStruct(reader, OUTERMOST, context);
  }

  /** @throws ThriftProtocolError with the path of the value that does not fit: `success[3].name: expected …`. */
  write(writer: ProtocolWriter, value: object): void {
    try {
      this.writeStruct(writer, value, OUTERMOST);
    } catch (error) {
      throw WrongValue.toThriftError(error);
    }
  }
}

/** Reads and writes the arguments and the result of one method. */
export interface MethodCodec {
  readonly args: StructCodec;
  readonly result: StructCodec;
}

/** Compiles the schema, each struct once. */
export class Codec {
  private readonly readers: ReaderCompiler;
  private readonly writers: WriterCompiler;

  constructor(limits: ReadLimits, options: ReadOptions = { stringMapsAsObjects: false }) {
    this.readers = new ReaderCompiler(limits, options);
    this.writers = new WriterCompiler(limits.maxDepth);
  }

  struct(struct: StructSchema): StructCodec {
    return new StructCodec(this.readers.struct(struct), this.writers.struct(struct));
  }

  method(method: MethodSchema): MethodCodec {
    return { args: this.struct(method.args), result: this.struct(method.result) };
  }
}

/** Returns the method's value from the struct received. @throws ThriftProtocolError when there is none. */
export function requireSuccess(method: MethodSchema, result: StructValue): StructValue[string] {
  if (method.returns !== undefined && result['success'] === undefined) {
    throw new ThriftProtocolError('missing-field', `${method.name} returned neither a value nor a declared exception`);
  }
  return result['success'];
}
