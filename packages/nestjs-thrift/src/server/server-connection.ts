import type { Socket } from 'node:net';
import { SocketPeer } from '../connection/peer.js';
import type { WriteBatch } from './write-batch.js';
import { transition, type Transitions } from '../connection/transitions.js';
import { WriteQueue } from '../connection/write-queue.js';
import { ApplicationError, ThriftProtocolError } from '../errors.js';
import type { ForeignProtocol } from '../framing/detect.js';
import type { ThriftLimits } from '../limits.js';
import type { CallLimiter } from './call-limiter.js';
import type { Dispatcher } from './dispatcher.js';
import type { Reject, ReportFault } from './events.js';
import { MessageSource } from './message-source.js';
import { ReplyQueue } from './reply-queue.js';
import type { ServerCall } from './server-call.js';

const FOREIGN_ADVICE: Readonly<Record<ForeignProtocol, string>> = {
  tls: 'sent a TLS hello, but this port is plain TCP',
  http: 'sent an HTTP request, but this port speaks Thrift',
  zlib:
    'sent zlib (TZlibTransport), which is not served: ' +
    'send messages plain or framed, or use THeader with its zlib transform',
  'thriftpy2-json': "sent thriftpy2's own JSON, which is not Apache's: use binary or compact",
  unknown: 'sent bytes that are not a dialect of Thrift',
};
const HTTP_ANSWER =
  'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nThis port speaks Thrift, not HTTP.\n';

/** After our FIN, time until the connection is destroyed, and bytes that are discarded before it is. */
const LINGER_MS = 2_000;
const LINGER_BYTES = 1_048_576;
/** Bytes that are read ahead while a peer's calls wait for its own: a paused socket does not report a reset. */
const READ_AHEAD_BYTES = 16_384;
/** Quiet period after which a draining server assumes that no further call is on its way. */
const QUIET_MS = 50;
/** The same in the middle of a message, whose end may be a round trip or two away. */
const PARTIAL_MESSAGE_QUIET_MS = 1_000;
/** Time for which a draining server rejects further calls of a busy peer once none of its calls runs. */
const REJECTING_MS = 250;

/** Our side of a connection. */
type OurState = 'open' | 'draining' | 'closing' | 'lingering' | 'closed';

/** The transitions drawn in ServerConnection; any other throws. */
const TRANSITIONS: Transitions<OurState> = {
  open: ['draining', 'closing', 'closed'],
  draining: ['closing', 'closed'],
  closing: ['lingering', 'closed'],
  lingering: ['closed'],
  closed: [],
};

/** What the connections of a server share. */
export interface ConnectionParts {
  readonly limits: ThriftLimits;
  readonly limiter: CallLimiter;
  readonly dispatcher: Dispatcher;
  readonly writes: WriteBatch;
  /** The path of the Unix domain socket that the server listens on. */
  readonly path: string | undefined;
  readonly reject: Reject;
  readonly report: ReportFault;
  /** Called after a connection received bytes or queued a reply: the process may be over a budget. */
  readonly onGrown: () => void;
  /** Called once for each connection. */
  readonly onClosed: (connection: ServerConnection) => void;
}

/**
 * One connection: bytes in, calls to the dispatcher, replies out in order, and everything a peer may do wrong.
 *
 * ```
 * ours    open ─drain─▶ draining ─nothing to do, peer quiet─▶ closing      (late calls are rejected)
 *         open, draining ─fatal input │ idle │ FIN of the peer and nothing left─▶ closing      (no input is read)
 *         closing ─calls answered, replies sent─▶ lingering      (FIN sent: input is discarded until the peer's FIN)
 *         any ─socket closed │ destroyed─▶ closed
 * theirs  open ─FIN─▶ ended      (running calls get their replies; in the middle of a message: PROTOCOL_ERROR)
 * ```
 *
 * Lingering: closing a socket with unread input resets the connection, and the peer loses replies that it has not read yet.
 * Calls that run when the socket closes are orphaned; oneway calls are detached and go on.
 */
export class ServerConnection {
  readonly peer: SocketPeer;
  readonly #socket: Socket;
  readonly #parts: ConnectionParts;
  readonly #source: MessageSource;
  readonly #writeQueue: WriteQueue;
  readonly #replies: ReplyQueue<ServerCall>;
  #ours: OurState = 'open';
  #theirs: 'open' | 'ended' = 'open';
  /** Whether `#continue` is scheduled. */
  #willContinue = false;
  /** While draining: since when no call runs and late ones are rejected at once. */
  #rejectingSinceMs: number | undefined;
  #lingerUntilMs = 0;
  #lingerBytesLeft = LINGER_BYTES;

  constructor(id: number, socket: Socket, parts: ConnectionParts) {
    const { limits, limiter, writes, path } = parts;
    this.peer = new SocketPeer(id, socket, path);
    this.#socket = socket;
    this.#parts = parts;
    this.#source = new MessageSource(limits, limiter.requests, this.#process);
    this.#writeQueue = new WriteQueue(socket, limiter.unsent, this.#onProgress, writes.schedule);
    this.#replies = new ReplyQueue(this.peer, this.#writeQueue, limits, limiter.requests, this.#continueSoon);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    // 'close' follows and is handled. Without this listener a reset would end the process.
    socket.on('error', () => undefined);
    socket.on('close', this.#onClose);
  }

  /** The state of both sides, for tests and logs. */
  get state(): string {
    return `${this.#ours}, ${this.#theirs}`;
  }

  /** Bytes of requests and replies held for this connection. */
  get heldBytes(): number {
    return this.#source.heldBytes + this.#replies.requestBytes + this.#writeQueue.unsentBytes;
  }

  /** Since when the connection is idle, on the clock of `performance.now()`; undefined while a call is in flight. */
  get idleSinceMs(): number | undefined {
    const isIdle = this.#replies.isEmpty && this.#writeQueue.isEmpty && !this.#source.isBusy;
    return isIdle ? this.#source.clock.quietSinceMs : undefined;
  }

  /** The calls that are not answered yet, oldest first. */
  get calls(): Iterable<ServerCall> {
    return this.#replies.open();
  }

  /** Begins the drain: calls received by now run, later ones are rejected, and `endIfDrained` closes. */
  drain(): void {
    if (this.#ours !== 'open') return;
    this.#enter('draining');
    this.#source.startGrace();
    this.#continueSoon();
  }

  /**
   * While draining: closes when there is nothing to do. An active peer gets a little more time: calls that are rejected as
   * `Shutting down` certainly did not run, while calls that are cut off may have.
   */
  endIfDrained(nowMs: number): void {
    if (this.#ours !== 'draining') return;
    const { clock, length, isBusy } = this.#source;
    if (!this.#replies.isEmpty || !this.#writeQueue.isEmpty || isBusy) {
      clock.busy(nowMs);
      return;
    }
    const quietMs = length > 0 ? PARTIAL_MESSAGE_QUIET_MS : QUIET_MS;
    const isRejectingTooLong = nowMs - (this.#rejectingSinceMs ?? nowMs) > REJECTING_MS;
    if (clock.isQuietFor(quietMs, nowMs) || isRejectingTooLong) this.end();
  }

  /** Stops reading, and closes when the running calls are answered. */
  end(): void {
    if (!this.#isReading) return;
    this.#enter('closing');
    this.#source.clear();
    this.#socket.resume();
    this.#finishWhenDone();
  }

  /** Closes an idle connection. No lingering close is needed: no reply could be lost. */
  evict(): void {
    this.#socket.destroySoon();
    this.#onClose();
  }

  /** Closes the connection at once, with a reset. */
  destroy(): void {
    this.#socket.destroy();
    this.#onClose();
  }

  /** Checks the timeouts. Called at intervals for all connections, so that none needs a timer. */
  sweep(nowMs: number): void {
    if (this.#ours === 'lingering') {
      if (nowMs > this.#lingerUntilMs) this.destroy();
      return;
    }
    const { limits, reject } = this.#parts;
    if (this.#writeQueue.isStalled(limits.replyStallTimeoutMs, nowMs)) {
      reject(this.peer, 'reply-stall-timeout', 'takes none of its replies');
      this.destroy();
    } else if (this.#isReading) this.#sweepInput(nowMs, limits);
  }

  #sweepInput(nowMs: number, limits: ThriftLimits): void {
    const { clock, length } = this.#source;
    if (!this.#replies.isEmpty || !this.#writeQueue.isEmpty || this.#source.isBusy) clock.busy(nowMs);
    // The time for which the peer waits for us does not count.
    if (this.#isFull) clock.resumed();
    if (length > 0) {
      if (!clock.isStuckInMessage(nowMs, limits)) return;
      const message = `sent ${String(length)} bytes of a message and no more`;
      this.#parts.reject(this.peer, 'partial-message-timeout', message);
      this.end();
    } else if (clock.isIdleTooLong(nowMs, limits)) {
      this.#parts.reject(this.peer, 'idle-timeout', 'had no call for too long');
      this.end();
    }
  }

  get #isReading(): boolean {
    return this.#ours === 'open' || this.#ours === 'draining';
  }

  /** Whether no further call may run for now. */
  get #isFull(): boolean {
    return this.#source.isBusy || this.#replies.isFull;
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isReading) {
      this.#source.append(chunk);
      this.#process();
    } else if (this.#ours === 'lingering') {
      this.#lingerBytesLeft -= chunk.length;
      if (this.#lingerBytesLeft < 0 || performance.now() > this.#lingerUntilMs) this.destroy();
    }
  };

  /** Runs the calls that are received whole, as far as the limits allow. */
  readonly #process = (): void => {
    if (!this.#isReading) return;
    try {
      this.#receiveAll();
    } catch (error) {
      this.#rejectInput(error);
    }
    this.#source.compact();
    this.#parts.onGrown();
    this.#afterProcessing();
  };

  #receiveAll(): void {
    while (this.#isReading && !this.#isFull) {
      const message = this.#source.read();
      if (message === undefined) break;
      this.#setDialect();
      if (!this.#parts.dispatcher.receive(this.#replies, message, this.#source)) this.end();
    }
    const { foreign } = this.#source;
    if (foreign === undefined) return;
    this.#parts.reject(this.peer, 'foreign-protocol', FOREIGN_ADVICE[foreign]);
    if (foreign === 'http') this.#socket.write(HTTP_ANSWER);
    this.end();
  }

  #setDialect(): void {
    const { framing, protocol } = this.#source;
    this.#replies.framing = framing;
    this.peer.framing = framing?.name;
    this.peer.protocol = protocol?.name;
  }

  #afterProcessing(): void {
    if (!this.#isReading) return;
    const isFull = this.#isFull;
    const isWaiting = isFull && this.#source.length > 0;
    const isForOwnCalls = this.#replies.isFull || this.#source.isInflating;
    if (isWaiting) this.#source.wait(isForOwnCalls);
    this.#pauseOrResume(isWaiting && (!isForOwnCalls || this.#source.length > READ_AHEAD_BYTES));
    if (this.#theirs === 'ended' && !isFull) {
      if (this.#source.length > 0) this.#rejectInput(new ThriftProtocolError('truncated', 'the message is incomplete'));
      else this.end();
    } else if (this.#source.isLate && this.#replies.isEmpty) this.#rejectingSinceMs ??= performance.now();
  }

  /** Rejects input that cannot become a message, as the answer to its call where the header is readable, and closes. */
  #rejectInput(error: unknown): void {
    const { dispatcher, reject, report } = this.#parts;
    const message = this.#source.peek();
    if (message !== undefined) {
      this.#setDialect();
      dispatcher.rejectUnreadable(this.#replies, message, error);
    } else if (error instanceof ThriftProtocolError) reject(this.peer, 'malformed', error.message);
    else report(error, 'reading the first bytes');
    this.end();
  }

  #pauseOrResume(pause: boolean): void {
    if (pause === this.#socket.isPaused()) return;
    if (pause) {
      this.#socket.pause();
    } else {
      this.#source.clock.resumed();
      this.#socket.resume();
      setImmediate(this.#onPolled);
    }
  }

  /** What had arrived during a pause is read by now. */
  readonly #onPolled = (): void => {
    if (!this.#socket.isPaused()) this.#source.endWait();
  };

  /** Goes on after the current callback: a call that ends must not start another one within its own end. */
  readonly #continueSoon = (): void => {
    if (this.#willContinue || !(this.#hasWork || this.#parts.limiter.isOverBudget)) return;
    this.#willContinue = true;
    process.nextTick(this.#continue);
  };

  readonly #continue = (): void => {
    this.#willContinue = false;
    this.#parts.onGrown();
    this.#onProgress();
  };

  /** Goes on with what waited for replies. */
  readonly #onProgress = (): void => {
    if (this.#ours === 'closing') this.#finishWhenDone();
    else if (this.#hasWork) this.#process();
  };

  /** Whether the end of a call, or of a write, may let the connection go on. */
  get #hasWork(): boolean {
    const isWaiting = this.#source.heldBytes > 0 || this.#socket.isPaused() || this.#theirs === 'ended';
    return isWaiting || this.#ours === 'closing';
  }

  readonly #onEnd = (): void => {
    this.#theirs = 'ended';
    if (this.#isReading) this.#process();
    else if (this.#ours === 'lingering') this.#socket.destroySoon();
  };

  #finishWhenDone(): void {
    if (this.#ours !== 'closing' || !this.#replies.isEmpty || !this.#writeQueue.isEmpty) return;
    this.#enter('lingering');
    this.#lingerUntilMs = performance.now() + LINGER_MS;
    this.#socket.end();
    if (this.#theirs === 'ended') this.#socket.destroySoon();
  }

  readonly #onClose = (): void => {
    if (this.#ours === 'closed') return;
    this.#enter('closed');
    const unanswered = [...this.#replies.open()];
    this.#replies.close();
    this.#writeQueue.close();
    this.#source.clear();
    this.#parts.onClosed(this);
    const error = new ApplicationError('INTERNAL_ERROR', 'the client closed the connection');
    for (const call of unanswered) call.disconnect(error);
  };

  #enter(state: OurState): void {
    this.#ours = transition(TRANSITIONS, this.#ours, state);
  }
}
