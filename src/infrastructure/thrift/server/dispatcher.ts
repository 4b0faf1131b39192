import { ThriftContext, NO_HEADERS } from '../context.js';
import { ThriftError, ThriftException, ThriftProtocolError } from '../errors.js';
import type { ReceivedMessage } from '../framing/framing.js';
import type { ThriftLimits } from '../limits.js';
import type { StructValue } from '../codec/reader-compiler.js';
import { CALL, ONEWAY } from '../protocol/constants.js';
import type { MessageHeader, Protocol, ProtocolReader } from '../protocol/protocol.js';
import type { Connection } from './connection.js';
import type { CallOutcome, CallEnd, RejectionReason } from './events.js';
import type { MethodEntry, MethodTable } from './method-table.js';
import { PendingCall } from './pending-call.js';
import { ReplyEncoder } from './reply-encoder.js';

const UNNAMED: MessageHeader = { name: '', type: CALL, seqid: 0 };

/** What the dispatcher needs of the server. */
export interface DispatcherHost {
  readonly limits: ThriftLimits;
  readonly methods: MethodTable;
  /** Why no new call may run now; undefined when it may. */
  refusal(connection: Connection): { readonly reason: RejectionReason; readonly message: string } | undefined;
  /** Runs a handler with everything that Nest puts around it. Never throws, never rejects. */
  invoke(call: PendingCall, entry: MethodEntry, args: StructValue, context: ThriftContext): void;
  reject(connection: Connection, reason: RejectionReason, message: string): void;
  started(context: ThriftContext): void;
  ended(call: PendingCall, end: CallEnd): void;
  report(error: unknown, what: string): void;
}

/** Takes whole messages to handlers, and what becomes of them back to the connection. */
export class Dispatcher {
  private readonly replies: ReplyEncoder;
  private readonly readers = new Map<Protocol, ProtocolReader>();

  constructor(private readonly host: DispatcherHost) {
    this.replies = new ReplyEncoder(host.limits);
  }

  /** Runs the call in a message, or answers why not. */
  receive(connection: Connection, message: ReceivedMessage): void {
    const reader = this.reader(message.protocol);
    reader.reset(message.bytes, message.start, message.end);
    let call: PendingCall | undefined;
    try {
      const header = reader.readMessageBegin();
      call = new PendingCall(connection, header, message.protocol, message.headers, header.type !== ONEWAY);
      connection.add(call);
      this.run(call, reader);
    } catch (error) {
      if (call === undefined) {
        call = new PendingCall(connection, UNNAMED, message.protocol, message.headers, true);
        connection.add(call);
      }
      this.refuseMalformed(call, error);
      if (isFatal(error, connection)) connection.end();
    }
  }

  /** Answers bytes that are no message, naming the call where its header can still be read. */
  refuse(connection: Connection, message: ReceivedMessage, error: ThriftError): void {
    const reader = this.reader(message.protocol);
    reader.reset(message.bytes, message.start, message.end);
    let header: MessageHeader;
    try {
      header = reader.readMessageBegin();
    } catch {
      // Then the reply has no name, and the seqid of its frame if that has one: a peer that waits is told all the same.
      header = { ...UNNAMED, seqid: message.headers?.sequenceId ?? 0 };
    }
    const call = new PendingCall(connection, header, message.protocol, message.headers, header.type !== ONEWAY);
    connection.add(call);
    this.refuseMalformed(call, error);
  }

  /** Answers a call with a value. */
  succeed(call: PendingCall, entry: MethodEntry, value: unknown): void {
    if (call.settled) return;
    const { returns, name } = entry.method;
    if (returns !== undefined && (value === undefined || value === null) && call.wantsReply) {
      this.fail(call, new ThriftError('MISSING_RESULT', `${name} returned no value`), 'error');
      return;
    }
    this.reply(call, entry, returns === undefined ? {} : { success: value }, 'ok', undefined);
  }

  /** Answers a call with what its handler threw. */
  throwInto(call: PendingCall, entry: MethodEntry, thrown: unknown): void {
    if (call.settled) return;
    if (thrown instanceof ThriftException) {
      const field = entry.method.throws.find(({ type }) => type.kind === 'struct' && type.struct.name === thrown.type);
      if (field !== undefined) {
        this.reply(call, entry, { [field.name]: thrown.value as object }, 'exception', thrown);
        return;
      }
      this.host.report(thrown, `${entry.method.name} does not declare ${thrown.type}`);
    } else if (thrown instanceof ThriftError) {
      this.fail(call, thrown, 'error');
      return;
    } else if (!isNestError(thrown)) this.host.report(thrown, entry.method.name);
    const message = isNestError(thrown) ? thrown.message : 'Internal server error';
    this.fail(call, new ThriftError('INTERNAL_ERROR', message, { cause: thrown }), 'error');
  }

  /** Answers a call whose time is up, and aborts its signal. What its handler still returns is dropped. */
  expire(call: PendingCall): void {
    const limitMs = Math.round(call.deadlineAtMs - call.startedAtMs);
    const message = `Deadline exceeded: ${call.header.name} ran longer than ${String(limitMs)} ms, it may have run`;
    const error = new ThriftError('INTERNAL_ERROR', message);
    this.host.reject(call.connection, 'deadline', message);
    call.context?.abort(error);
    this.fail(call, error, 'deadline');
  }

  /** The peer is gone: aborts what still runs for it. */
  abandon(call: PendingCall): void {
    call.settled = true;
    const error = new ThriftError('INTERNAL_ERROR', 'the client closed the connection');
    call.context?.abort(error);
    this.ended(call, 'dropped', error);
  }

  private run(call: PendingCall, reader: ProtocolReader): void {
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
    const entry = this.host.methods.find(header.name);
    if (entry === undefined) {
      this.refuseCall(call, 'unknown-method', 'UNKNOWN_METHOD', `Unknown method ${header.name}`);
      return;
    }
    call.entry = entry;
    if (entry.method.oneway) call.wantsReply = false;
    const refusal = this.host.refusal(connection);
    if (refusal !== undefined) {
      this.refuseCall(call, refusal.reason, 'INTERNAL_ERROR', refusal.message);
      return;
    }
    const args = entry.codec.args.read(reader);
    reader.readMessageEnd();
    call.deadlineAtMs = call.startedAtMs + this.host.limits.callTimeoutMs;
    const context = new ThriftContext({
      peer: connection,
      service: entry.service,
      method: entry.method,
      seqid: header.seqid,
      requestHeaders: call.headers?.headers ?? NO_HEADERS,
      deadlineAtMs: call.deadlineAtMs,
    });
    call.context = context;
    this.host.started(context);
    this.host.invoke(call, entry, args, context);
  }

  private refuseMalformed(call: PendingCall, error: unknown): void {
    if (!(error instanceof ThriftError)) {
      this.host.report(error, 'reading a message');
      this.fail(call, new ThriftError('INTERNAL_ERROR', 'Internal server error'), 'error');
      return;
    }
    this.refuseCall(call, rejectionReason(error), error.code, error.message);
  }

  private refuseCall(call: PendingCall, reason: RejectionReason, code: ThriftError['code'], message: string): void {
    this.host.reject(call.connection, reason, message);
    this.fail(call, new ThriftError(code, message), 'error');
  }

  private fail(call: PendingCall, error: ThriftError, outcome: CallOutcome): void {
    const reply = call.wantsReply ? this.replies.error(call, error) : undefined;
    if (call.connection.settle(call, reply)) this.ended(call, outcome, error);
  }

  private reply(call: PendingCall, entry: MethodEntry, result: object, outcome: CallOutcome, error: unknown): void {
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

  private ended(call: PendingCall, outcome: CallOutcome, error: unknown): void {
    if (call.context === undefined) return;
    this.host.ended(call, { context: call.context, outcome, durationMs: performance.now() - call.startedAtMs, error });
  }

  private reader(protocol: Protocol): ProtocolReader {
    let reader = this.readers.get(protocol);
    if (reader === undefined) {
      reader = protocol.createReader(this.host.limits);
      this.readers.set(protocol, reader);
    }
    return reader;
  }
}

function rejectionReason(error: ThriftError): RejectionReason {
  if (!(error instanceof ThriftProtocolError)) return 'malformed';
  return error.reason === 'size-limit' || error.reason === 'depth-limit' ? error.reason : 'malformed';
}

/**
 * Whether a connection can't go on after a message that was refused. A frame's end is known whatever is in it; without
 * frames, a message that is not what it seemed may have ended somewhere else. Over a limit, the peer is not to go on.
 */
function isFatal(error: unknown, connection: Connection): boolean {
  if (!(error instanceof ThriftProtocolError) || error.reason === 'missing-field') return false;
  return connection.framing === 'unframed' || error.reason === 'size-limit' || error.reason === 'depth-limit';
}

/** What Nest makes of an exception that is no business of the transport: `{ status: 'error', message }`. */
function isNestError(thrown: unknown): thrown is { status: string; message: string } {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    'status' in thrown &&
    thrown.status === 'error' &&
    'message' in thrown &&
    typeof thrown.message === 'string'
  );
}
