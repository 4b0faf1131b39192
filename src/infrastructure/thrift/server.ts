import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { EventEmitter } from 'node:events';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { Codec } from './codec/codec.js';
import type { StructValue } from './codec/reader-compiler.js';
import type { ThriftContext } from './context.js';
import { THRIFT_TRANSPORT } from './decorators.js';
import { loadSchema } from './idl/load-schema.js';
import { resolveLimits, type ThriftLimits } from './limits.js';
import type { Schema } from './schema.js';
import { Admission } from './server/admission.js';
import type { Connection } from './server/connection.js';
import { ConnectionTable } from './server/connection-table.js';
import { Dispatcher, type DispatcherHost } from './server/dispatcher.js';
import type { CallEnd, RejectionReason, ThriftServerEvents } from './server/events.js';
import { MethodTable, type MethodEntry } from './server/method-table.js';
import type { PendingCall } from './server/pending-call.js';
import { RejectionLog } from './server/rejection-log.js';

/** How a Thrift server is set up. */
export interface ThriftServerOptions {
  /** The IDL: the path of a file (relative to the working directory), its URL, or a schema that is loaded already. */
  readonly idl: string | URL | Schema;
  /** Default 9090, the port that Apache's examples use; 0 = any free port. */
  readonly port?: number;
  /** Default: all interfaces. */
  readonly host?: string;
  /** The service whose methods answer to plain names; default: the first in the IDL that has a handler. */
  readonly defaultService?: string;
  /** Whether `map<string, …>` reads as a plain object instead of a `Map`. */
  readonly stringMapsAsObjects?: boolean;
  /** Limits that differ from their defaults. */
  readonly limits?: Partial<ThriftLimits>;
}

/** Emitted by `status`. */
export type ThriftServerStatus = 'listening' | 'draining' | 'closed';

const DEFAULT_PORT = 9090;

/**
 * Thrift as a Nest transport: `NestFactory.createMicroservice(AppModule, { strategy: new ThriftServer({ idl, port }) })`.
 * The constructor throws ThriftIdlError for an IDL that can't be read, and RangeError for a limit out of its range.
 */
export class ThriftServer
  extends Server<ThriftServerEvents, ThriftServerStatus>
  implements CustomTransportStrategy, DispatcherHost
{
  override readonly transportId = THRIFT_TRANSPORT;
  readonly schema: Schema;
  readonly limits: ThriftLimits;
  methods: MethodTable;

  private readonly events = new EventEmitter();
  private readonly codec: Codec;
  private readonly admission: Admission;
  private readonly connections: ConnectionTable;
  private readonly dispatcher: Dispatcher;
  private readonly rejections = new RejectionLog(this.logger);
  private netServer: NetServer | undefined;

  constructor(private readonly options: ThriftServerOptions) {
    super();
    this.limits = resolveLimits(options.limits);
    this.schema = typeof options.idl === 'string' || options.idl instanceof URL ? loadSchema(options.idl) : options.idl;
    this.codec = new Codec(this.limits, { stringMapsAsObjects: options.stringMapsAsObjects ?? false });
    this.methods = new MethodTable(this.schema, this.codec, new Map());
    this.admission = new Admission(this.limits);
    this.dispatcher = new Dispatcher(this);
    this.connections = new ConnectionTable(this, this.dispatcher);
    // Without a listener, an emitted error would be thrown.
    this.events.on('error', () => undefined);
  }

  /** Called by Nest. The callback gets what stands in the way: a handler without a method in the IDL, a port in use. */
  override listen(callback: (error?: unknown) => void): void {
    try {
      this.methods = new MethodTable(this.schema, this.codec, this.messageHandlers, this.options.defaultService);
    } catch (error) {
      callback(error);
      return;
    }
    for (const name of this.methods.unhandled) {
      this.logger.warn(`${name} has no handler: calls get UNKNOWN_METHOD`);
    }
    const netServer = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.accept(socket);
    });
    this.netServer = netServer;
    netServer.once('error', callback);
    netServer.listen({ port: this.options.port ?? DEFAULT_PORT, host: this.options.host }, () => {
      netServer.off('error', callback);
      netServer.on('error', (error) => {
        this.logger.error(error);
        this.events.emit('error', error);
      });
      this._status$.next('listening');
      this.events.emit('listening');
      callback();
    });
  }

  /**
   * Drains and closes: no new connections, calls whose last byte was read finish, later ones are refused as `Shutting
   * down`. Resolves when all connections are closed; calls that take longer than `drainTimeoutMs` are cut.
   */
  override async close(): Promise<void> {
    const { netServer } = this;
    if (netServer === undefined) return;
    this.netServer = undefined;
    this._status$.next('draining');
    const closed = new Promise<void>((resolve) => {
      netServer.close(() => {
        resolve();
      });
    });
    await this.connections.drain();
    await closed;
    this._status$.next('closed');
  }

  /** Tells about connections, calls and rejections, for logs, metrics and traces. */
  override on<Name extends keyof ThriftServerEvents>(event: Name, listener: ThriftServerEvents[Name]): this {
    this.events.on(event, listener as (...args: unknown[]) => void);
    return this;
  }

  /** The server of `node:net`. @throws Error before `listen`. */
  override unwrap<T = NetServer>(): T {
    if (this.netServer === undefined) throw new Error('ThriftServer is not listening: call listen() first');
    return this.netServer as T;
  }

  /** Open connections, and calls that run or wait. */
  get load(): { readonly connections: number; readonly calls: number } {
    return { connections: this.connections.size, calls: this.admission.inFlight };
  }

  /** @internal */
  refusal(connection: Connection): { reason: RejectionReason; message: string } | undefined {
    if (connection.isRefusing) return { reason: 'shutting-down', message: 'Shutting down: not run, safe to retry' };
    if (this.admission.isFull || this.connections.isOverBudget) {
      return { reason: 'overloaded', message: 'Overloaded: not run, safe to retry' };
    }
    return undefined;
  }

  /** @internal */
  invoke(call: PendingCall, entry: MethodEntry, args: StructValue, context: ThriftContext): void {
    this.admission.admit(call, () => {
      this.run(call, entry, args, context);
    });
  }

  /** @internal */
  started(context: ThriftContext): void {
    this.events.emit('callStart', context);
  }

  /** @internal */
  ended(call: PendingCall, end: CallEnd): void {
    this.events.emit('callEnd', end);
    this.admission.release(call);
  }

  /** @internal */
  reject(connection: Connection, reason: RejectionReason, message: string): void {
    const rejection = { reason, message, peer: connection };
    this.rejections.add(rejection);
    this.events.emit('rejection', rejection);
  }

  /** @internal */
  report(error: unknown, what: string): void {
    this.logger.error(what, error);
  }

  private accept(socket: Socket): void {
    const connection = this.connections.add(socket);
    if (connection === undefined) return;
    this.events.emit('connect', connection);
    socket.on('close', () => {
      this.events.emit('disconnect', connection);
    });
  }

  private run(call: PendingCall, entry: MethodEntry, args: StructValue, context: ThriftContext): void {
    const handle = async (): Promise<void> => {
      try {
        const result: unknown = await entry.handler(args, context);
        const value: unknown = isObservable(result) ? await lastValueFrom(result, { defaultValue: undefined }) : result;
        this.dispatcher.succeed(call, entry, value);
      } catch (error) {
        this.dispatcher.throwInto(call, entry, error);
      } finally {
        // The base class declares it as always set; it is not.
        (this.onProcessingEndHook as typeof this.onProcessingEndHook | undefined)?.(this.transportId, context);
      }
    };
    try {
      this.onProcessingStartHook(this.transportId, context, handle);
    } catch (error) {
      this.dispatcher.throwInto(call, entry, error);
    }
  }
}
