import type { Socket } from 'node:net';
import { ThriftProtocolError, ThriftTransportError } from '../errors.js';
import type { Framing, ReceivedMessage } from '../framing/framing.js';
import { InputBuffer } from '../framing/input-buffer.js';
import type { ThriftLimits } from '../limits.js';
import { EXCEPTION } from '../protocol/constants.js';
import { readApplicationException } from '../protocol/envelope.js';
import type { MessageHeader, Protocol, ProtocolReader } from '../protocol/protocol.js';
import { ActivityClock } from '../server/activity-clock.js';
import { Outbox } from '../server/outbox.js';
import type { Call, SentOn } from './call.js';
import type { CallEncoder } from './call-encoder.js';
import { readReply, type Reply } from './reply-reader.js';

const GREATEST_SEQID = 0x7fffffff;
/** How long the server has to answer our FIN with its own. */
const LINGER_MS = 500;

/** What a connection needs of the client that it belongs to. */
export interface ConnectionHost {
  readonly limits: ThriftLimits;
  readonly encoder: CallEncoder;
  /** The reader of a protocol; one for all connections. */
  reader(protocol: Protocol): ProtocolReader;
  /** The server answered. */
  replied(call: Call, reply: Reply, headers: ReadonlyMap<string, string> | undefined): void;
  /** There will be no reply, or none that can be read. */
  failed(call: Call, error: Error): void;
  /** There may be room for further calls. */
  ready(connection: ClientConnection): void;
  /** It takes no further calls: it was lost, or a fresh one is better. */
  gone(connection: ClientConnection, error: Error | undefined): void;
}

/** One connection to a server: calls out, replies matched to them by their sequence ids. */
export class ClientConnection implements SentOn {
  /** Whether a reply has ever come. */
  hasServed = false;
  readonly openedAtMs = performance.now();
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;

  private readonly input = new InputBuffer();
  private readonly outbox: Outbox;
  private readonly clock = new ActivityClock();
  private readonly pending = new Map<number, Call>();
  /** Calls that nobody waits for any more, and whose replies may still come. */
  private readonly abandoned = new Set<number>();
  private readonly timer: NodeJS.Timeout;
  private lastSeqid = 0;
  /** When a call was given up first since the server said anything. */
  private silentSinceMs = Infinity;
  private state: 'open' | 'retiring' | 'closed' = 'open';
  private lastError: Error | undefined;

  constructor(
    readonly socket: Socket,
    private readonly framing: Framing,
    private readonly host: ConnectionHost,
  ) {
    this.outbox = new Outbox(socket, { used: 0 }, this.onProgress);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        clearInterval(this.timer);
        resolve();
      });
    });
    this.timer = setInterval(this.sweep, sweepIntervalMs(host.limits)).unref();
    socket.on('data', this.onData);
    socket.on('end', this.onLost);
    socket.on('error', (error) => {
      this.lastError = error;
    });
    socket.on('close', this.onLost);
  }

  /** Whether one more call may be sent now. What is not sent yet can still go elsewhere, so it waits outside. */
  get hasRoom(): boolean {
    return (
      this.state === 'open' &&
      this.pending.size < this.host.limits.maxCallsPerConnection &&
      this.outbox.unsentBytes < this.host.limits.maxUnsentBytesPerConnection
    );
  }

  /** Sends a call. @throws ThriftProtocolError for arguments that don't fit: nothing was sent then. */
  send(call: Call): void {
    call.seqid = this.nextSeqid();
    const message = this.host.encoder.encode(call, this.framing);
    if (!call.method.method.oneway) {
      this.pending.set(call.seqid, call);
      call.sentOn = this;
    }
    this.outbox.send(message);
  }

  abandon(call: Call): void {
    if (!this.pending.delete(call.seqid)) return;
    this.abandoned.add(call.seqid);
    const nowMs = performance.now();
    const { maxCallsPerConnection, partialMessageTimeoutMs } = this.host.limits;
    if (this.silentSinceMs === Infinity) this.silentSinceMs = nowMs;
    // The server may be gone without a word, or has lost track of these calls.
    const isSuspect = nowMs - this.silentSinceMs > partialMessageTimeoutMs;
    if (isSuspect || this.abandoned.size > maxCallsPerConnection) this.retire();
    this.onProgress();
  }

  /** Takes no further calls, and closes when those that run are answered. */
  retire(): void {
    if (this.state !== 'open') return;
    this.state = 'retiring';
    this.host.gone(this, undefined);
    this.endWhenDone();
  }

  /** Fails what waits for a reply, sends what is written, and closes. */
  async close(error: Error): Promise<void> {
    this.retire();
    this.failAll(error);
    this.endWhenDone();
    const limit = setTimeout(this.cut, LINGER_MS);
    await this.closed;
    clearTimeout(limit);
  }

  private nextSeqid(): number {
    do this.lastSeqid = this.lastSeqid === GREATEST_SEQID ? 1 : this.lastSeqid + 1;
    while (this.pending.has(this.lastSeqid) || this.abandoned.has(this.lastSeqid));
    return this.lastSeqid;
  }

  private readonly onData = (chunk: Buffer): void => {
    if (this.state === 'closed') return;
    this.clock.received(this.input.length === 0);
    this.silentSinceMs = Infinity;
    this.input.append(chunk);
    try {
      for (
        let message = this.framing.read(this.input);
        message !== undefined;
        message = this.framing.read(this.input)
      ) {
        this.clock.messageTaken();
        this.receive(message);
      }
    } catch (error) {
      this.break(error);
    }
    this.onProgress();
  };

  private receive(message: ReceivedMessage): void {
    const reader = this.host.reader(message.protocol);
    reader.reset(message.bytes, message.start, message.end);
    const header = reader.readMessageBegin();
    this.hasServed = true;
    const call = this.pending.get(header.seqid);
    if (call === undefined) {
      if (!this.abandoned.delete(header.seqid)) throw strayReply(reader, header);
      return;
    }
    this.pending.delete(header.seqid);
    let reply: Reply;
    try {
      reply = readReply(reader, header, call.method);
    } catch (error) {
      this.host.failed(call, error as Error);
      if (this.isFatal(error)) throw error;
      return;
    }
    this.host.replied(call, reply, message.headers?.headers);
  }

  /** Whether the bytes after a refused reply can't be trusted: a frame's end is known, whatever is in it. */
  private isFatal(error: unknown): boolean {
    if (!(error instanceof ThriftProtocolError)) return true;
    if (error.reason === 'missing-field') return false;
    return this.framing.name === 'unframed' || error.reason === 'size-limit' || error.reason === 'depth-limit';
  }

  /** The server sent what can't be understood. */
  private break(cause: unknown): void {
    this.lastError = cause as Error;
    this.onLost();
    this.socket.destroy();
  }

  private readonly onLost = (): void => {
    if (this.state === 'closed') return;
    const wasOpen = this.state === 'open';
    this.state = 'closed';
    const half = this.input.length > 0 ? ' in the middle of a reply' : '';
    const why = this.lastError === undefined ? `the server closed it${half}` : this.lastError.message;
    const error = new ThriftTransportError(
      'connection-lost',
      'maybe',
      `The connection was lost: ${why}; the call may have run`,
      { cause: this.lastError },
    );
    this.outbox.close();
    this.input.clear();
    if (wasOpen) this.host.gone(this, this.lastError);
    this.failAll(error);
    this.socket.end();
  };

  private failAll(error: Error): void {
    const calls = [...this.pending.values()];
    this.pending.clear();
    for (const call of calls) this.host.failed(call, error);
  }

  private readonly onProgress = (): void => {
    if (this.state === 'retiring') this.endWhenDone();
    else if (this.state === 'open') this.host.ready(this);
  };

  private endWhenDone(): void {
    if (this.state !== 'retiring' || this.pending.size > 0 || !this.outbox.isEmpty) return;
    this.socket.end();
    setTimeout(this.cut, LINGER_MS).unref();
  }

  private readonly cut = (): void => {
    this.socket.destroy();
  };

  private readonly sweep = (): void => {
    const { limits } = this.host;
    const nowMs = performance.now();
    if (this.input.length > 0 && this.clock.isStuckInMessage(nowMs, limits)) {
      this.break(new Error(`half a reply of ${String(this.input.length)} bytes, and no more`));
    } else if (this.pending.size === 0 && this.outbox.isEmpty && this.clock.isIdleTooLong(nowMs, limits)) {
      this.retire();
    }
  };
}

/** Timeouts are looked at this often in the shortest of them, but at least once a second. */
function sweepIntervalMs({ partialMessageTimeoutMs, messageTimeoutMs, idleTimeoutMs }: ThriftLimits): number {
  const idleMs = idleTimeoutMs === 0 ? Infinity : idleTimeoutMs;
  return Math.min(1_000, Math.ceil(Math.min(partialMessageTimeoutMs, messageTimeoutMs, idleMs) / 4));
}

/** What to say about a reply to no call. A server that can't make out a call says so with the sequence id 0. */
function strayReply(reader: ProtocolReader, { seqid, type }: MessageHeader): ThriftProtocolError {
  const said = type === EXCEPTION ? `: ${readApplicationException(reader).message}` : '';
  return new ThriftProtocolError('malformed', `a reply with the sequence id ${String(seqid)} of no call${said}`);
}
