import type { Socket } from 'node:net';
import { ThriftProtocolError, ThriftTransportError } from '../errors.js';
import { detect } from '../framing/detect.js';
import type { Framing, ReceivedMessage } from '../framing/framing.js';
import { InputBuffer } from '../framing/input-buffer.js';
import { isFatal } from '../framing/is-fatal.js';
import { inflateInPool, inflateSmall, isCompressed } from '../framing/transforms.js';
import { zlibQueue } from '../framing/zlib-queue.js';
import type { ThriftLimits } from '../limits.js';
import type { PerProtocol } from '../protocol/per-protocol.js';
import type { ProtocolReader } from '../protocol/protocol.js';
import { ActivityClock, sweepIntervalMs } from '../connection/activity-clock.js';
import { transition, type Transitions } from '../connection/transitions.js';
import { WriteQueue } from '../connection/write-queue.js';
import type { Call, SentOn } from './call.js';
import type { CallEncoder } from './call-encoder.js';
import { CallWindow } from './call-window.js';
import { PendingCalls } from './pending-calls.js';
import { readReply, strayReply, type Reply } from './reply-reader.js';
import { describeSocketError, isHandshakeAlert } from './socket-error.js';

/** Time for the server to read what was written, and to answer our FIN. */
const LINGER_MS = 500;

/** The transitions drawn in ClientConnection; any other throws. */
const TRANSITIONS: Transitions<'open' | 'retiring' | 'closed'> = {
  open: ['retiring', 'closed'],
  retiring: ['closed'],
  closed: [],
};

/** What the connections of a client share. */
export interface SharedParts {
  readonly limits: ThriftLimits;
  readonly encoder: CallEncoder;
  readonly readers: PerProtocol<ProtocolReader>;
}

/** What the connections to a server share. */
export interface ConnectionParts extends SharedParts {
  /** Called when the server answered a call. */
  readonly onReply: (call: Call, reply: Reply, headers: ReadonlyMap<string, string> | undefined) => void;
  /** Called when a call gets no reply, or an unreadable one. */
  readonly onFailed: (call: Call, error: Error) => void;
  /** Called when a call has had no reply in its time. */
  readonly onLate: (connection: ClientConnection) => void;
  /** Called when further calls may be sent. */
  readonly onReady: () => void;
  /** Called once, when the connection takes no further calls: it was lost, for the given reason, or is to be replaced. */
  readonly onRetired: (connection: ClientConnection, error: Error | undefined) => void;
}

/**
 * One connection to a server: sends calls, matches replies to them, and handles everything a server may do wrong.
 *
 * ```
 * open ─retire: to be replaced │ idle─▶ retiring      (takes no calls, waits for the replies)
 * open, retiring ─FIN │ reset │ invalid bytes │ close─▶ closed
 * ```
 */
export class ClientConnection implements SentOn {
  /** Whether a reply was received. */
  hasServed = false;
  readonly openedAtMs = performance.now();
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;

  readonly #input = new InputBuffer();
  readonly #writeQueue: WriteQueue;
  readonly #clock = new ActivityClock();
  readonly #calls = new PendingCalls();
  readonly #window: CallWindow;
  readonly #timer: NodeJS.Timeout;
  #state: 'open' | 'retiring' | 'closed' = 'open';
  /** Whether a reply is inflated in the pool. Nothing is read meanwhile, so replies keep their order. */
  #isInflating = false;
  #lastError: Error | undefined;
  #lastReplyAtMs = 0;
  /**
   * Since when the server has sent no whole reply while calls waited that are given up by now. A part of one proves
   * nothing.
   */
  #unansweredSinceMs = Infinity;
  readonly #framing: Framing;
  readonly #parts: ConnectionParts;

  constructor(
    readonly socket: Socket,
    framing: Framing,
    parts: ConnectionParts,
  ) {
    this.#framing = framing;
    this.#parts = parts;
    this.#window = new CallWindow(parts.limits.maxCallsPerConnection);
    // The calls of one event-loop iteration leave together at its end: waking the server is most of the cost of a write.
    this.#writeQueue = new WriteQueue(socket, { used: 0 }, this.#onProgress, setImmediate);
    this.#timer = setInterval(this.#sweep, sweepIntervalMs(parts.limits)).unref();
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        clearInterval(this.#timer);
        resolve();
      });
    });
    socket.on('data', this.#onData);
    socket.on('end', this.#onLost);
    socket.on('error', (error) => {
      this.#lastError ??= error;
    });
    socket.on('close', this.#onLost);
  }

  /** Whether one more call may be sent now. Further calls wait in the channel, from where another connection can take them. */
  get canSend(): boolean {
    return (
      this.#state === 'open' &&
      this.#window.allows(this.#calls.size) &&
      this.#writeQueue.unsentBytes < this.#parts.limits.maxUnsentBytesPerConnection
    );
  }

  /** Calls without a reply, those that were given up included. */
  get unansweredCalls(): number {
    return this.#calls.size + this.#calls.abandonedSize;
  }

  /** Sends a call. @throws ThriftProtocolError for arguments that don't fit the IDL or the limits; nothing is sent then. */
  send(call: Call): void {
    call.seqid = this.#calls.nextSeqid();
    const message = this.#parts.encoder.encode(call, this.#framing);
    if (!call.method.method.oneway) {
      this.#calls.add(call);
      call.sentOn = this;
    }
    this.#writeQueue.send(message);
  }

  abandon(call: Call, isLate: boolean): void {
    if (!this.#calls.abandon(call)) return;
    if (isLate) this.#parts.onLate(this);
    const { maxCallsPerConnection, partialMessageTimeoutMs } = this.#parts.limits;
    this.#unansweredSinceMs = Math.min(this.#unansweredSinceMs, Math.max(this.#lastReplyAtMs, call.startedAtMs));
    // The server may have vanished without closing the connection, or lost these calls, or trickle a reply that blocks theirs.
    const isSuspect = performance.now() - this.#unansweredSinceMs >= partialMessageTimeoutMs;
    if (isSuspect || this.#calls.abandonedSize > maxCallsPerConnection) this.retire();
    this.#onProgress();
  }

  retire(): void {
    if (this.#state !== 'open') return;
    this.#state = transition(TRANSITIONS, this.#state, 'retiring');
    this.#parts.onRetired(this, undefined);
    this.#endWhenDone();
  }

  /** Fails the calls in flight, sends what is written, and closes. */
  async close(error: Error): Promise<void> {
    this.retire();
    this.#failAll(error);
    this.#endWhenDone();
    const limit = setTimeout(this.#cut, LINGER_MS);
    await this.closed;
    clearTimeout(limit);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#state === 'closed') return;
    this.#clock.received(this.#input.length === 0);
    this.#input.append(chunk);
    this.#receiveAll();
  };

  #receiveAll(): void {
    try {
      while (!this.#isInflating) {
        const message = this.#next();
        if (message === undefined) break;
        this.#clock.messageTaken();
        if (isCompressed(message)) this.#inflate(message);
        else this.#receive(message);
      }
    } catch (error) {
      this.#break(error as Error);
    }
    this.#input.compact();
    this.#onProgress();
  }

  #inflate(message: ReceivedMessage): void {
    const { limits } = this.#parts;
    const small = inflateSmall(message, limits);
    if (small !== undefined) {
      this.#receive(small);
      return;
    }
    this.#isInflating = true;
    this.socket.pause();
    zlibQueue.add((done) => {
      if (this.#state === 'closed') return false;
      inflateInPool(message, limits, (inflated) => {
        done();
        this.#onInflated(inflated);
      });
      return true;
    });
  }

  #onInflated(inflated: ReceivedMessage | ThriftProtocolError): void {
    if (this.#state === 'closed') return;
    this.#isInflating = false;
    this.socket.resume();
    try {
      if (!('bytes' in inflated)) throw inflated;
      this.#receive(inflated);
    } catch (error) {
      this.#break(error as Error);
    }
    this.#receiveAll();
  }

  /** The next whole message. An invalid one fails its own call, where the header is readable. */
  #next(): ReceivedMessage | undefined {
    try {
      return this.#framing.read(this.#input);
    } catch (error) {
      if (!this.hasServed && speaksHttp(this.#input)) {
        throw new ThriftProtocolError('malformed', 'it speaks HTTP, not Thrift', { cause: error });
      }
      const call = this.#callOf(this.#framing.peek(this.#input));
      if (call !== undefined) this.#parts.onFailed(call, error as Error);
      throw error;
    }
  }

  #callOf(message: ReceivedMessage): Call | undefined {
    const reader = this.#parts.readers.of(message.protocol);
    reader.reset(message.bytes, message.start, message.end);
    try {
      const call = this.#calls.take(reader.readMessageBegin().seqid);
      return call === 'late' ? undefined : call;
    } catch {
      return undefined;
    }
  }

  #receive(message: ReceivedMessage): void {
    const reader = this.#parts.readers.of(message.protocol);
    reader.reset(message.bytes, message.start, message.end);
    const header = reader.readMessageBegin();
    const call = this.#calls.take(header.seqid);
    if (call === undefined) throw strayReply(reader, header);
    this.hasServed = true;
    this.#lastReplyAtMs = performance.now();
    this.#unansweredSinceMs = Infinity;
    if (call === 'late') return;
    let reply: Reply;
    try {
      reply = readReply(reader, header, call.method);
    } catch (error) {
      this.#parts.onFailed(call, error as Error);
      if (isFatal(error, this.#framing.name !== 'unframed')) throw error;
      return;
    }
    if (reply.kind !== 'rejected') this.#window.answered();
    else if (reply.error.reason === 'overloaded') {
      this.#window.rejected(header.seqid, this.#calls.size + 1, this.#calls.lastSeqid);
    }
    this.#parts.onReply(call, reply, message.headers?.headers);
  }

  /** Closes the connection after invalid or missing bytes. */
  #break(cause: Error): void {
    this.#lastError = cause;
    this.#onLost();
    this.#cut();
  }

  readonly #onLost = (): void => {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = transition(TRANSITIONS, this.#state, 'closed');
    const error = this.#lossError();
    this.#writeQueue.close();
    this.#input.clear();
    if (wasOpen) this.#parts.onRetired(this, this.#lastError);
    this.#failAll(error);
    this.#sendFin();
  };

  #lossError(): ThriftTransportError {
    const cause = this.#lastError;
    const half = this.#input.length > 0 ? ' in the middle of a reply' : '';
    const why = cause === undefined ? `the server closed it${half}` : describeSocketError(cause);
    if (cause !== undefined && !this.hasServed && isHandshakeAlert(cause)) {
      return new ThriftTransportError('connect-failed', 'no', `Can't connect: ${why}; the call was not run`, { cause });
    }
    const message = `The connection was lost: ${why}; the call may have run`;
    return new ThriftTransportError('connection-lost', 'maybe', message, { cause });
  }

  #failAll(error: Error): void {
    for (const call of this.#calls.takeAll()) this.#parts.onFailed(call, error);
  }

  readonly #onProgress = (): void => {
    if (this.#state === 'retiring') this.#endWhenDone();
    else if (this.#state === 'open') this.#parts.onReady();
  };

  #endWhenDone(): void {
    if (this.#state !== 'retiring' || this.#calls.size > 0 || !this.#writeQueue.isEmpty) return;
    this.#sendFin();
  }

  /** Sends our FIN. A server that does not read would otherwise keep the socket, and the process, alive forever. */
  #sendFin(): void {
    this.socket.end();
    setTimeout(this.#cut, LINGER_MS).unref();
  }

  readonly #cut = (): void => {
    this.socket.destroy();
  };

  readonly #sweep = (): void => {
    const { limits } = this.#parts;
    const nowMs = performance.now();
    if (this.#input.length > 0 && !this.#isInflating && this.#clock.isStuckInMessage(nowMs, limits)) {
      this.#break(new Error(`the server sent ${String(this.#input.length)} bytes of a reply and no more`));
    } else if (this.#writeQueue.isStalled(limits.replyStallTimeoutMs, nowMs)) {
      this.#break(new Error('the server takes none of its calls'));
    } else if (this.#calls.size > 0 || !this.#writeQueue.isEmpty) this.#clock.busy(nowMs);
    else if (this.#clock.isIdleTooLong(nowMs, limits)) this.retire();
  };
}

/** Whether the server speaks HTTP, which means a wrong port. */
function speaksHttp({ bytes, start, end }: InputBuffer): boolean {
  const detected = detect(bytes, start, end);
  return detected?.kind === 'foreign' && detected.speaks === 'http';
}
