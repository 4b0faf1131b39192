import type { Socket } from 'node:net';
import { ThriftError, ThriftProtocolError } from '../errors.js';
import type { Framing, FramingName, ReceivedMessage } from '../framing/framing.js';
import type { ForeignProtocol } from '../framing/detect.js';
import { InputBuffer } from '../framing/input-buffer.js';
import type { ThriftLimits } from '../limits.js';
import type { WrittenMessage } from '../protocol/byte-writer.js';
import type { Protocol, ProtocolName } from '../protocol/protocol.js';
import { ActivityClock } from './activity-clock.js';
import { CallQueue } from './call-queue.js';
import type { RejectionReason, ThriftPeer } from './events.js';
import { Outbox, type ByteBudget } from './outbox.js';
import type { PendingCall } from './pending-call.js';

/** After our FIN a peer has this long, and may send this much, before the connection is cut. */
const LINGER_MS = 2_000;
const LINGER_BYTES = 1_048_576;
const HTTP_ANSWER =
  'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nThis port speaks Thrift, not HTTP.\n';

/** What a connection needs of the server that it belongs to. */
export interface ConnectionHost {
  readonly limits: ThriftLimits;
  readonly bufferedBytes: ByteBudget;
  readonly unsentBytes: ByteBudget;
  /** The dialect of a new connection, undefined while more bytes are needed. */
  open(input: InputBuffer): { protocol: Protocol; framing: Framing } | { foreign: ForeignProtocol } | undefined;
  /** The peer speaks something else. */
  foreign(connection: Connection, speaks: ForeignProtocol): void;
  /** A whole message: run it, or refuse it. Never throws. */
  receive(connection: Connection, message: ReceivedMessage): void;
  /** Bytes that are no message: answer them where a call can be made out. */
  refuse(connection: Connection, message: ReceivedMessage, error: ThriftError): void;
  reject(connection: Connection, reason: RejectionReason, message: string): void;
  expire(call: PendingCall): void;
  closed(connection: Connection, unanswered: Iterable<PendingCall>): void;
}

type State = 'open' | 'ending' | 'lingering' | 'closed';

/** One connection: bytes in, whole messages to the host, replies out in order, and every way that a peer may stray. */
export class Connection implements ThriftPeer {
  readonly address: string;
  readonly port: number | undefined;
  readonly input = new InputBuffer();
  /** How its messages are told apart; known after the first bytes. */
  framer: Framing | undefined;
  /** The protocol of its messages; in THeader each message has its own. */
  dialect: Protocol | undefined;

  private readonly outbox: Outbox;
  private readonly calls: CallQueue;
  private state: State = 'open';
  private processing = false;
  private peerEnded = false;
  private accountedBytes = 0;
  private readonly clock = new ActivityClock();
  /** While draining: bytes of the input that came before and may still be run. */
  private graceBytes = Infinity;
  private lingerUntilMs = 0;
  private lingerBytesLeft = LINGER_BYTES;

  constructor(
    readonly id: number,
    readonly socket: Socket,
    private readonly host: ConnectionHost,
  ) {
    this.address = socket.remoteAddress ?? '';
    this.port = socket.remotePort;
    this.outbox = new Outbox(socket, host.unsentBytes, this.onProgress);
    this.calls = new CallQueue(this.outbox);
    socket.setNoDelay(true);
    socket.on('data', this.onData);
    socket.on('end', this.onEnd);
    // 'close' follows and does the work; without a listener an RST would end the process.
    socket.on('error', () => undefined);
    socket.on('close', this.onClose);
  }

  get protocol(): ProtocolName | undefined {
    return this.dialect?.name;
  }

  get framing(): FramingName | undefined {
    return this.framer?.name;
  }

  get bytesRead(): number {
    return this.socket.bytesRead;
  }

  get bytesWritten(): number {
    return this.socket.bytesWritten;
  }

  /** Bytes of requests, and of replies, that it holds. */
  get heldBytes(): number {
    return this.input.length + this.outbox.unsentBytes;
  }

  /** Gives a call its place in the order of replies. */
  add(call: PendingCall): void {
    this.calls.add(call);
  }

  /** Answers a call. False: it has its answer already, or the connection is gone. */
  settle(call: PendingCall, reply: WrittenMessage | undefined): boolean {
    const first = this.calls.settle(call, reply);
    if (first) this.onProgress();
    return first;
  }

  /**
   * The server closes: calls whose last byte was read run to their end, later ones are refused, then it closes. An idle
   * connection closes at once.
   */
  drain(): void {
    this.graceBytes = this.input.length;
    this.process();
    this.endWhenDrained();
  }

  /** Whether the message read last came after `drain`. */
  get isRefusing(): boolean {
    return this.graceBytes < 0;
  }

  /** Refuses everything that comes from now on, and closes when the calls that run are answered. */
  end(): void {
    if (this.state !== 'open') return;
    this.state = 'ending';
    this.input.clear();
    this.accountInput();
    this.socket.resume();
    this.finishWhenDone();
  }

  /** Cuts the connection. */
  destroy(): void {
    this.socket.destroy();
  }

  /** Answers every call that still runs with an error, by way of the host. */
  expireAll(): void {
    for (const call of this.calls.unsettled()) this.host.expire(call);
  }

  /** Whether it has neither calls nor bytes. */
  get isIdle(): boolean {
    return this.calls.isEmpty && this.outbox.isEmpty && this.input.length === 0;
  }

  /** Looks at the time: called every so often by the host, so that no call needs a timer of its own. */
  sweep(nowMs: number): void {
    if (this.state === 'lingering') {
      if (nowMs > this.lingerUntilMs) this.destroy();
      return;
    }
    const { limits } = this.host;
    for (const call of this.calls.unsettled()) {
      if (call.deadlineAtMs <= nowMs) this.host.expire(call);
    }
    if (!this.outbox.isEmpty && nowMs - this.outbox.lastProgressAtMs > limits.replyStallTimeoutMs) {
      this.host.reject(this, 'reply-stall-timeout', 'takes none of its replies');
      this.destroy();
    } else if (this.state === 'open') this.sweepInput(nowMs, limits);
  }

  private sweepInput(nowMs: number, limits: ThriftLimits): void {
    if (this.input.length > 0) {
      if (this.mustPause() || !this.clock.isStuckInMessage(nowMs, limits)) return;
      this.host.reject(
        this,
        'partial-message-timeout',
        `sent ${String(this.input.length)} bytes of a message and no more`,
      );
      this.end();
    } else if (this.isIdle && this.clock.isIdleTooLong(nowMs, limits)) {
      this.host.reject(this, 'idle-timeout', 'had no call for too long');
      this.end();
    }
  }

  private readonly onData = (chunk: Buffer): void => {
    if (this.state !== 'open') {
      this.lingerBytesLeft -= chunk.length;
      if (this.lingerBytesLeft < 0 && this.state === 'lingering') this.destroy();
      return;
    }
    this.clock.received(this.input.length === 0);
    this.input.append(chunk);
    this.process();
  };

  private process(): void {
    if (this.processing || this.state !== 'open') return;
    this.processing = true;
    try {
      while (!this.mustPause()) {
        if (this.framer === undefined && !this.detectDialect()) break;
        const before = this.input.length;
        const message = this.framer?.read(this.input);
        if (message === undefined) break;
        this.graceBytes -= before - this.input.length;
        this.clock.messageTaken();
        this.host.receive(this, message);
      }
    } catch (error) {
      this.refuse(error);
    } finally {
      this.processing = false;
    }
    this.accountInput();
    this.pauseOrResume();
    if (this.peerEnded && !this.mustPause()) this.end();
  }

  /** False while the dialect is not known, or when it is none that is spoken here. */
  private detectDialect(): boolean {
    if (this.input.length === 0) return false;
    const opened = this.host.open(this.input);
    if (opened === undefined) return false;
    if ('foreign' in opened) {
      this.host.foreign(this, opened.foreign);
      if (opened.foreign === 'http') this.socket.write(HTTP_ANSWER);
      this.end();
      return false;
    }
    this.dialect = opened.protocol;
    this.framer = opened.framing;
    return true;
  }

  private refuse(error: unknown): void {
    const refusal =
      error instanceof ThriftError ? error : new ThriftProtocolError('malformed', 'unreadable', { cause: error });
    if (this.framer !== undefined) this.host.refuse(this, this.framer.peek(this.input), refusal);
    this.end();
  }

  private mustPause(): boolean {
    const { limits } = this.host;
    return (
      this.state !== 'open' ||
      this.calls.running >= limits.maxCallsPerConnection ||
      this.outbox.unsentBytes >= limits.maxUnsentBytesPerConnection
    );
  }

  private pauseOrResume(): void {
    if (this.state !== 'open') return;
    const pause = this.mustPause();
    if (pause === this.socket.isPaused()) return;
    if (pause) this.socket.pause();
    else this.socket.resume();
  }

  private readonly onProgress = (): void => {
    if (this.state === 'ending') this.finishWhenDone();
    else if (
      this.state === 'open' &&
      !this.processing &&
      (this.input.length > 0 || this.socket.isPaused() || this.peerEnded)
    ) {
      this.process();
    }
    if (this.graceBytes !== Infinity) this.endWhenDrained();
  };

  private endWhenDrained(): void {
    if (this.state === 'open' && this.calls.isEmpty && this.outbox.isEmpty) this.end();
  }

  private readonly onEnd = (): void => {
    this.peerEnded = true;
    if (this.state === 'open') this.process();
    else if (this.state === 'lingering') this.socket.destroySoon();
  };

  private finishWhenDone(): void {
    if (!this.calls.isEmpty || !this.outbox.isEmpty) return;
    this.state = 'lingering';
    this.lingerUntilMs = performance.now() + LINGER_MS;
    this.socket.end();
    if (this.peerEnded) this.socket.destroySoon();
  }

  private accountInput(): void {
    this.host.bufferedBytes.used += this.input.length - this.accountedBytes;
    this.accountedBytes = this.input.length;
  }

  private readonly onClose = (): void => {
    this.state = 'closed';
    const unanswered = [...this.calls.unsettled()];
    this.calls.clear();
    this.outbox.close();
    this.input.clear();
    this.accountInput();
    this.host.closed(this, unanswered);
  };
}
