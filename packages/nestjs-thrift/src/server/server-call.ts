import { roundTimeout, type Deadline, type Deadlines } from '../connection/deadlines.js';
import type { ThriftPeer } from '../connection/peer.js';
import { ApplicationError } from '../errors.js';
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
  /** Aborts the handler's signal: nobody waits for the result. */
  readonly abort?: Error;
}

/** The handler of one call, with everything that is put around it. Its methods don't throw. */
export interface CallRun {
  /** The call has its arguments (`callStart`). */
  begin(): void;
  /** Runs the handler. It calls `close` of its call at some time, or never. */
  start(): void;
  /** The call has its answer, or never gets one. */
  end(outcome: CallOutcome, error: unknown): void;
}

/** What all calls of a server share. */
export interface CallParts {
  readonly limiter: CallLimiter;
  readonly deadlines: Deadlines<ServerCall>;
  readonly writer: { error(call: ServerCall, error: ApplicationError, outcome: CallOutcome): CallEnding };
  readonly reject: Reject;
}

/** The transitions; what is not drawn in ServerCall is not here. */
const NEXT: Readonly<Record<CallState, readonly CallState[]>> = {
  received: ['queued', 'running', 'closed'],
  queued: ['running', 'closed'],
  running: ['orphaned', 'closed'],
  orphaned: ['closed'],
  closed: [],
};

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/**
 * A call from its last byte read to its end, and what a context shows of it.
 *
 * ```
 * received ─rejected────────────────────────────────▶ closed
 *          ─slot─▶ running         ─no slot─▶ queued
 * queued   ─slot, not expired─▶ running
 *          ─deadline: Overloaded, not run │ drain limit: Shutting down, not run │ disconnected─▶ closed
 * running  ─settles │ start hook fails │ deadline │ drain limit─▶ closed
 *          ─disconnected─▶ orphaned ─settles │ deadline─▶ closed
 * ```
 *
 * Every end goes through `close`, which does in this order: the reply is queued, more input is read, the run ends
 * (`callEnd`), the slot is released, the next queued call starts. Whatever comes after `closed` is dropped. `closed` is
 * not `sent`: replies wait in the ReplyQueue for those before them. An orphan keeps slot, bytes and deadline until its
 * handler settles, or a peer that calls and disconnects could have any number of handlers run.
 *
 * Re-entrancy: reading more input runs other calls, and a listener of `callStart` or `callEnd` may destroy the connection.
 * So each step leaves the call in a state that the next can be skipped from, and `start` does nothing unless the call is
 * still `received` or `queued`.
 */
export class ServerCall implements Deadline, OrderedCall, LimitedCall {
  /** When its last byte was read, on the clock of `performance.now()`. */
  readonly startedAtMs = performance.now();
  /** After this time it expires. */
  timeoutMs = 0;
  /** When its client gives it up, on the same clock: a little earlier, where the client chose the time. */
  deadlineAtMs = Infinity;
  /** The finished reply, while calls before it run; set by ReplyQueue. */
  reply: WrittenMessage | undefined;
  /** The reply goes in the same protocol, and is framed as the request was. */
  readonly protocol: ReceivedMessage['protocol'];
  readonly headers: ReceivedMessage['headers'];
  /** What its request takes in memory, in bytes. */
  requestBytes = 0;
  /** The size of its reply that was set aside, in bytes. */
  promisedBytes = 0;
  /** Whether it gets a reply: false for a oneway message, and where the IDL says so. */
  wantsReply: boolean;
  /** Set once its method is known. */
  entry: MethodEntry | undefined;
  /** Headers for the reply. */
  replyHeaders: Map<string, string> | undefined;

  #state: CallState = 'received';
  #run: CallRun | undefined;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;

  constructor(
    readonly header: MessageHeader,
    { protocol, headers }: ReceivedMessage,
    readonly replies: ReplyQueue<ServerCall>,
    private readonly parts: CallParts,
  ) {
    // Not the message: its bytes are those of everything that came with it.
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

  /** The service that was called. @throws TypeError before the method is known. */
  get service(): ServiceSchema {
    return (this.entry as MethodEntry).service;
  }

  /** The method that was called. @throws TypeError before it is known. */
  get method(): MethodSchema {
    return (this.entry as MethodEntry).method;
  }

  get seqid(): number {
    return this.header.seqid;
  }

  get requestHeaders(): ReadonlyMap<string, string> {
    return this.headers?.headers ?? NO_HEADERS;
  }

  /** Aborts when nobody waits for the result. Made when it is first asked for: most handlers never do, and it is expensive. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  /** Starts the time that the call has; a client's choice is rounded up. */
  setDeadline(timeoutMs: number, isClientsChoice: boolean): void {
    this.deadlineAtMs = this.startedAtMs + timeoutMs;
    this.timeoutMs = isClientsChoice ? roundTimeout(timeoutMs) : timeoutMs;
    this.parts.deadlines.add(this);
  }

  /** Its arguments are read: this is how it runs. */
  begin(run: CallRun): void {
    this.#run = run;
    run.begin();
  }

  /** Waits for a slot. */
  queue(): void {
    this.#enter('queued');
  }

  /** Runs in the slot that it was given. */
  start(): void {
    this.#enter('running');
    this.#run?.start();
  }

  /** The peer disconnected: a handler that runs keeps its slot until it settles. */
  disconnect(error: Error): void {
    if (this.#state !== 'running') {
      this.close({ outcome: 'dropped', reply: undefined, error, abort: error });
      return;
    }
    this.#enter('orphaned');
    this.parts.limiter.orphan(this);
    this.#abort(error);
    this.#run?.end('dropped', error);
  }

  /** Its deadline has passed. */
  expire(): void {
    const limit = ms(this.deadlineAtMs - this.startedAtMs);
    if (isUnheard(this)) this.close({ outcome: 'dropped', reply: undefined, error: undefined });
    else if (this.#state === 'queued') this.#giveUp('overloaded', `waited ${limit} for a place`);
    else this.#giveUp('deadline', `${this.header.name} took longer than ${limit}`);
  }

  /** The limit of a drain is reached. */
  cut(waitedMs: number): void {
    if (this.#state === 'running') this.#giveUp('deadline', `the server closes and waited ${ms(waitedMs)}`);
    else this.#giveUp('shutting-down');
  }

  /** Ends the call. What comes after the first end is dropped. */
  close({ outcome, reply, error, abort }: CallEnding): void {
    const from = this.#state;
    if (from === 'closed' || from === 'orphaned') this.replies.drop(reply);
    if (from === 'closed') return;
    this.#enter('closed');
    this.parts.deadlines.remove(this);
    if (from !== 'orphaned') {
      if (abort !== undefined) this.#abort(abort);
      this.replies.settle(this, reply);
      this.#run?.end(outcome, error);
    }
    this.parts.limiter.release(this, from);
  }

  #giveUp(reason: GivenUpReason, detail?: string): void {
    const error = new ApplicationError('INTERNAL_ERROR', givenUpMessage(reason, detail));
    this.parts.reject(this.peer, reason, error.message);
    this.close({ ...this.parts.writer.error(this, error, 'deadline'), abort: error });
  }

  #abort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(this.#abortReason);
  }

  #enter(state: CallState): void {
    if (!NEXT[this.#state].includes(state)) throw new Error(`a call can't go from ${this.#state} to ${state}`);
    this.#state = state;
  }
}

/** Whether the reply of a call is never sent, so that it need not be encoded. */
export function isUnheard({ state }: ServerCall): boolean {
  return state === 'closed' || state === 'orphaned';
}

function ms(timeMs: number): string {
  return `${String(Math.round(timeMs))} ms`;
}
