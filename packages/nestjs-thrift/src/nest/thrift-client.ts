import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { connectable, defer, Observable, Subject } from 'rxjs';
import type { Call, CallSink } from '../client/call.js';
import { ThriftRecord, type ThriftCallOptions } from '../client/call-options.js';
import type { ClientMethod } from '../client/client-methods.js';
import { resolveClientOptions, type ThriftClientOptions } from '../client/client-options.js';
import type { ClientTls } from '../client/client-tls.js';
import type { ServerEvents } from '../client/endpoints.js';
import { RpcClient } from '../client/rpc-client.js';
import { createFacade } from '../client/service-facade.js';
import { loadSchema } from '../idl/load-schema.js';
import { Listeners } from '../listeners.js';
import type { Schema, ThriftPattern } from '../schema.js';
import type { ClientCall } from './events.js';
import { toRpcException } from './rpc-exceptions.js';

/** Emitted by `status`. */
export type ThriftClientStatus = 'connecting' | 'connected' | 'disconnected';

/**
 * Events of `ClientThrift.on`. Listeners must be quick. Errors they throw are logged; later listeners of the same event
 * are then skipped.
 */
export type ThriftClientEvents = {
  /** @param server `host:port`, as in all events. */
  connect: (server: string) => void;
  /** With the reason, unless the connection was closed normally. */
  disconnect: (error: Error | undefined, server: string) => void;
  /** An attempt to connect failed, or to resolve the name of the servers; while calls wait, it is repeated. */
  error: (error: Error, server: string) => void;
  /** A server did not reply to several calls in a row, and is not used for this long. */
  eject: (server: string, pauseMs: number) => void;
  /** The name in the option `servers` has other addresses than before. */
  resolve: (servers: readonly string[]) => void;
  /** A call begins, retries included. */
  callStart: (call: ClientCall) => void;
  /** A call has settled. @param error What its caller gets; undefined: it succeeded. */
  callEnd: (call: ClientCall, error: unknown) => void;
};

/** A server of a client, for metrics. The numbers are since the client knows it. */
export interface ThriftClientServer {
  /** `host:port`, or the path of its socket. */
  readonly server: string;
  /** Whether it takes calls. */
  readonly isConnected: boolean;
  /** Calls without a reply, those that were given up included. */
  readonly callsInFlight: number;
  readonly calls: number;
  /** Calls that it rejected without running them. */
  readonly rejections: number;
  /** Calls without a reply in their time. */
  readonly timeouts: number;
  /** Attempts to connect that failed, and connections that were lost. */
  readonly failures: number;
  readonly ejections: number;
}

/** Nest's packet type without `any`; the dispatch hook assigns `metadata`. */
interface Packet {
  pattern: unknown;
  data: unknown;
  metadata?: Record<string, string>;
}

/**
 * Thrift as a Nest client: `ClientsModule.register([{ name: 'TASKS', customClass: ClientThrift, options: { idl, port }
 * }])`.
 *
 * All calls share one connection to each server. It opens at the first call, and again after a disconnect. Each settles: with the
 * value, with ThriftException (declared in the IDL), ThriftError (any other error of the server), ThriftProtocolError
 * (arguments or a reply that don't fit) or ThriftTransportError (no reply; it says whether the call may have run).
 *
 * The constructor throws ThriftIdlError for an IDL that can't be read, RangeError for a limit out of its range, and
 * ThriftStartError for other invalid options.
 */
export class ClientThrift extends ClientProxy<ThriftClientEvents> {
  /** The resolved IDL; its methods can be called. */
  readonly schema: Schema;

  readonly #logger = new Logger(ClientThrift.name);
  readonly #listeners = new Listeners<ThriftClientEvents>((error, what) => {
    this.#logger.error(what, error);
  });
  readonly #rpc: RpcClient;
  readonly #tls: ClientTls | undefined;

  constructor(options: ThriftClientOptions) {
    super();
    const settings = resolveClientOptions(options, (message) => {
      this.#logger.log(message);
    });
    this.schema = typeof options.idl === 'string' || options.idl instanceof URL ? loadSchema(options.idl) : options.idl;
    this.#tls = settings.tls;
    this.#rpc = new RpcClient(this.schema, settings, this.#serverEvents());
  }

  // Not passed to the base class as a type argument: `customClass: ClientThrift` would not compile.
  /** State changes: connected means to one server at least. */
  override get status(): Observable<ThriftClientStatus> {
    return super.status as Observable<ThriftClientStatus>;
  }

  /** The servers with their state and counts. */
  get servers(): readonly ThriftClientServer[] {
    return this.#rpc.channel.endpoints.all.map(({ name, isConnected, callsInFlight, counts }) => ({
      server: name,
      isConnected,
      callsInFlight,
      ...counts,
    }));
  }

  /** Whether it was closed, and not connected since: its calls fail then. */
  get isClosed(): boolean {
    return this.#rpc.channel.isClosed;
  }

  /** When the TLS certificate that new connections show expires; undefined without one. */
  get certificateExpiry(): Date | undefined {
    return this.#tls?.certificateExpiry;
  }

  /**
   * Connects now rather than at the first call, and after `close` again. Of several servers, one suffices.
   * @throws ThriftTransportError `connect-failed` when the first attempt fails.
   */
  override connect(): Promise<void> {
    return this.#rpc.channel.connect();
  }

  /** Fails all calls with ThriftTransportError `closed`. Resolves when the socket is closed. */
  override close(): Promise<void> {
    return this.#rpc.channel.close();
  }

  /** Adds a listener of connection events. */
  override on<Name extends keyof ThriftClientEvents>(event: Name, listener: ThriftClientEvents[Name]): void {
    this.#listeners.on(event, listener);
  }

  /** The socket; of several servers, that of one. @throws Error while there is no connection. */
  override unwrap<T = Socket>(): T {
    const { socket } = this.#rpc.channel.endpoints;
    if (socket === undefined) throw new Error('ClientThrift is not connected: call connect() first');
    return socket as T;
  }

  /**
   * A service of the IDL as an object of functions `(args?, options?: ThriftCallOptions) => Promise`.
   * @throws ThriftStartError for a service that is not in the IDL.
   */
  getService<Service extends object>(name: string): Service {
    const call = (method: string, args: object, options: ThriftCallOptions): Promise<unknown> =>
      new Promise((resolve, reject) => {
        this.#start(this.#packet({ service: name, method }, args), options, {
          sent: () => undefined,
          succeed: (value) => {
            resolve(value ?? undefined);
          },
          fail: rejectWithRpcException(reject),
        });
      });
    return createFacade(this.#rpc.service(name), call) as Service;
  }

  /**
   * Returns a method call that starts at subscription and is cancelled by unsubscribing. Void is null. Options are
   * passed in a `ThriftRecord` around the arguments.
   */
  override send<Result = unknown, Args = object>(pattern: ThriftPattern, data: Args): Observable<Result> {
    if (isMissing(pattern) || isMissing(data)) return super.send(pattern, data);
    return new Observable((observer) => this.publish(this.#packet(pattern, data), this.createObserver(observer)));
  }

  /**
   * Calls a method at once without waiting for its reply; oneway methods have none. The Observable completes when the
   * call is sent.
   */
  override emit<Result = unknown, Args = object>(pattern: ThriftPattern, data: Args): Observable<Result> {
    if (isMissing(pattern) || isMissing(data)) return super.emit(pattern, data);
    const sending = connectable(
      defer(() => this.dispatchEvent<Result>(this.#packet(pattern, data))),
      { connector: () => new Subject(), resetOnDisconnect: false },
    );
    sending.connect();
    return sending;
  }

  protected override publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const call = this.#start(
      packet,
      {},
      {
        sent: () => undefined,
        succeed: (response) => {
          callback({ response, isDisposed: true });
        },
        fail: (error) => {
          callback({ err: toRpcException(error), isDisposed: true });
        },
      },
    );
    return () => {
      if (call?.settled === false) this.#rpc.channel.abort(call);
    };
  }

  protected override dispatchEvent<Result>(packet: ReadPacket): Promise<Result> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        resolve(undefined as Result);
      };
      this.#start(packet, {}, { sent: done, succeed: done, fail: rejectWithRpcException(reject) });
    });
  }

  #serverEvents(): ServerEvents {
    const isConnected = (): boolean => this.#rpc.channel.endpoints.isConnected;
    return {
      connecting: () => {
        if (!isConnected()) this._status$.next('connecting');
      },
      connected: (server) => {
        this._status$.next('connected');
        this.#listeners.emit('connect', server);
      },
      failed: (error, server) => {
        if (!isConnected()) this._status$.next('disconnected');
        this.#listeners.emit('error', error, server);
      },
      disconnected: (error, server) => {
        if (!isConnected()) this._status$.next('disconnected');
        this.#listeners.emit('disconnect', error, server);
      },
      ejected: (server, pauseMs) => {
        this.#listeners.emit('eject', server, pauseMs);
      },
      resolved: (servers) => {
        this.#listeners.emit('resolve', servers);
      },
    };
  }

  /** The packet of a call. Nest's own `createPacket` came with 12.0.4, and the hook with it. */
  #packet(pattern: unknown, data: unknown): Packet {
    const packet: Packet = { pattern, data };
    this.onDispatchHook?.(packet);
    return packet;
  }

  /** Undefined: the call could not be started, and the sink has the error. */
  #start({ pattern, data, metadata }: Packet, given: ThriftCallOptions, sink: CallSink): Call | undefined {
    const record: ThriftRecord | undefined = data instanceof ThriftRecord ? data : undefined;
    const options = record?.options ?? given;
    let observed = sink;
    try {
      const method = this.#rpc.method(pattern);
      const isObserved = this.#listeners.has('callStart') || this.#listeners.has('callEnd');
      const headers =
        isObserved || metadata !== undefined || options.headers !== undefined
          ? new Map(Object.entries({ ...metadata, ...options.headers }))
          : undefined;
      if (isObserved && headers) observed = this.#observe(method, headers, sink);
      return this.#rpc.start(method, (record?.data ?? data) as object, options, headers, observed);
    } catch (error) {
      observed.fail(error as Error);
      return undefined;
    }
  }

  /** Reports the start of a call; the returned sink reports its end. */
  #observe({ service, method }: ClientMethod, headers: Map<string, string>, sink: CallSink): CallSink {
    const call: ClientCall = { service, method: method.name, headers };
    this.#listeners.emit('callStart', call);
    return {
      sent: () => {
        sink.sent();
      },
      succeed: (value) => {
        this.#listeners.emit('callEnd', call, undefined);
        sink.succeed(value);
      },
      fail: (error) => {
        this.#listeners.emit('callEnd', call, toRpcException(error));
        sink.fail(error);
      },
    };
  }
}

function rejectWithRpcException(reject: (error: unknown) => void): CallSink['fail'] {
  return (error) => {
    reject(toRpcException(error));
  };
}

/** Rejects what Nest's own `send` rejects, with the same error. */
function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}
