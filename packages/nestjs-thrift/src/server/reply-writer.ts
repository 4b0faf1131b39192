import { ThriftError, ThriftProtocolError } from '../errors.js';
import type { ThriftLimits } from '../limits.js';
import { ByteWriter, type WrittenMessage } from '../protocol/byte-writer.js';
import { EXCEPTION, REPLY } from '../protocol/constants.js';
import { writeApplicationException } from '../protocol/envelope.js';
import { PerProtocol } from '../protocol/per-protocol.js';
import type { ProtocolWriter } from '../protocol/protocol.js';
import { NO_HEADERS } from '../nest/context.js';
import type { MethodEntry } from './method-table.js';
import type { ServerCall } from './server-call.js';

/** Longer messages of errors are cut, in UTF-16 units. */
const MAX_ERROR_LENGTH = 16_384;
/** Room for an error reply: its message and the greatest method name in JSON, and all headers that a reply may have. */
const ERROR_REPLY_BYTES = 262_144;

/** Writes replies, in the dialect of their call. */
export class ReplyWriter {
  private readonly out = new ByteWriter();
  private readonly writers = new PerProtocol((protocol) => protocol.createWriter(this.out));

  constructor(private readonly limits: ThriftLimits) {}

  /** A reply with the fields of the method's result struct. @throws ThriftError when they don't fit the IDL or the limit. */
  result(call: ServerCall, entry: MethodEntry, result: object): WrittenMessage {
    const writer = this.begin(call, REPLY, this.limits.maxMessageBytes);
    try {
      entry.codec.result.write(writer, result);
      return this.finish(call, writer);
    } catch (error) {
      this.out.abandon();
      throw describe(error, entry);
    }
  }

  /** A TApplicationException. */
  error(call: ServerCall, error: ThriftError): WrittenMessage {
    const writer = this.begin(call, EXCEPTION, ERROR_REPLY_BYTES);
    const { message } = error;
    const fits = message.length <= MAX_ERROR_LENGTH;
    writeApplicationException(writer, fits ? error : new ThriftError(error.code, message.slice(0, MAX_ERROR_LENGTH)));
    return this.finish(call, writer);
  }

  private begin(call: ServerCall, type: number, limitBytes: number): ProtocolWriter {
    this.out.begin(limitBytes);
    call.connection.replyFraming?.begin(
      this.out,
      call.protocol,
      call.headers,
      call.context?.replyHeaders ?? NO_HEADERS,
    );
    const writer = this.writers.of(call.protocol);
    writer.writeMessageBegin(withoutService(call.header.name), type, call.header.seqid);
    return writer;
  }

  private finish(call: ServerCall, writer: ProtocolWriter): WrittenMessage {
    writer.writeMessageEnd();
    call.connection.replyFraming?.end(this.out, call.headers);
    return this.out.finish();
  }
}

/** A multiplexed call names its service, `Tasks:add`; its reply does not, and Apache's clients look for the plain name. */
function withoutService(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The error that a client gets for a reply that could not be written; it names the path or the size. */
function describe(error: unknown, entry: MethodEntry): unknown {
  if (!(error instanceof ThriftProtocolError)) return error;
  const advice = error.reason === 'size-limit' && entry.whenTooLarge !== undefined ? `; ${entry.whenTooLarge}` : '';
  return new ThriftError('INTERNAL_ERROR', `reply of ${entry.method.name}: ${error.message}${advice}`, {
    cause: error,
  });
}
