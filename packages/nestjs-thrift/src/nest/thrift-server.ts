import type { Server as NetServer, Socket } from 'node:net';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { isObservable } from 'rxjs';
import { Codec } from '../codec/codec.js';
import type { StructValue } from '../codec/reader-compiler.js';
import type { ThriftContext } from './context.js';
import { THRIFT_TRANSPORT } from './decorators.js';
import { loadSchema } from '../idl/load-schema.js';
import { resolveLimits, type ThriftLimits } from '../limits.js';
import { Listeners } from '../listeners.js';
import type { Schema } from '../schema.js';
import { AcceptedDialects, type DialectOptions } from '../server/accepted-dialects.js';
import { AbandonedCalls } from '../server/abandoned-calls.js';
import { CallLimiter } from '../server/call-limiter.js';
import { ConnectionTable } from '../server/connection-table.js';
import { Dispatcher } from '../server/dispatcher.js';
import type { CallEnd, RejectionReason, ThriftServerEvents } from '../server/events.js';
import { lastValue } from './last-value.js';
import { Listener, type ListenOptions } from '../server/listener.js';
import { MethodTable, type MethodEntry } from '../server/method-table.js';
import { strangerAt, type ThriftPeer } from '../connection/peer.js';
import type { ServerCall } from '../server/server-call.js';
import { OVERLOADED, SHUTTING_DOWN, type Refusal } from '../server/refusals.js';
import { RejectionLog } from '../server/rejection-log.js';
import { OverloadDetector } from '../server/overload-detector.js';

/** How a Thrift server is set up. */
export interface ThriftServerOptions extends ListenOptions, DialectOptions {
  /** The IDL: the path of a file (relative to the working directory), its URL, or a schema that is loaded already. */
  readonly idl: string | URL | Schema;
  /** The service whose methods answer to plain names; default: the first in the IDL that has a handler. */
  readonly defaultService?: string;
  /** Whether `map<string, …>` reads as a plain object instead of a `Map`. */
  readonly stringMapsAsObjects?: boolean;
  /** Limits that differ from their defaults. */
  readonly limits?: Partial<ThriftLimits>;
}

/** Emitted by `status`. */
export type ThriftServerStatus = 'listening' | 'draining' | 'closed';

/**
 * Thrift as a Nest transport: `NestFactory.createMicroservice(AppModule, { strategy: new ThriftServer({ idl, port }) })`.
 * The constructor throws ThriftIdlError for an IDL that can't be read, RangeError for a limit out of its range, and
 * ThriftStartError for other options that can't be.
 */
export class ThriftServer extends Server<ThriftServerEvents, ThriftServerStatus> implements CustomTransportStrategy {
  override readonly transportId = THRIFT_TRANSPORT;
  /** What the IDL says; its methods are those that can be called. */
  readonly schema: Schema;
  /** The limits in force, defaults included. */
  readonly limits: ThriftLimits;

  private readonly listeners: Listeners<ThriftServerEvents>;
  private readonly codec: Codec;
  private readonly admission: CallLimiter;
  private readonly gauge: OverloadDetector;
  private readonly connections: ConnectionTable;
  private readonly abandoned: AbandonedCalls;
  private readonly dispatcher: Dispatcher;
  private readonly rejections = new RejectionLog(this.logger);
  private readonly noStartHook = this.onProcessingStartHook;
  private listener: Listener | undefined;
  private closing: Promise<void> | undefined;

  constructor(private readonly options: ThriftServerOptions) {
    super();
    this.limits = resolveLimits(options.limits);
    this.listeners = new Listeners(this.report);
    const accepted = new AcceptedDialects(options);
    this.schema = typeof options.idl === 'string' || options.idl instanceof URL ? loadSchema(options.idl) : options.idl;
    this.codec = new Codec(this.limits, { stringMapsAsObjects: options.stringMapsAsObjects ?? false });
    this.admission = new CallLimiter(this.limits);
    this.gauge = new OverloadDetector(this.limits.maxCallsPerTurn);
    const { limits, refusal, invoke, ended, reject, report } = this;
    const none = new MethodTable(this.schema, this.codec, new Map());
    this.dispatcher = new Dispatcher({ limits, accepted, refusal, invoke, ended, reject, report }, none);
    this.connections = new ConnectionTable({ limits, reject, report }, this.dispatcher, options.path);
    this.abandoned = new AbandonedCalls(this.admission);
  }

  /** Called by Nest. The callback gets what stands in the way: a handler without a method in the IDL, a port in use. */
  override listen(callback: (error?: unknown) => void): void {
    try {
      const { schema, codec, messageHandlers, options } = this;
      this.dispatcher.methods = new MethodTable(schema, codec, messageHandlers, options.defaultService);
      const { limits, accept, turnedAway, failed, log } = this;
      this.listener = new Listener(options, { limits, accept, turnedAway, failed, log });
    } catch (error) {
      callback(error);
      return;
    }
    for (const name of this.dispatcher.methods.unhandled) {
      this.logger.warn(`${name} has no handler: calls get UNKNOWN_METHOD`);
    }
    this.listener.listen((error) => {
      if (error === undefined) {
        this._status$.next('listening');
        this.listeners.emit('listening');
      }
      callback(error);
    });
  }

  /**
   * Drains and closes: no new connections, calls whose last byte was read finish, later ones are refused as `Shutting
   * down`. Resolves when all connections are closed; calls that take longer than `drainTimeoutMs` are cut. Closing again
   * waits for the same end.
   */
  override close(): Promise<void> {
    this.closing ??= this.drainAndClose();
    return this.closing;
  }

  /** Tells about connections, calls and rejections, for logs, metrics and traces. */
  override on<Name extends keyof ThriftServerEvents>(event: Name, listener: ThriftServerEvents[Name]): this {
    this.listeners.on(event, listener);
    return this;
  }

  /** The server of `node:net`, or of `node:tls`. @throws Error before `listen`. */
  override unwrap<T = NetServer>(): T {
    if (this.listener === undefined) throw new Error('ThriftServer is not listening: call listen() first');
    return this.listener.server as T;
  }

  /** Open connections, and calls that run or wait; those whose peers have gone count while their handlers run. */
  get load(): { readonly connections: number; readonly calls: number } {
    return { connections: this.connections.size, calls: this.admission.inFlight };
  }

  // What the parts of the server call, each given its own few: nothing of it is for users.

  private readonly refusal = (call: ServerCall): Refusal | undefined => {
    if (call.connection.isRefusing) return SHUTTING_DOWN;
    // A peer that waits for each reply can't make the queue grow: it is neither counted nor refused.
    const isTooMany = !call.connection.isPatient && this.gauge.isTooMany(call.startedAtMs);
    const isOverBudget = this.connections.isOverBudgetWith(this.abandoned.requestBytes);
    return isTooMany || this.admission.isFull || isOverBudget ? OVERLOADED : undefined;
  };

  private readonly invoke = (call: ServerCall, entry: MethodEntry, args: StructValue, context: ThriftContext): void => {
    this.listeners.emit('callStart', context);
    this.admission.admit(call, () => {
      this.run(call, entry, args, context);
    });
  };

  private readonly ended = (call: ServerCall, end: CallEnd): void => {
    this.listeners.emit('callEnd', end);
    if (end.outcome === 'dropped' && call.active) this.abandoned.add(call);
    else this.admission.release(call);
  };

  private readonly reject = (peer: ThriftPeer, reason: RejectionReason, message: string): void => {
    const rejection = { reason, message, peer };
    this.rejections.add(rejection);
    this.listeners.emit('rejection', rejection);
  };

  private readonly turnedAway = (reason: RejectionReason, message: string, address: string, port?: number): void => {
    this.reject(strangerAt(address, port), reason, message);
  };

  private readonly accept = (socket: Socket): void => {
    const connection = this.connections.add(socket);
    this.listeners.emit('connect', connection);
    socket.on('close', () => {
      this.listeners.emit('disconnect', connection);
    });
  };

  private readonly failed = (error: Error): void => {
    this.logger.error(error);
    this.listeners.emit('error', error);
  };

  private readonly log = (message: string): void => {
    this.logger.log(message);
  };

  private readonly report = (error: unknown, what: string): void => {
    this.logger.error(what, error);
  };

  private async drainAndClose(): Promise<void> {
    const { listener } = this;
    if (listener === undefined) return;
    this._status$.next('draining');
    const stopped = listener.stop();
    await this.connections.drain();
    listener.cutHandshakes();
    await stopped;
    this.rejections.flush();
    this._status$.next('closed');
  }

  private run(call: ServerCall, entry: MethodEntry, args: StructValue, context: ThriftContext): void {
    const handle = async (): Promise<void> => {
      try {
        const result: unknown = await entry.handler(args, context);
        this.dispatcher.succeed(call, entry, isObservable(result) ? await lastValue(call, result) : result);
      } catch (error) {
        this.dispatcher.throwInto(call, entry, error);
      }
      this.abandoned.handlerEnded(call);
      this.endProcessing(context);
    };
    if (this.onProcessingStartHook === this.noStartHook) void handle();
    else void this.startProcessing(call, entry, context, handle);
  }

  private async startProcessing(
    call: ServerCall,
    entry: MethodEntry,
    context: ThriftContext,
    handle: () => Promise<void>,
  ): Promise<void> {
    // Declared as void, but what Nest and others set there are async functions as well.
    const start = this.onProcessingStartHook as (...args: Parameters<typeof this.onProcessingStartHook>) => unknown;
    try {
      await start(this.transportId, context, handle);
    } catch (error) {
      this.dispatcher.throwInto(call, entry, error);
      this.abandoned.handlerEnded(call);
    }
  }

  private endProcessing(context: ThriftContext): void {
    try {
      // The base class declares it as always set; it is not.
      (this.onProcessingEndHook as typeof this.onProcessingEndHook | undefined)?.(this.transportId, context);
    } catch (error) {
      this.report(error, 'the hook at the end of a call failed');
    }
  }
}
