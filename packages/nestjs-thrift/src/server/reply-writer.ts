import { ApplicationError, ThriftProtocolError } from '../errors.js';
import type { ThriftLimits } from '../limits.js';
import { ByteWriter, type WrittenMessage } from '../protocol/byte-writer.js';
import { EXCEPTION, REPLY } from '../protocol/constants.js';
import { writeApplicationException, type ApplicationException } from '../protocol/envelope.js';
import { PerProtocol } from '../protocol/per-protocol.js';
import type { ProtocolWriter } from '../protocol/protocol.js';
import type { FieldSchema, MethodSchema } from '../schema.js';
import type { CallOutcome, ReportFault } from './events.js';
import type { MethodEntry } from './method-table.js';
import { isAbandoned, type CallEnding, type ServerCall } from './server-call.js';

/** Maximum length of an error message, in UTF-16 units; longer ones are cut. */
const MAX_ERROR_LENGTH = 16_384;
/** Maximum size of an error reply: its message and the longest method name in JSON, with all headers of a reply. */
const ERROR_REPLY_BYTES = 262_144;
const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** An exception of the IDL, as a handler throws it. */
interface DeclaredException {
  /** Its name in the IDL. */
  readonly type: string;
  /** Its fields. */
  readonly value: object;
}

/** What the encoding of a reply depends on. */
export type ReplyTarget = Pick<ServerCall, 'protocol' | 'headers' | 'header'> & {
  readonly replies: Pick<ServerCall['replies'], 'framing'>;
  readonly replyHeaders?: ServerCall['replyHeaders'];
};

/** Encodes replies in the dialects of their calls. Sends nothing: the call is closed with the result. */
export class ReplyWriter {
  readonly #limits: ThriftLimits;
  readonly #report: ReportFault;
  readonly #out = new ByteWriter();
  readonly #writers = new PerProtocol((protocol) => protocol.createWriter(this.#out));

  constructor(limits: ThriftLimits, report: ReportFault) {
    this.#limits = limits;
    this.#report = report;
  }

  /** The ending of a call that returned a value. A value that does not fit the IDL or the limit is reported, and an error. */
  value(call: ServerCall, value: unknown): CallEnding {
    const { returns, name } = call.method;
    if (returns !== undefined && (value === undefined || value === null) && call.wantsReply) {
      return this.error(call, new ApplicationError('MISSING_RESULT', `${name} returned no value`));
    }
    return this.#result(call, returns === undefined ? {} : { success: value }, 'ok', undefined);
  }

  /** The ending of a call with an exception; undefined when the IDL does not declare it for this method. */
  exception(call: ServerCall, thrown: DeclaredException): CallEnding | undefined {
    const field = fieldOf(call.method, thrown.type);
    return field === undefined ? undefined : this.#result(call, { [field.name]: thrown.value }, 'exception', thrown);
  }

  /** The ending of a call with a TApplicationException. */
  error(call: ServerCall, error: ApplicationException, outcome: CallOutcome = 'error'): CallEnding {
    if (!call.wantsReply || isAbandoned(call)) return { outcome, reply: undefined, error };
    return { outcome, reply: this.exceptionReply(call, error), error };
  }

  /** The reply with a TApplicationException. */
  exceptionReply(target: ReplyTarget, error: ApplicationException): WrittenMessage {
    const writer = this.#begin(target, EXCEPTION, ERROR_REPLY_BYTES);
    writeApplicationException(writer, { code: error.code, message: error.message.slice(0, MAX_ERROR_LENGTH) });
    return this.#finish(target, writer);
  }

  #result(call: ServerCall, result: object, outcome: CallOutcome, error: unknown): CallEnding {
    if (!call.wantsReply || isAbandoned(call)) return { outcome, reply: undefined, error };
    const entry = call.entry as MethodEntry;
    try {
      const reply = this.#encode(call, entry, result);
      call.replies.sizes.update(entry, reply.end - reply.start);
      return { outcome, reply, error };
    } catch (failure) {
      this.#report(failure, entry.method.name);
      const isKnown = failure instanceof ApplicationError || failure instanceof ThriftProtocolError;
      return this.error(call, isKnown ? failure : new ApplicationError('INTERNAL_ERROR', 'Internal server error'));
    }
  }

  #encode(call: ServerCall, entry: MethodEntry, result: object): WrittenMessage {
    const writer = this.#begin(call, REPLY, this.#limits.maxMessageBytes, call.reservedBytes);
    try {
      entry.codec.result.write(writer, result);
      return this.#finish(call, writer);
    } catch (error) {
      this.#out.abandon();
      throw describe(error, entry);
    }
  }

  #begin(target: ReplyTarget, type: number, limitBytes: number, expectedBytes?: number): ProtocolWriter {
    const { protocol, headers, header, replies, replyHeaders } = target;
    this.#out.begin(limitBytes, expectedBytes);
    replies.framing?.begin(this.#out, protocol, headers, replyHeaders ?? NO_HEADERS);
    const writer = this.#writers.of(protocol);
    writer.writeMessageBegin(withoutService(header.name), type, header.seqid);
    return writer;
  }

  #finish({ replies }: ReplyTarget, writer: ProtocolWriter): WrittenMessage {
    writer.writeMessageEnd();
    replies.framing?.end(this.#out);
    return this.#out.finish();
  }
}

/** The field of an exception by its name in the IDL, or by its name without the file's prefix where only one has it. */
function fieldOf({ throws }: MethodSchema, name: string): FieldSchema | undefined {
  const known = throws.find(({ type }) => type.kind === 'struct' && type.struct.qualifiedName === name);
  if (known !== undefined) return known;
  const [first, ...others] = throws.filter(({ type }) => type.kind === 'struct' && type.struct.name === name);
  return others.length === 0 ? first : undefined;
}

/** Strips the service from the name of a multiplexed call, `Tasks:add`: Apache's clients expect the plain name in the reply. */
function withoutService(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The error that a client gets for a reply that could not be encoded; it names the path or the size. */
function describe(error: unknown, entry: MethodEntry): unknown {
  if (!(error instanceof ThriftProtocolError)) return error;
  const advice = error.reason === 'size-limit' && entry.whenTooLarge !== undefined ? `; ${entry.whenTooLarge}` : '';
  return new ApplicationError('INTERNAL_ERROR', `reply of ${entry.method.name}: ${error.message}${advice}`, {
    cause: error,
  });
}
