import { ApplicationError, ThriftProtocolError } from '../errors.js';
import { ReadContext } from '../codec/read-context.js';
import type { ReceivedMessage } from '../framing/framing.js';
import { readTimeout } from '../framing/header.js';
import { isFatal } from '../framing/is-fatal.js';
import type { ThriftLimits } from '../limits.js';
import { CALL, ONEWAY } from '../protocol/constants.js';
import { PerProtocol } from '../protocol/per-protocol.js';
import type { MessageHeader, ProtocolReader } from '../protocol/protocol.js';
import type { AcceptedDialects } from './accepted-dialects.js';
import { OVERLOADED, type Arrival } from './call-limiter.js';
import { reasonOf, type RejectionReason, type ReportFault } from './events.js';
import type { MethodTable } from './method-table.js';
import type { ReplyQueue } from './reply-queue.js';
import type { ReplyWriter } from './reply-writer.js';
import { ServerCall, type CallParts, type CallRunner } from './server-call.js';

/** Minimum memory of an element that is not a number, in bytes, beside its bytes on the wire. */
const ELEMENT_BYTES = 64;
/** Part of maxUnsentBytesPerConnection that is reserved for a reply of a method that has not replied yet. */
const FIRST_REPLY_SHARE = 1 / 32;

/** Dependencies of a dispatcher. */
export interface DispatcherParts extends CallParts {
  /** The methods that can be called. */
  readonly methods: MethodTable;
  readonly limits: ThriftLimits;
  readonly accepted: AcceptedDialects;
  readonly writer: ReplyWriter;
  readonly runner: CallRunner;
  readonly report: ReportFault;
}

/** Turns messages into calls, passes them to the limiter, and rejects those that cannot run. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #readers: PerProtocol<ProtocolReader>;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#readers = new PerProtocol((protocol) => protocol.createReader(parts.limits));
  }

  /** Runs the call in a message, or rejects it. Returns whether the connection can be read further. */
  receive(replies: ReplyQueue<ServerCall>, message: ReceivedMessage, arrival: Arrival): boolean {
    const reader = this.#readerOf(message);
    let call: ServerCall | undefined;
    try {
      const header = reader.readMessageBegin();
      if (replies.isEmpty && this.#rejectsAtOnce(replies, header, message, arrival)) return true;
      call = this.#createCall(replies, header, message);
      const advice = this.#parts.accepted.adviceAgainst(message, replies.framing?.name ?? 'unframed');
      if (advice === undefined) {
        this.#run(call, reader, arrival);
        return true;
      }
      this.#reject(call, 'protocol-not-accepted', 'INVALID_PROTOCOL', advice);
      return false;
    } catch (error) {
      call ??= this.#createCall(replies, unnamed(message), message);
      this.#rejectMalformed(call, error);
      return !isFatal(error, replies.framing?.name !== 'unframed');
    }
  }

  /** Rejects bytes that did not become a message, naming the call where its header can still be read. */
  rejectUnreadable(replies: ReplyQueue<ServerCall>, message: ReceivedMessage, error: unknown): void {
    const reader = this.#readerOf(message);
    let header: MessageHeader;
    try {
      header = reader.readMessageBegin();
    } catch {
      header = unnamed(message);
    }
    this.#rejectMalformed(this.#createCall(replies, header, message), error);
  }

  /** Rejects a call under overload without creating it. Returns false where that takes a closer look. */
  #rejectsAtOnce(
    replies: ReplyQueue<ServerCall>,
    header: MessageHeader,
    { protocol, headers }: ReceivedMessage,
    arrival: Arrival,
  ): boolean {
    const { limiter, methods, reject, writer } = this.#parts;
    if (header.type !== CALL || !limiter.rejectsAtOnce(replies.share, arrival)) return false;
    if (methods.find(header.name)?.method.oneway !== false) return false;
    const { reason, error } = OVERLOADED;
    reject(replies.peer, reason, error.message);
    replies.sendAtOnce(writer.exceptionReply({ protocol, headers, header, replies }, error));
    return true;
  }

  #run(call: ServerCall, reader: ProtocolReader, arrival: Arrival): void {
    const { header, replies } = call;
    const { limits, limiter, methods, runner, reject, writer } = this.#parts;
    if (header.type !== CALL && header.type !== ONEWAY) {
      const message = `a message of type ${String(header.type)} is not a call: clients send types 1 (call) and 4 (oneway)`;
      this.#reject(call, 'invalid-message-type', 'INVALID_MESSAGE_TYPE', message);
      return;
    }
    const entry = methods.find(header.name);
    if (entry === undefined) {
      this.#reject(call, 'unknown-method', 'UNKNOWN_METHOD', methods.describeUnknown(header.name));
      return;
    }
    call.entry = entry;
    if (entry.method.oneway) call.wantsReply = false;
    const isAlone = replies.unanswered === 1 && !arrival.isPipelined;
    const expected = replies.sizes.estimate(entry, isAlone) ?? limits.maxUnsentBytesPerConnection * FIRST_REPLY_SHARE;
    replies.reserve(call, expected);
    if (replies.unanswered > 1) replies.share.isPipelining = true;
    const rejection = limiter.rejectionOf(call, arrival);
    if (rejection !== undefined) {
      reject(call.peer, rejection.reason, rejection.error.message);
      call.close(writer.error(call, rejection.error));
      return;
    }
    const context = new ReadContext(limits);
    const args = entry.codec.args.read(reader, context);
    reader.readMessageEnd();
    if (context.elements > 0) replies.charge(call, context.elements * ELEMENT_BYTES);
    // A client can shorten the server's timeout, not extend it.
    const wantedMs = readTimeout(call.requestHeaders);
    call.setDeadline(Math.min(wantedMs, limits.callTimeoutMs), wantedMs < limits.callTimeoutMs);
    call.begin(runner.createRun(call, args));
    limiter.start(call);
  }

  #rejectMalformed(call: ServerCall, error: unknown): void {
    if (error instanceof ThriftProtocolError) this.#reject(call, reasonOf(error), error.code, error.message);
    else {
      this.#parts.report(error, 'reading a message');
      call.close(this.#parts.writer.error(call, new ApplicationError('INTERNAL_ERROR', 'Internal server error')));
    }
  }

  #reject(call: ServerCall, reason: RejectionReason, code: ApplicationError['code'], message: string): void {
    this.#parts.reject(call.peer, reason, message);
    call.close(this.#parts.writer.error(call, new ApplicationError(code, message)));
  }

  #readerOf({ protocol, bytes, start, end }: ReceivedMessage): ProtocolReader {
    const reader = this.#readers.of(protocol);
    reader.reset(bytes, start, end);
    return reader;
  }

  #createCall(replies: ReplyQueue<ServerCall>, header: MessageHeader, message: ReceivedMessage): ServerCall {
    const call = new ServerCall(header, message, replies, this.#parts);
    replies.add(call, message.memoryBytes);
    return call;
  }
}

/** A header for a message whose own cannot be read, with the seqid of the frame if it has one. */
function unnamed({ headers }: ReceivedMessage): MessageHeader {
  return { name: '', type: CALL, seqid: headers?.sequenceId ?? 0 };
}
