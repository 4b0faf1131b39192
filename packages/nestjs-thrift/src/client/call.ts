import type { Deadline } from '../connection/deadlines.js';
import type { ThriftValue } from '../schema.js';
import type { Candidate } from './balancer.js';
import type { ThriftCallOptions } from './call-options.js';
import type { ClientMethod } from './client-methods.js';

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** Receives the result of a call. Its methods don't throw. */
export interface CallSink {
  /** Called when the call is handed to the connection. */
  sent(): void;
  /** @param value null for void. */
  succeed(value: ThriftValue | null): void;
  fail(error: Error): void;
}

/** The connection of a call, as far as the call uses it. */
export interface SentOn {
  /** The reply of a call is no longer needed. @param isLate whether its deadline has passed. */
  abandon(call: Call, isLate: boolean): void;
  /** Takes no further calls. */
  retire(): void;
}

/** A call, until it settles. */
export class Call implements Deadline<Call> {
  headers: ReadonlyMap<string, string> = NO_HEADERS;
  onReplyHeaders: ThriftCallOptions['onReplyHeaders'];
  /** Set while it waits for a reply. */
  sentOn: SentOn | undefined;
  seqid = 0;
  settled = false;
  /** Number of retries after the server rejected it. */
  retries = 0;
  lastRejection: Error | undefined;
  /** The server of the last rejection. */
  rejectedBy: Candidate | undefined;
  /** Removes the listener from the caller's signal. */
  unlisten: (() => void) | undefined;
  /** Neighbours among the calls with the same timeout. */
  earlier: Call | undefined;
  later: Call | undefined;
  /** On the clock of `performance.now()`. */
  readonly startedAtMs = performance.now();
  readonly deadlineAtMs: number;

  constructor(
    readonly method: ClientMethod,
    readonly args: object,
    readonly timeoutMs: number,
    readonly sink: CallSink,
  ) {
    this.deadlineAtMs = this.startedAtMs + timeoutMs;
  }

  /** `Service.method`, for error messages. */
  get name(): string {
    return `${this.method.service}.${this.method.method.name}`;
  }
}
