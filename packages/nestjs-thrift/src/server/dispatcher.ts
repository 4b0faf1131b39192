import type { ThriftPeer } from '../connection/peer.js';
import { ThriftContext, NO_HEADERS } from '../nest/context.js';
import { ThriftError, ThriftException } from '../errors.js';
import type { ReceivedMessage } from '../framing/framing.js';
import { TIMEOUT_HEADER } from '../framing/header.js';
import { isFatal } from '../framing/is-fatal.js';
import { givenUpMessage, type GivenUpReason } from '../given-up.js';
import type { ThriftLimits } from '../limits.js';
import type { StructValue } from '../codec/reader-compiler.js';
import { CALL, ONEWAY } from '../protocol/constants.js';
import { PerProtocol } from '../protocol/per-protocol.js';
import type { MessageHeader, ProtocolReader } from '../protocol/protocol.js';
import type { AcceptedDialects } from './accepted-dialects.js';
import { CallScope } from './call-scope.js';
import type { ServerConnection } from './server-connection.js';
import type { CallOutcome, CallEnd, RejectionReason } from './events.js';
import type { MethodEntry, MethodTable } from './method-table.js';
import { ServerCall } from './server-call.js';
import { rejectionReason, type Refusal } from './refusals.js';
import { ReplyWriter } from './reply-writer.js';
import { describeThrown } from '../nest/thrown.js';

/** What an element takes at least that is more than a number, beside its bytes on the wire. */
const ELEMENT_BYTES = 64;

/** What the dispatcher needs of the server. */
export interface DispatcherHost {
  readonly limits: ThriftLimits;
  readonly accepted: AcceptedDialects;
  /** Why this call may not run now; undefined when it may. */
  refusal(call: ServerCall): Refusal | undefined;
  /** Runs a handler with everything that Nest puts around it. Never throws, never rejects. */
  invoke(call: ServerCall, entry: MethodEntry, args: StructValue, context: ThriftContext): void;
  reject(peer: ThriftPeer, reason: RejectionReason, message: string): void;
  ended(call: ServerCall, end: CallEnd): void;
  report(error: unknown, what: string): void;
}

/** Takes whole messages to handlers, and what becomes of them back to the connection. */
export class Dispatcher {
  private readonly replies: ReplyWriter;
  private readonly readers: PerProtocol<ProtocolReader>;

  /** @param methods what can be called: another table once the handlers are known. */
  constructor(
    private readonly host: DispatcherHost,
    public methods: MethodTable,
  ) {
    this.readers = new PerProtocol((protocol) => protocol.createReader(host.limits));
    this.replies = new ReplyWriter(host.limits);
  }

  /** Runs the call in a message, or answers why not. */
  receive(connection: ServerConnection, message: ReceivedMessage): void {
    const reader = this.readers.of(message.protocol);
    reader.reset(message.bytes, message.start, message.end);
    let call: ServerCall | undefined;
    try {
      const header = reader.readMessageBegin();
      call = createCall(connection, header, message);
      connection.add(call);
      const advice = this.host.accepted.adviceAgainst(message, connection.framing ?? 'unframed');
      if (advice === undefined) this.run(call, reader);
      else {
        this.refuseCall(call, 'protocol-not-accepted', 'INVALID_PROTOCOL', advice);
        connection.end();
      }
    } catch (error) {
      if (call === undefined) {
        call = createCall(connection, unnamed(message), message);
        connection.add(call);
      }
      this.refuseMalformed(call, error);
      if (isFatal(error, connection.framing !== 'unframed')) connection.end();
    }
  }

  /** Answers bytes that did not become a message, naming the call where its header can still be read. */
  refuse(connection: ServerConnection, message: ReceivedMessage, error: unknown): void {
    const reader = this.readers.of(message.protocol);
    reader.reset(message.bytes, message.start, message.end);
    let header: MessageHeader;
    try {
      header = reader.readMessageBegin();
    } catch {
      header = unnamed(message);
    }
    const call = createCall(connection, header, message);
    connection.add(call);
    this.refuseMalformed(call, error);
  }

  /** Answers a call with a value. */
  succeed(call: ServerCall, entry: MethodEntry, value: unknown): void {
    if (call.settled) return;
    const { returns, name } = entry.method;
    if (returns !== undefined && (value === undefined || value === null) && call.wantsReply) {
      this.fail(call, new ThriftError('MISSING_RESULT', `${name} returned no value`), 'error');
      return;
    }
    this.reply(call, entry, returns === undefined ? {} : { success: value }, 'ok', undefined);
  }

  /** Answers a call with what its handler threw. */
  throwInto(call: ServerCall, entry: MethodEntry, thrown: unknown): void {
    if (call.settled) return;
    if (thrown instanceof ThriftException) {
      const field = entry.method.throws.find(({ type }) => type.kind === 'struct' && type.struct.name === thrown.type);
      if (field !== undefined) {
        this.reply(call, entry, { [field.name]: thrown.value as object }, 'exception', thrown);
        return;
      }
      this.host.report(thrown, `${entry.method.name} does not declare ${thrown.type}`);
    }
    const { error, unforeseen } = describeThrown(thrown);
    if (unforeseen && !(thrown instanceof ThriftException)) this.host.report(thrown, entry.method.name);
    this.fail(call, error, 'error');
  }

  /** Answers a call whose time is up, and aborts its signal. What its handler still returns is dropped. */
  expire(call: ServerCall): void {
    const limit = `${String(Math.round(call.deadlineAtMs - call.startedAtMs))} ms`;
    if (call.active) this.giveUp(call, 'deadline', `${call.header.name} took longer than ${limit}`);
    else this.giveUp(call, 'overloaded', `waited ${limit} for a place`);
  }

  /** Answers a call that the server can't wait for any longer, since it closes. */
  cut(call: ServerCall, waitedMs: number): void {
    const waited = `${String(Math.round(waitedMs))} ms`;
    if (call.active) this.giveUp(call, 'deadline', `the server closes and waited ${waited}`);
    else this.giveUp(call, 'shutting-down');
  }

  /** The peer is gone: aborts what still runs for it. */
  abandon(call: ServerCall): void {
    call.stop();
    const error = new ThriftError('INTERNAL_ERROR', 'the client closed the connection');
    call.scope?.abort(error);
    this.ended(call, 'dropped', error);
  }

  private run(call: ServerCall, reader: ProtocolReader): void {
    const { header, connection } = call;
    if (header.type !== CALL && header.type !== ONEWAY) {
      this.refuseCall(
        call,
        'invalid-message-type',
        'INVALID_MESSAGE_TYPE',
        `a message of type ${String(header.type)} is no call`,
      );
      return;
    }
    const entry = this.methods.find(header.name);
    if (entry === undefined) {
      this.refuseCall(call, 'unknown-method', 'UNKNOWN_METHOD', `Unknown method ${header.name}`);
      return;
    }
    if (entry.method.oneway) call.wantsReply = false;
    const refusal = this.host.refusal(call);
    if (refusal !== undefined) {
      this.host.reject(connection, refusal.reason, refusal.error.message);
      this.fail(call, refusal.error, 'error');
      return;
    }
    const args = entry.codec.args.read(reader);
    reader.readMessageEnd();
    const elements = entry.codec.args.elementsRead;
    if (elements > 0) connection.weigh(call, elements * ELEMENT_BYTES);
    this.host.invoke(call, entry, args, this.createContext(call, entry));
  }

  private createContext(call: ServerCall, { service, method }: MethodEntry): ThriftContext {
    const { header, connection, headers } = call;
    const requestHeaders = headers?.headers ?? NO_HEADERS;
    const timeoutMs = this.timeoutOf(requestHeaders);
    call.deadlineAtMs = call.startedAtMs + timeoutMs;
    if (timeoutMs < this.host.limits.callTimeoutMs) {
      call.timer = setTimeout(() => {
        this.expire(call);
      }, timeoutMs);
    }
    call.scope = new CallScope(connection, service, method, header.seqid, requestHeaders, call.deadlineAtMs);
    call.context = new ThriftContext(call.scope);
    return call.context;
  }

  /** A client may say how long it waits; the server does not wait longer than it would anyway. */
  private timeoutOf(headers: ReadonlyMap<string, string>): number {
    const { callTimeoutMs } = this.host.limits;
    const wanted = headers.size === 0 ? undefined : headers.get(TIMEOUT_HEADER);
    if (wanted === undefined || !/^[1-9]\d{0,8}$/.test(wanted)) return callTimeoutMs;
    return Math.min(callTimeoutMs, Number(wanted));
  }

  private giveUp(call: ServerCall, reason: GivenUpReason, detail?: string): void {
    const message = givenUpMessage(reason, detail);
    const error = new ThriftError('INTERNAL_ERROR', message);
    this.host.reject(call.connection, reason, message);
    call.scope?.abort(error);
    this.fail(call, error, 'deadline');
  }

  private refuseMalformed(call: ServerCall, error: unknown): void {
    if (!(error instanceof ThriftError)) {
      this.host.report(error, 'reading a message');
      this.fail(call, new ThriftError('INTERNAL_ERROR', 'Internal server error'), 'error');
      return;
    }
    this.refuseCall(call, rejectionReason(error), error.code, error.message);
  }

  private refuseCall(call: ServerCall, reason: RejectionReason, code: ThriftError['code'], message: string): void {
    this.host.reject(call.connection, reason, message);
    this.fail(call, new ThriftError(code, message), 'error');
  }

  private fail(call: ServerCall, error: ThriftError, outcome: CallOutcome): void {
    const reply = call.wantsReply ? this.replies.error(call, error) : undefined;
    if (call.connection.settle(call, reply)) this.ended(call, outcome, error);
  }

  private reply(call: ServerCall, entry: MethodEntry, result: object, outcome: CallOutcome, error: unknown): void {
    if (!call.wantsReply) {
      if (call.connection.settle(call, undefined)) this.ended(call, outcome, error);
      return;
    }
    try {
      const reply = this.replies.result(call, entry, result);
      if (call.connection.settle(call, reply)) this.ended(call, outcome, error);
    } catch (failure) {
      this.host.report(failure, entry.method.name);
      const known =
        failure instanceof ThriftError ? failure : new ThriftError('INTERNAL_ERROR', 'Internal server error');
      this.fail(call, known, 'error');
    }
  }

  private ended(call: ServerCall, outcome: CallOutcome, error: unknown): void {
    if (call.context === undefined) return;
    this.host.ended(call, { context: call.context, outcome, durationMs: performance.now() - call.startedAtMs, error });
  }
}

/** What stands for a header that can't be read: a peer that waits is told all the same, by the frame's seqid if it has one. */
function unnamed({ headers }: ReceivedMessage): MessageHeader {
  return { name: '', type: CALL, seqid: headers?.sequenceId ?? 0 };
}

function createCall(connection: ServerConnection, header: MessageHeader, message: ReceivedMessage): ServerCall {
  const { protocol, headers, start, end } = message;
  return new ServerCall(connection, header, protocol, headers, end - start, header.type !== ONEWAY);
}
