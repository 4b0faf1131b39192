import { Deadlines } from '../connection/deadlines.js';
import { ThriftTransportError } from '../errors.js';
import type { ThriftLimits } from '../limits.js';
import { PerProtocol } from '../protocol/per-protocol.js';
import type { Call } from './call.js';
import { CallEncoder } from './call-encoder.js';
import type { ClientSettings } from './client-options.js';
import type { Endpoint } from './endpoint.js';
import { closedError, Endpoints, type CallEvents, type ServerEvents } from './endpoints.js';
import { RetryBudget } from './retry-budget.js';
import { RetryQueue } from './retry-queue.js';

/**
 * Sends calls to one or several servers. Every call settles: by its reply, its deadline, its caller's signal, the loss of its
 * connection, or `close`.
 */
export class Channel {
  readonly endpoints: Endpoints;
  /** Calls that are not sent yet, oldest first. */
  readonly #waiting = new Set<Call>();
  readonly #retries: RetryQueue;
  readonly #budget: RetryBudget;
  readonly #limits: ThriftLimits;
  readonly #deadlines: Deadlines<Call>;
  #isClosed = false;

  constructor(settings: ClientSettings, events: ServerEvents) {
    const { limits, protocol, maxRetries, waitForConnection } = settings;
    this.#limits = limits;
    const shared = {
      limits,
      encoder: new CallEncoder(protocol, limits),
      readers: new PerProtocol((name) => name.createReader(limits)),
    };
    const calls: CallEvents = {
      onReply: this.#onReply,
      onFailed: this.#fail,
      onReady: () => {
        if (this.#waiting.size > 0) this.#flush();
      },
      onUnreachable: (error) => {
        if (!waitForConnection) for (const call of [...this.#waiting]) this.#fail(call, error);
      },
    };
    this.endpoints = new Endpoints(settings, shared, calls, events);
    this.#deadlines = new Deadlines<Call>((call) => {
      this.#giveUp(call, this.#lateError(call), true);
    });
    this.#budget = new RetryBudget(limits.maxCallsPerConnection);
    this.#retries = new RetryQueue(maxRetries, this.#budget, (call) => {
      this.#waiting.add(call);
      this.#flush();
    });
  }

  /** Whether it was closed, and not connected since. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Connects, unless it is connected. @throws ThriftTransportError `connect-failed`. */
  async connect(): Promise<void> {
    this.#isClosed = false;
    await this.endpoints.connect();
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
    this.#budget.earn();
    const endpoint = this.#waiting.size === 0 ? this.endpoints.choose(call) : undefined;
    if (endpoint === undefined) {
      this.#waiting.add(call);
      this.#flush();
    } else {
      this.#transmit(call, endpoint);
      this.endpoints.dialWhenDue();
    }
  }

  abort(call: Call, cause?: unknown): void {
    const executed = call.sentOn === undefined ? 'no' : 'maybe';
    this.#giveUp(call, new ThriftTransportError('aborted', executed, `${call.name} was aborted`, { cause }), false);
  }

  /** Fails every call, and closes. Resolves when all sockets are closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const call of [...this.#waiting, ...this.#retries.calls]) this.#fail(call, closedError('no'));
    const closing = this.endpoints.close();
    this.#deadlines.stop();
    await closing;
  }

  readonly #onReply: CallEvents['onReply'] = (endpoint, call, reply, headers) => {
    if (reply.kind === 'rejected') {
      this.#retry(call, reply.error, endpoint);
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

  /** Sends waiting calls, as far as servers take them. */
  #flush(): void {
    for (const call of this.#waiting) {
      const endpoint = this.endpoints.choose(call);
      if (endpoint === undefined) break;
      this.#waiting.delete(call);
      this.#transmit(call, endpoint);
    }
    if (this.#waiting.size > 0 && !this.#isClosed) this.endpoints.dialWhenDue();
  }

  #transmit(call: Call, endpoint: Endpoint): void {
    try {
      endpoint.send(call);
    } catch (error) {
      this.#fail(call, error as Error);
      return;
    }
    call.sink.sent();
    if (call.method.method.oneway && this.#settle(call)) call.sink.succeed(null);
  }

  /** Retries a call that a server rejected without running it, on another one if possible. */
  #retry(call: Call, rejection: ThriftTransportError, endpoint: Endpoint): void {
    if (call.settled) return;
    call.sentOn = undefined;
    call.lastRejection = rejection;
    call.rejectedBy = endpoint;
    const others = this.endpoints.connectedCount - (endpoint.isConnected ? 1 : 0);
    if (!this.#retries.add(call, others)) this.#fail(call, rejection);
  }

  #giveUp(call: Call, error: Error, isLate: boolean): void {
    const { sentOn } = call;
    if (!this.#settle(call)) return;
    sentOn?.abandon(call, isLate);
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
    const cause = this.endpoints.isConnected ? undefined : this.endpoints.lastError;
    if (cause !== undefined)
      return new ThriftTransportError('connect-failed', 'no', `${cause.message}; gave up ${within}`, { cause });
    const message = `Deadline exceeded: ${call.name} could not be sent to ${this.endpoints.name} ${within}; it was not run`;
    return new ThriftTransportError('deadline', 'no', message);
  }
}
