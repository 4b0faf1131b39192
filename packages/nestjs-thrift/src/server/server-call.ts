import { roundTimeout, type Deadline, type Deadlines } from '../connection/deadlines.js';
import type { ThriftPeer } from '../connection/peer.js';
import { transition, type Transitions } from '../connection/transitions.js';
import { ApplicationError } from '../errors.js';
import type { StructValue } from '../codec/reader-compiler.js';
import type { ReceivedMessage } from '../framing/framing.js';
import { givenUpMessage, type GivenUpReason } from '../given-up.js';
import type { WrittenMessage } from '../protocol/byte-writer.js';
import { ONEWAY } from '../protocol/constants.js';
import type { MessageHeader } from '../protocol/protocol.js';
import type { MethodSchema, ServiceSchema } from '../schema.js';
import type { CallLimiter, ConnectionShare, LimitedCall } from './call-limiter.js';
import type { CallOutcome, CallState, Reject } from './events.js';
import type { MethodEntry } from './method-table.js';
import type { OrderedCall, ReplyQueue } from './reply-queue.js';

/** How a call ends. */
export interface CallEnding {
  readonly outcome: CallOutcome;
  /** The encoded reply; undefined for a call that gets none. */
  readonly reply: WrittenMessage | undefined;
  /** Set unless the outcome is `ok`. */
  readonly error: unknown;
  /** Aborts the handler's signal with this reason: the result is no longer needed. */
  readonly abort?: Error;
}

/** Runs the handlers of calls. */
export interface CallRunner {
  /** Creates the run of a call whose arguments are read. Never throws. */
  createRun(call: ServerCall, args: StructValue): CallRun;
}

/** Runs the handler of one call, with everything around it. Its methods don't throw. */
export interface CallRun {
  /** Called when the arguments are read (`callStart`). */
  begin(): void;
  /** Runs the handler, and then closes the call. A handler that never settles never does. */
  start(): void;
  /** Called when the call is answered, or will never be (`callEnd`). */
  end(outcome: CallOutcome, error: unknown): void;
}

/** What the calls of a server share. */
export interface CallParts {
  readonly limiter: CallLimiter;
  readonly deadlines: Deadlines<ServerCall>;
  readonly writer: { error(call: ServerCall, error: ApplicationError, outcome: CallOutcome): CallEnding };
  readonly reject: Reject;
}

/** The transitions drawn in ServerCall; any other throws. */
const TRANSITIONS: Transitions<CallState> = {
  received: ['queued', 'running', 'closed'],
  queued: ['running', 'closed'],
  running: ['detached', 'orphaned', 'closed'],
  detached: ['closed'],
  orphaned: ['closed'],
  closed: [],
};

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/**
 * A call, from its last byte read to its end.
 *
 * ```
 * received ─rejected────────────────────────────────▶ closed
 *          ─slot─▶ running         ─no slot─▶ queued
 * queued   ─slot, not expired─▶ running
 *          ─deadline: Overloaded, not run │ drain limit: Shutting down, not run │ disconnected─▶ closed
 * running  ─settles │ start hook fails │ deadline │ drain limit─▶ closed
 *          ─disconnected─▶ orphaned ─settles │ deadline─▶ closed
 *          ─disconnected, no reply wanted─▶ detached ─settles │ deadline─▶ closed
 * ```
 *
 * Every end goes through `close`, in this order: the reply is queued, the run ends (`callEnd`), the slot is released, the
 * next queued call starts. Any result after `closed` is dropped. `closed` does not mean `sent`: the reply waits in the
 * ReplyQueue for earlier ones. An orphan keeps its slot, bytes and deadline until its handler settles; otherwise a peer
 * could start any number of handlers by calling and disconnecting.
 */
export class ServerCall implements Deadline<ServerCall>, OrderedCall<ServerCall>, LimitedCall {
  /** When its last byte was read, on the clock of `performance.now()`. */
  readonly startedAtMs = performance.now();
  /** Time after which it expires. */
  timeoutMs = 0;
  /** When its client gives up, on the same clock; earlier than the expiry, which is rounded up. */
  deadlineAtMs = Infinity;
  /** Neighbours among the deadlines. */
  earlier: ServerCall | undefined;
  later: ServerCall | undefined;
  /** Neighbours on the connection, and the encoded reply while calls before it run; set by ReplyQueue. */
  previous: ServerCall | undefined;
  next: ServerCall | undefined;
  reply: WrittenMessage | undefined;
  isCompressing = false;
  /** Protocol and frame headers of the request; the reply uses the same. */
  readonly protocol: ReceivedMessage['protocol'];
  readonly headers: ReceivedMessage['headers'];
  /** Memory that its request takes, in bytes. */
  requestBytes = 0;
  /** Memory reserved for its reply, in bytes. */
  reservedBytes = 0;
  /** Whether it gets a reply: false for a oneway message, and for a oneway method of the IDL. */
  wantsReply: boolean;
  /** Set once its method is known. */
  entry: MethodEntry | undefined;
  /** Headers for the reply. */
  replyHeaders: Map<string, string> | undefined;

  #state: CallState = 'received';
  #run: CallRun | undefined;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;
  readonly #parts: CallParts;

  constructor(
    readonly header: MessageHeader,
    { protocol, headers }: ReceivedMessage,
    readonly replies: ReplyQueue<ServerCall>,
    parts: CallParts,
  ) {
    this.#parts = parts;
    // The message itself is not kept: its buffer holds everything that was received with it.
    this.protocol = protocol;
    this.headers = headers;
    this.wantsReply = header.type !== ONEWAY;
  }

  get state(): CallState {
    return this.#state;
  }

  get share(): ConnectionShare {
    return this.replies.share;
  }

  get peer(): ThriftPeer {
    return this.replies.peer;
  }

  /** The called service. @throws TypeError before the method is known. */
  get service(): ServiceSchema {
    return (this.entry as MethodEntry).service;
  }

  /** The called method. @throws TypeError before it is known. */
  get method(): MethodSchema {
    return (this.entry as MethodEntry).method;
  }

  get seqid(): number {
    return this.header.seqid;
  }

  get requestHeaders(): ReadonlyMap<string, string> {
    return this.headers?.headers ?? NO_HEADERS;
  }

  /** Aborts when the result is no longer needed. Created on first use: it is expensive, and most handlers need none. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  /** Starts the deadline. @param isFromClient rounds the timeout up, so that clients share few distinct ones. */
  setDeadline(timeoutMs: number, isFromClient: boolean): void {
    this.deadlineAtMs = this.startedAtMs + timeoutMs;
    this.timeoutMs = isFromClient ? roundTimeout(timeoutMs) : timeoutMs;
    this.#parts.deadlines.add(this);
  }

  /** Sets how the call runs, once its arguments are read. */
  begin(run: CallRun): void {
    this.#run = run;
    run.begin();
  }

  /** Waits for a slot. */
  queue(): void {
    this.#enter('queued');
  }

  /** Runs, in a slot. */
  start(): void {
    this.#enter('running');
    this.#run?.start();
  }

  /** Ends the call because its peer disconnected. A handler that runs keeps its slot until it settles. */
  disconnect(error: Error): void {
    if (this.#state !== 'running') {
      this.close({ outcome: 'dropped', reply: undefined, error, abort: error });
      return;
    }
    this.#parts.limiter.orphan(this);
    if (!this.wantsReply) {
      // A oneway call has no reply to lose: it runs to its end as if its peer were still there.
      this.#enter('detached');
      return;
    }
    this.#enter('orphaned');
    this.#abort(error);
    this.#run?.end('dropped', error);
  }

  /** Ends the call because its deadline has passed. */
  expire(): void {
    const limit = ms(this.deadlineAtMs - this.startedAtMs);
    if (isAbandoned(this)) this.close({ outcome: 'dropped', reply: undefined, error: undefined });
    else if (this.#state === 'queued') this.#giveUp('overloaded', `waited ${limit} for a slot`);
    else this.#giveUp('deadline', `${this.header.name} took longer than ${limit}`);
  }

  /** Ends the call because the drain limit is reached. */
  cut(waitedMs: number): void {
    if (this.#state === 'running') this.#giveUp('deadline', `the server closes and waited ${ms(waitedMs)}`);
    else this.#giveUp('shutting-down');
  }

  /** Ends the call. Only the first ending counts; the reply of any other is dropped. */
  close({ outcome, reply, error, abort }: CallEnding): void {
    const from = this.#state;
    if (from === 'closed' || from === 'orphaned') this.replies.drop(reply);
    if (from === 'closed') return;
    this.#enter('closed');
    this.#parts.deadlines.remove(this);
    if (from !== 'orphaned') {
      if (abort !== undefined) this.#abort(abort);
      this.replies.settle(this, reply);
      this.#run?.end(outcome, error);
    }
    this.#parts.limiter.release(this, from);
  }

  #giveUp(reason: GivenUpReason, detail?: string): void {
    const error = new ApplicationError('INTERNAL_ERROR', givenUpMessage(reason, detail));
    this.#parts.reject(this.peer, reason, error.message);
    this.close({ ...this.#parts.writer.error(this, error, 'deadline'), abort: error });
  }

  #abort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(this.#abortReason);
  }

  #enter(state: CallState): void {
    this.#state = transition(TRANSITIONS, this.#state, state);
  }
}

/** Whether a call no longer needs a reply, so that none has to be encoded. */
export function isAbandoned({ state }: ServerCall): boolean {
  return state === 'closed' || state === 'orphaned';
}

function ms(timeMs: number): string {
  return `${String(Math.round(timeMs))} ms`;
}
