import type { Deadline } from '../connection/deadlines.js';
import type { ThriftValue } from '../schema.js';
import type { ThriftCallOptions } from './call-options.js';
import type { ClientMethod } from './client-methods.js';

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** Who waits for a call. Its methods don't throw. */
export interface CallSink {
  /** The call was handed to the connection. */
  sent(): void;
  /** @param value null for void. */
  succeed(value: ThriftValue | null): void;
  fail(error: Error): void;
}

/** What a call that was sent needs of its connection. */
export interface SentOn {
  /** Nobody waits for the reply any more. */
  abandon(call: Call): void;
  /** No further calls are to be sent there. */
  retire(): void;
}

/** A call from its start to its settling. */
export class Call implements Deadline {
  headers: ReadonlyMap<string, string> = NO_HEADERS;
  onReplyHeaders: ThriftCallOptions['onReplyHeaders'];
  /** Set while it waits for a reply. */
  sentOn: SentOn | undefined;
  seqid = 0;
  settled = false;
  /** How often it was refused, and tried again. */
  retries = 0;
  lastRefusal: Error | undefined;
  retryTimer: NodeJS.Timeout | undefined;
  /** Takes away the listener of the caller's signal. */
  unlisten: (() => void) | undefined;
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

  /** `Service.method`, for messages. */
  get name(): string {
    return `${this.method.service}.${this.method.method.name}`;
  }
}
