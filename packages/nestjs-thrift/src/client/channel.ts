import type { Socket } from 'node:net';
import { Deadlines } from '../connection/deadlines.js';
import { ThriftTransportError } from '../errors.js';
import { createFraming } from '../framing/create-framing.js';
import type { ThriftLimits } from '../limits.js';
import { PerProtocol } from '../protocol/per-protocol.js';
import type { Call } from './call.js';
import { CallEncoder } from './call-encoder.js';
import { ClientConnection, type ConnectionParts } from './client-connection.js';
import type { ClientSettings } from './client-options.js';
import { Dialer } from './dialer.js';
import { targetOf } from './open-socket.js';
import { RetryQueue } from './retry-queue.js';

/** Lifetime after which a connection counts as used even if no call was sent on it. */
const USEFUL_LIFE_MS = 1_000;

/** Callbacks of a channel about its connections. */
export interface ChannelEvents {
  connecting(): void;
  connected(): void;
  /** Called when an attempt to connect failed. */
  failed(error: Error): void;
  disconnected(error: Error | undefined): void;
}

/**
 * Sends calls on one connection at a time, and replaces it when it is lost. Every call settles: by its reply, its deadline,
 * its caller's signal, the loss of the connection, or `close`.
 */
export class Channel {
  /** The connection that takes calls; others may wait for their last replies. */
  #connection: ClientConnection | undefined;
  readonly #connections = new Set<ClientConnection>();
  /** Calls that are not sent yet, oldest first. */
  readonly #waiting = new Set<Call>();
  readonly #retries: RetryQueue;
  readonly #limits: ThriftLimits;
  readonly #parts: ConnectionParts;
  readonly #dialer: Dialer;
  readonly #deadlines: Deadlines<Call>;
  #isClosed = false;
  readonly #settings: ClientSettings;
  readonly #events: ChannelEvents;

  constructor(settings: ClientSettings, events: ChannelEvents) {
    this.#settings = settings;
    this.#events = events;
    this.#limits = settings.limits;
    this.#parts = {
      limits: settings.limits,
      encoder: new CallEncoder(settings.protocol, settings.limits),
      readers: new PerProtocol((protocol) => protocol.createReader(settings.limits)),
      onReply: this.#onReply,
      onFailed: this.#fail,
      onReady: () => {
        if (this.#waiting.size > 0) this.#flush();
      },
      onRetired: this.#onRetired,
    };
    this.#deadlines = new Deadlines<Call>((call) => {
      this.#giveUp(call, this.#lateError(call));
    });
    this.#retries = new RetryQueue(settings.maxRetries, (call) => {
      this.#waiting.add(call);
      this.#flush();
    });
    this.#dialer = new Dialer(settings, {
      onAttempt: () => {
        events.connecting();
      },
      onOpened: (socket) => {
        this.#use(socket);
      },
      onFailed: (error) => {
        events.failed(error);
        if (!settings.waitForConnection) for (const call of [...this.#waiting]) this.#fail(call, error);
        this.#flush();
      },
    });
  }

  /** The socket of the connection that takes calls. */
  get socket(): Socket | undefined {
    return this.#connection?.socket;
  }

  /** Connects, unless it is connected. @throws ThriftTransportError `connect-failed`. */
  async connect(): Promise<void> {
    this.#isClosed = false;
    if (this.#connection === undefined) await this.#dialer.dialNow();
  }

  /** Accepts a call. From here on it settles. */
  submit(call: Call, signal: AbortSignal | undefined): void {
    const rejection = this.#rejectionOf(signal);
    if (rejection !== undefined) {
      call.settled = true;
      call.sink.fail(rejection);
      return;
    }
    if (signal !== undefined) this.#listen(call, signal);
    this.#deadlines.add(call);
    if (this.#waiting.size === 0 && this.#connection?.canSend === true) this.#transmit(call, this.#connection);
    else {
      this.#waiting.add(call);
      this.#flush();
    }
  }

  abort(call: Call, cause?: unknown): void {
    const executed = call.sentOn === undefined ? 'no' : 'maybe';
    this.#giveUp(call, new ThriftTransportError('aborted', executed, `${call.name} was aborted`, { cause }));
  }

  /** Fails every call, and closes. Resolves when all sockets are closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#dialer.stop(closedError('no'));
    for (const call of [...this.#waiting, ...this.#retries.calls]) this.#fail(call, closedError('no'));
    const closings = [...this.#connections].map((connection) => connection.close(closedError('maybe')));
    this.#deadlines.stop();
    await Promise.all(closings);
  }

  readonly #onReply: ConnectionParts['onReply'] = (call, reply, headers) => {
    if (reply.kind === 'rejected') {
      this.#retry(call, reply.error);
      return;
    }
    try {
      if (headers !== undefined) call.onReplyHeaders?.(headers);
    } catch (error) {
      this.#fail(call, error as Error);
    }
    if (reply.kind === 'error') this.#fail(call, reply.error);
    else if (this.#settle(call)) call.sink.succeed(reply.value);
  };

  readonly #onRetired: ConnectionParts['onRetired'] = (connection, error) => {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#dialer.ended(connection.hasServed || performance.now() - connection.openedAtMs > USEFUL_LIFE_MS);
    this.#events.disconnected(error);
    this.#flush();
  };

  #use(socket: Socket): void {
    const { framing: name, protocol } = this.#settings;
    const framing = createFraming(name, protocol, this.#limits);
    const connection = new ClientConnection(socket, framing, this.#parts);
    this.#connection = connection;
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    this.#events.connected();
    this.#flush();
  }

  #rejectionOf(signal: AbortSignal | undefined): ThriftTransportError | undefined {
    if (this.#isClosed) return closedError('no');
    if (signal?.aborted === true) {
      return new ThriftTransportError('aborted', 'no', 'Aborted before the call was sent', { cause: signal.reason });
    }
    const { maxQueuedCalls } = this.#limits;
    if (this.#waiting.size + this.#retries.size < maxQueuedCalls) return undefined;
    return new ThriftTransportError(
      'overloaded',
      'no',
      `${String(maxQueuedCalls)} calls are waiting to be sent already`,
    );
  }

  #listen(call: Call, signal: AbortSignal): void {
    const onAbort = (): void => {
      this.abort(call, signal.reason);
    };
    signal.addEventListener('abort', onAbort);
    call.unlisten = () => {
      signal.removeEventListener('abort', onAbort);
    };
  }

  /** Sends waiting calls, as far as the connection takes them. */
  #flush(): void {
    for (const call of this.#waiting) {
      if (this.#connection?.canSend !== true) break;
      this.#waiting.delete(call);
      this.#transmit(call, this.#connection);
    }
    if (this.#waiting.size > 0 && this.#connection === undefined && !this.#isClosed) this.#dialer.dialWhenDue();
  }

  #transmit(call: Call, connection: ClientConnection): void {
    try {
      connection.send(call);
    } catch (error) {
      this.#fail(call, error as Error);
      return;
    }
    call.sink.sent();
    if (call.method.method.oneway && this.#settle(call)) call.sink.succeed(null);
  }

  /** Retries a call that the server rejected without running it. */
  #retry(call: Call, rejection: ThriftTransportError): void {
    if (call.settled) return;
    if (rejection.reason === 'shutting-down') call.sentOn?.retire();
    call.sentOn = undefined;
    call.lastRejection = rejection;
    if (!this.#retries.add(call)) this.#fail(call, rejection);
  }

  #giveUp(call: Call, error: Error): void {
    const { sentOn } = call;
    if (!this.#settle(call)) return;
    sentOn?.abandon(call);
    call.sink.fail(error);
  }

  readonly #fail = (call: Call, error: Error): void => {
    if (this.#settle(call)) call.sink.fail(error);
  };

  /** Returns false when the call is settled already. */
  #settle(call: Call): boolean {
    if (call.settled) return false;
    call.settled = true;
    this.#deadlines.remove(call);
    this.#waiting.delete(call);
    this.#retries.delete(call);
    call.unlisten?.();
    return true;
  }

  #lateError(call: Call): Error {
    const within = `within ${String(call.timeoutMs)} ms`;
    if (call.sentOn !== undefined) {
      const message = `Deadline exceeded: no reply of ${call.name} ${within}; it may have run`;
      return new ThriftTransportError('deadline', 'maybe', message);
    }
    if (call.lastRejection !== undefined) return call.lastRejection;
    const cause = this.#connection === undefined ? this.#dialer.lastError : undefined;
    if (cause !== undefined)
      return new ThriftTransportError('connect-failed', 'no', `${cause.message}; gave up ${within}`, { cause });
    const message = `Deadline exceeded: ${call.name} could not be sent to ${targetOf(this.#settings)} ${within}; it was not run`;
    return new ThriftTransportError('deadline', 'no', message);
  }
}

function closedError(executed: 'no' | 'maybe'): ThriftTransportError {
  return new ThriftTransportError('closed', executed, 'The client was closed: call connect() to use it again');
}
