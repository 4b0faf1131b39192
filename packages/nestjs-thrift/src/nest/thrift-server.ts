import type { AddressInfo, Server as NetServer } from 'node:net';
import { Server, type CustomTransportStrategy, type MessageHandler, type MsPattern } from '@nestjs/microservices';
import { Codec } from '../codec/codec.js';
import { ThriftStartError } from '../errors.js';
import { loadSchema } from '../idl/load-schema.js';
import { requireKnownOptions, type OptionNames } from '../known-options.js';
import { resolveLimits, type ThriftLimits } from '../limits.js';
import { Listeners } from '../listeners.js';
import { declaresMeta, metaService, type ThriftHealthStatus } from '../meta.js';
import { printable } from '../printable.js';
import type { Schema } from '../schema.js';
import { AcceptedDialects, type DialectOptions } from '../server/accepted-dialects.js';
import type { Reject, ReportFault } from '../server/events.js';
import type { ListenOptions } from '../server/listener.js';
import { MethodTable } from '../server/method-table.js';
import { ReplyWriter } from '../server/reply-writer.js';
import { RpcServer } from '../server/rpc-server.js';
import type { ThriftTlsOptions } from '../server/tls-files.js';
import { THRIFT_TRANSPORT } from './decorators.js';
import type { ThriftServerEvents } from './events.js';
import { installExceptionFilter } from './exception-filter.js';
import { groupHandlers } from './group-handlers.js';
import { RejectionLog } from './rejection-log.js';
import { HandlerRunner, type HandlerRunnerParts, type StartHook } from './run-handler.js';

export interface ThriftServerOptions extends ListenOptions, DialectOptions {
  /** The IDL: the path of a file (relative to the working directory), its URL, or a loaded schema. */
  readonly idl: string | URL | Schema;
  /** Service whose methods can be called by plain names; default: the first in the IDL that has a handler. */
  readonly defaultService?: string;
  /** Whether `map<string, …>` reads as a plain object instead of a `Map`. */
  readonly stringMapsAsObjects?: boolean;
  /** Limits that differ from their defaults. */
  readonly limits?: Partial<ThriftLimits>;
  /**
   * Whether the service `Meta` tells clients the IDL, the health and the version, by its multiplexed names, without guards.
   * Default: true, but false where client certificates are required or `NODE_ENV` is `production`.
   */
  readonly reflection?: boolean;
  /** Answers `Meta.health`. Default: a server that answers is healthy. */
  readonly health?: () => ThriftHealthStatus | Promise<ThriftHealthStatus>;
}

const OPTION_NAMES: OptionNames<ThriftServerOptions> = {
  idl: true,
  port: true,
  host: true,
  path: true,
  tls: true,
  protocols: true,
  framings: true,
  strict: true,
  defaultService: true,
  stringMapsAsObjects: true,
  limits: true,
  reflection: true,
  health: true,
};

/** Emitted by `status`. */
export type ThriftServerStatus = 'listening' | 'draining' | 'closed';

/**
 * Thrift as a Nest transport: `NestFactory.createMicroservice(AppModule, { strategy: new ThriftServer({ idl, port })
 * })`. The constructor throws ThriftIdlError for an IDL that can't be read, RangeError for a limit out of its range,
 * and ThriftStartError for other invalid or unknown options.
 */
export class ThriftServer extends Server<ThriftServerEvents, ThriftServerStatus> implements CustomTransportStrategy {
  override readonly transportId = THRIFT_TRANSPORT;
  /** The resolved IDL; its methods can be called. */
  readonly schema: Schema;
  /** The limits in force, defaults included. */
  readonly limits: ThriftLimits;

  readonly #options: ThriftServerOptions;
  readonly #codec: Codec;
  readonly #listeners: Listeners<ThriftServerEvents>;
  readonly #repeated = new Set<string>();
  readonly #rejections = new RejectionLog(this.logger);
  /** The message rejected with last. */
  #rejected = { message: '', printed: '' };
  readonly #rpc: RpcServer;
  readonly #noStartHook = this.onProcessingStartHook;
  readonly #reflects: boolean;

  constructor(options: ThriftServerOptions) {
    super();
    installExceptionFilter();
    requireKnownOptions('ThriftServer', options, OPTION_NAMES);
    this.#options = options;
    this.limits = resolveLimits(options.limits);
    const accepted = new AcceptedDialects(options);
    this.schema = typeof options.idl === 'string' || options.idl instanceof URL ? loadSchema(options.idl) : options.idl;
    this.#reflects = reflects(options, this.schema);
    this.#codec = new Codec(this.limits, { stringMapsAsObjects: options.stringMapsAsObjects ?? false });
    const report: ReportFault = (error, what) => {
      this.logger.error(what, error);
    };
    const listeners = (this.#listeners = new Listeners<ThriftServerEvents>(report));
    const writer = new ReplyWriter(this.limits, report);
    const runner = new HandlerRunner({
      listeners,
      writer,
      report,
      warn: (message) => {
        this.logger.warn(message);
      },
      startHook: this.#startHook,
      endHook: this.#endHook,
    });
    this.#rpc = new RpcServer({
      limits: this.limits,
      accepted,
      listen: options,
      writer,
      runner,
      reject: this.#reject,
      report,
      onConnect: (peer) => {
        listeners.emit('connect', peer);
      },
      onDisconnect: (peer) => {
        listeners.emit('disconnect', peer);
      },
      onError: (error) => {
        this.logger.error(error);
        listeners.emit('error', error);
      },
      onDrain: () => {
        this._status$.next('draining');
      },
      log: (message) => {
        this.logger.log(message);
      },
    });
  }

  /**
   * Called by Nest. The callback gets the error that prevents the start: a handler without a method in the IDL, a port
   * in use.
   */
  override listen(callback: (error?: unknown) => void): void {
    try {
      const { defaultService } = this.#options;
      const handlers = groupHandlers(this.schema, this.messageHandlers, this.#repeated);
      const methods = new MethodTable(this.schema, this.#codec, handlers, defaultService);
      this.#warnOfGaps(methods);
      const reflection = this.#addReflection(methods);
      this.#rpc.listen(methods, (error) => {
        if (error === undefined) {
          this.logger.log(`Serving ${methods.describe()}`);
          if (reflection !== undefined) this.logger.log(reflection);
          this._status$.next('listening');
          this.#listeners.emit('listening');
        }
        callback(error);
      });
    } catch (error) {
      callback(error);
    }
  }

  /** Called by Nest for each handler, before `listen`. */
  override addHandler(
    pattern: MsPattern,
    callback: MessageHandler,
    isEventHandler?: boolean,
    extras?: Record<string, unknown>,
  ): void {
    const key = this.normalizePattern(pattern);
    if (this.messageHandlers.has(key)) this.#repeated.add(key);
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  /**
   * Drains and closes: no new connections, calls whose last byte was read finish, later ones are rejected as `Shutting
   * down`. Resolves when all connections are closed; calls that take longer than `drainTimeoutMs` are cut. A second
   * call waits for the same end.
   */
  override async close(): Promise<void> {
    await this.#rpc.close();
    if (this.#rpc.net === undefined) return;
    this.#rejections.flush();
    this._status$.next('closed');
  }

  /** Reports connections, calls and rejections, for logs, metrics and traces. */
  override on<Name extends keyof ThriftServerEvents>(event: Name, listener: ThriftServerEvents[Name]): this {
    this.#listeners.on(event, listener);
    return this;
  }

  /** The server of `node:net`, or of `node:tls`. @throws Error before `listen`. */
  override unwrap<T = NetServer>(): T {
    if (this.#rpc.net === undefined) throw new Error('ThriftServer is not listening: call listen() first');
    return this.#rpc.net as T;
  }

  /** Where it listens: address and port, or the path of a Unix domain socket; null while it does not listen. */
  get address(): AddressInfo | string | null {
    return this.#rpc.net?.address() ?? null;
  }

  /** The TLS options; undefined for plain connections. With `caFile`, client certificates are required. */
  get tls(): ThriftTlsOptions | undefined {
    return this.#options.tls;
  }

  /** When the TLS certificate that new connections get expires; undefined without TLS and before `listen`. */
  get certificateExpiry(): Date | undefined {
    return this.#rpc.certificateExpiry;
  }

  /** Open connections, and calls that run or wait; those whose peers disconnected count while their handlers run. */
  get load(): { readonly connections: number; readonly calls: number } {
    return this.#rpc.load;
  }

  /** Adds the service `Meta`, if it is wanted. Returns what the log says of it. */
  #addReflection(methods: MethodTable): string | undefined {
    if (!this.#reflects) return undefined;
    if (declaresMeta(this.schema)) return 'Reflection is off: the IDL has a service Meta of its own';
    const { service, handlers } = metaService(this.schema, this.#options.health);
    methods.addMultiplexed(service, handlers);
    return `Reflection is on: any client may call ${[...handlers.keys()].map((method) => `Meta:${method}`).join(', ')}`;
  }

  #warnOfGaps({ services, unhandled }: MethodTable): void {
    for (const name of unhandled) this.logger.warn(`${name} has no handler: calls get UNKNOWN_METHOD`);
    if (services.length > 0) return;
    this.logger.warn(
      'no handlers, so every call gets UNKNOWN_METHOD: is the controller with @ThriftMethod in a module?',
    );
  }

  readonly #reject: Reject = (peer, reason, message) => {
    // Under overload, all rejections have the same message.
    if (message !== this.#rejected.message) this.#rejected = { message, printed: printable(message) };
    const rejection = { reason, message: this.#rejected.printed, peer };
    this.#rejections.add(rejection);
    this.#listeners.emit('rejection', rejection);
  };

  readonly #startHook = (): StartHook | undefined => {
    const hook = this.onProcessingStartHook;
    if (hook === this.#noStartHook) return undefined;
    // Declared as void, but Nest and others also set async functions.
    return hook.bind(this, this.transportId) as StartHook;
  };

  readonly #endHook: HandlerRunnerParts['endHook'] = () => {
    // The base class declares it as always set; it is not.
    const hook = this.onProcessingEndHook as typeof this.onProcessingEndHook | undefined;
    if (hook === undefined) return undefined;
    return (context) => {
      hook(this.transportId, context);
    };
  };
}

/** @throws ThriftStartError for a schema without its texts, where reflection was asked for. */
function reflects({ reflection, tls }: ThriftServerOptions, { sources }: Schema): boolean {
  if (reflection === true && sources === undefined) {
    throw new ThriftStartError(
      'reflection is true, but the schema has no texts to show: pass the path of the IDL, or what loadSchema or parseSchema ' +
        'returns, or leave reflection out',
    );
  }
  const isOpen = tls?.caFile === undefined && process.env['NODE_ENV'] !== 'production';
  return reflection ?? (isOpen && sources !== undefined);
}
