import type { Socket } from 'node:net';
import { ThriftError, ThriftProtocolError } from '../errors.js';
import type { ForeignProtocol } from '../framing/detect.js';
import type { FramingName, ReceivedMessage } from '../framing/framing.js';
import type { ThriftLimits } from '../limits.js';
import type { WrittenMessage } from '../protocol/byte-writer.js';
import type { ProtocolName } from '../protocol/protocol.js';
import { ReplyQueue } from './reply-queue.js';
import type { RejectionReason } from './events.js';
import { Farewell } from './farewell.js';
import { MessageSource } from './message-source.js';
import { Linger } from './linger.js';
import { MessageTurn } from './message-turn.js';
import { WriteQueue, type ByteBudget } from '../connection/write-queue.js';
import { SocketPeer } from '../connection/peer.js';
import type { CallConnection, ServerCall } from './server-call.js';

const HTTP_ANSWER =
  'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nThis port speaks Thrift, not HTTP.\n';

/** What a connection needs of the server that it belongs to. Its methods don't throw. */
export interface ConnectionHost {
  readonly limits: ThriftLimits;
  readonly bufferedBytes: ByteBudget;
  readonly unsentBytes: ByteBudget;
  /** Calls what it is given when replies are to leave. */
  readonly scheduleWrite: (write: () => void) => void;
  /** The path of the Unix domain socket that it came by. */
  readonly path: string | undefined;
  /** A whole message: run it, or refuse it. */
  receive(connection: ServerConnection, message: ReceivedMessage): void;
  /** Bytes that are no message, or that a fault of ours kept from becoming one: answer what can be made out of them. */
  refuse(connection: ServerConnection, message: ReceivedMessage, error: unknown): void;
  /** The peer speaks something else. */
  foreign(connection: ServerConnection, speaks: ForeignProtocol): void;
  reject(connection: ServerConnection, reason: RejectionReason, message: string): void;
  /** Something failed that is no fault of the peer. */
  report(error: unknown, what: string): void;
  /** A call's deadline has passed. */
  expire(call: ServerCall): void;
  /** Bytes were taken in or replies written: there may be too many in the process. */
  grew(): void;
  closed(connection: ServerConnection, unanswered: readonly ServerCall[]): void;
}

type State = 'open' | 'ending' | 'closed';

/** One connection: bytes in, whole messages to the host, replies out in order, and every way that a peer may stray. */
export class ServerConnection extends SocketPeer implements CallConnection {
  private readonly intake: MessageSource;
  private readonly writeQueue: WriteQueue;
  private readonly calls: ReplyQueue;
  private readonly turn = new MessageTurn(() => {
    this.process();
  });
  private readonly farewell = new Farewell();
  private state: State = 'open';
  private processing = false;
  private peerEnded = false;
  /** Set when everything is sent, FIN included. */
  private linger: Linger | undefined;

  constructor(
    id: number,
    socket: Socket,
    private readonly host: ConnectionHost,
  ) {
    super(id, socket, host.path);
    this.intake = new MessageSource(host.limits, host.bufferedBytes);
    this.writeQueue = new WriteQueue(socket, host.unsentBytes, this.onProgress, host.scheduleWrite);
    this.calls = new ReplyQueue(this.writeQueue, host.limits, host.bufferedBytes);
    socket.on('data', this.onData);
    socket.on('end', this.onEnd);
    // 'close' follows and does the work; without a listener an RST would end the process.
    socket.on('error', () => undefined);
    socket.on('close', this.onClose);
  }

  get protocol(): ProtocolName | undefined {
    return this.intake.protocol?.name;
  }

  get framing(): FramingName | undefined {
    return this.intake.framing?.name;
  }

  /** How its messages are told apart, for replies that look like their requests. */
  get replyFraming(): MessageSource['framing'] {
    return this.intake.framing;
  }

  /** Bytes of requests, and of replies, that it holds. */
  get heldBytes(): number {
    return this.intake.length + this.calls.requestBytes + this.writeQueue.unsentBytes;
  }

  /** Whether the message read last came after `drain`. */
  get isRefusing(): boolean {
    return this.intake.isPastGrace;
  }

  /** Whether the peer has nothing else under way than the message read last. */
  get isPatient(): boolean {
    return this.intake.isAlone && this.calls.running === 1;
  }

  /** Gives a call its place in the order of replies. */
  add(call: ServerCall): void {
    this.calls.add(call);
  }

  /** The request of a call takes that much more memory than its bytes. */
  weigh(call: ServerCall, moreBytes: number): void {
    this.calls.weigh(call, moreBytes);
  }

  /** Answers a call. False: it has its answer already, or the connection is gone. */
  settle(call: ServerCall, reply: WrittenMessage | undefined): boolean {
    const first = this.calls.settle(call, reply);
    if (!first) return false;
    this.host.grew();
    this.onProgress();
    return true;
  }

  /** The calls without an answer, oldest first. */
  unsettled(): Iterable<ServerCall> {
    return this.calls.unsettled();
  }

  /**
   * The server closes: calls whose last byte was read run to their end, later ones are refused, and `endIfDrained`
   * closes when nothing is left to do.
   */
  drain(): void {
    this.intake.startGrace();
    this.process();
  }

  /** While draining: closes when there is nothing to do, and the peer has had the time to hear of it. */
  endIfDrained(nowMs: number): void {
    if (this.state !== 'open') return;
    if (!this.calls.isEmpty || !this.writeQueue.isEmpty || this.turn.isOver) this.intake.clock.busy(nowMs);
    else if (this.farewell.isOver(this.intake.clock, this.intake.length > 0, nowMs)) this.end();
  }

  /** Takes nothing more, and closes when the calls that run are answered. */
  end(): void {
    if (this.state !== 'open') return;
    this.state = 'ending';
    this.intake.clear();
    this.socket.resume();
    this.finishWhenDone();
  }

  /** Cuts the connection. */
  destroy(): void {
    this.socket.destroy();
    this.onClose();
  }

  /** Looks at the time: called every so often by the host, so that no call needs a timer of its own. */
  sweep(nowMs: number): void {
    if (this.linger !== undefined) {
      if (this.linger.isOver(nowMs)) this.destroy();
      return;
    }
    const { limits } = this.host;
    for (const call of this.calls.unsettled()) {
      if (call.deadlineAtMs <= nowMs) this.host.expire(call);
    }
    if (this.writeQueue.isStalled(limits.replyStallTimeoutMs, nowMs)) {
      this.host.reject(this, 'reply-stall-timeout', 'takes none of its replies');
      this.destroy();
    } else if (this.state === 'open') this.sweepIntake(nowMs, limits);
  }

  private sweepIntake(nowMs: number, limits: ThriftLimits): void {
    const { clock, length } = this.intake;
    if (!this.calls.isEmpty || !this.writeQueue.isEmpty) clock.busy(nowMs);
    if (length > 0) {
      if (this.socket.isPaused() || !clock.isStuckInMessage(nowMs, limits)) return;
      this.host.reject(this, 'partial-message-timeout', `sent ${String(length)} bytes of a message and no more`);
      this.end();
    } else if (clock.isIdleTooLong(nowMs, limits)) {
      this.host.reject(this, 'idle-timeout', 'had no call for too long');
      this.end();
    }
  }

  private readonly onData = (chunk: Buffer): void => {
    if (this.state === 'open') {
      this.intake.append(chunk);
      this.process();
      return;
    }
    this.linger?.received(chunk.length);
    if (this.linger?.isOver(performance.now()) === true) this.destroy();
  };

  /** Runs what is whole, as far as there is room for more calls. */
  private process(): void {
    if (this.processing || this.state !== 'open') return;
    this.processing = true;
    try {
      this.receiveAll();
    } catch (error) {
      this.refuse(error);
    }
    this.processing = false;
    this.intake.rest();
    this.host.grew();
    this.afterProcessing();
  }

  private receiveAll(): void {
    while (this.state === 'open' && !this.isFull) {
      const message = this.intake.read();
      if (message === undefined) break;
      this.host.receive(this, message);
      this.turn.took(message.end - message.start);
    }
    const { foreign } = this.intake;
    if (foreign === undefined) return;
    this.host.foreign(this, foreign);
    if (foreign === 'http') this.socket.write(HTTP_ANSWER);
    this.end();
  }

  /** Whether nothing more may be run for now. */
  private get isFull(): boolean {
    return this.turn.isOver || this.calls.isFull;
  }

  private afterProcessing(): void {
    if (this.state !== 'open') return;
    const full = this.isFull;
    this.pauseOrResume(full && this.intake.length > 0);
    if (this.peerEnded && !full) {
      if (this.intake.length > 0) this.refuse(new ThriftProtocolError('truncated', 'the message breaks off'));
      else this.end();
    } else if (this.isRefusing && this.calls.isEmpty) this.farewell.refused();
  }

  private refuse(error: unknown): void {
    const message = this.intake.peek();
    // The answer is progress, and progress would have the same bytes read, and refused, again.
    this.processing = true;
    if (message !== undefined) this.host.refuse(this, message, error);
    else if (error instanceof ThriftError) this.host.reject(this, 'malformed', error.message);
    else this.host.report(error, 'reading the first bytes');
    this.processing = false;
    this.end();
  }

  /** Reading goes on while nothing waits to be run, since only a socket that is read from tells of an RST. */
  private pauseOrResume(pause: boolean): void {
    if (pause === this.socket.isPaused()) return;
    if (pause) this.socket.pause();
    else {
      this.intake.clock.resumed();
      this.socket.resume();
    }
  }

  private readonly onProgress = (): void => {
    if (this.state === 'ending') this.finishWhenDone();
    else if (this.intake.length > 0 || this.socket.isPaused() || this.peerEnded) this.process();
  };

  private readonly onEnd = (): void => {
    this.peerEnded = true;
    if (this.state === 'open') this.process();
    else if (this.linger !== undefined) this.socket.destroySoon();
  };

  private finishWhenDone(): void {
    if (this.linger !== undefined || !this.calls.isEmpty || !this.writeQueue.isEmpty) return;
    this.linger = new Linger();
    this.socket.end();
    if (this.peerEnded) this.socket.destroySoon();
  }

  private readonly onClose = (): void => {
    if (this.state === 'closed') return;
    this.state = 'closed';
    const unanswered = [...this.calls.unsettled()];
    this.calls.clear();
    this.writeQueue.close();
    this.intake.clear();
    this.host.closed(this, unanswered);
  };
}
