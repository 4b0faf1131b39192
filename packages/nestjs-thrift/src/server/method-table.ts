import type { Codec, MethodCodec } from '../codec/codec.js';
import { ThriftStartError } from '../errors.js';
import type { MethodSchema, Schema, ServiceSchema } from '../schema.js';
import { ReplySize } from './reply-sizes.js';

/** A handler as Nest registers it. */
export interface MessageHandler {
  (args: object, context: object): unknown;
  readonly extras?: Readonly<Record<string, unknown>>;
}

/** What a call needs once its name is known. */
export interface MethodEntry {
  readonly service: ServiceSchema;
  readonly method: MethodSchema;
  readonly codec: MethodCodec;
  readonly handler: MessageHandler;
  /** Advice for the client when the reply is too large; appended to the error message. */
  readonly whenTooLarge: string | undefined;
  /** Estimated size of its replies. */
  readonly replySize: ReplySize;
}

/** Handlers of one service by the names of its methods. */
type Handlers = ReadonlyMap<string, MessageHandler>;
/** The handlers of each service that has any. */
export type ServiceHandlers = ReadonlyMap<ServiceSchema, Handlers>;

/** Maximum number of services named in a message. */
const NAMED_SERVICES = 5;
/** Maximum number of methods of a service named in the log. */
const NAMED_METHODS = 30;

/**
 * The methods that a server answers, by their names on the wire: `add` of the one service that owns plain names, and
 * `Tasks:add` of every service. A service of an included file, `labels.Labels`, answers to `labels.Labels:get`, and to
 * `Labels:get` where no other service has that name.
 */
export class MethodTable {
  readonly #entries = new Map<string, MethodEntry>();
  /** The services with handlers, by their names in the IDL. */
  readonly #served = new Map<string, ServiceSchema>();
  /** `Service.method` of each method that the IDL has and no handler serves. */
  readonly unhandled: string[] = [];
  /** The service whose methods answer to plain names; undefined when there is no handler at all. */
  readonly plainService: string | undefined;
  readonly #schema: Schema;
  readonly #codec: Codec;

  /**
   * @param handlers those of each service in `schema`.
   * @param defaultService whose methods answer to plain names; without it, the first in the IDL that has a handler.
   * @throws ThriftStartError for a default service that is not in the IDL or has no handler.
   */
  constructor(schema: Schema, codec: Codec, handlers: ServiceHandlers = new Map(), defaultService?: string) {
    this.#schema = schema;
    this.#codec = codec;
    for (const [name, service] of schema.services) this.#serve(name, service, handlers);
    this.plainService = this.#choosePlainService(handlers, defaultService);
    if (this.plainService !== undefined) this.#addAliases(this.plainService, '');
    for (const [name, { name: shortName }] of this.#served) {
      const isAmbiguous = [...this.#served].some(([other, { name: same }]) => other !== name && same === shortName);
      if (name !== shortName && !isAmbiguous) this.#addAliases(name, `${shortName}:`);
    }
  }

  /** The names of the services with handlers. */
  get services(): readonly string[] {
    return [...this.#served.keys()];
  }

  /** Serves one more service, which need not be in the IDL, by its multiplexed names alone. */
  addMultiplexed(service: ServiceSchema, handlers: Handlers): void {
    for (const method of service.methods.values()) {
      const handler = handlers.get(method.name);
      if (handler !== undefined)
        this.#entries.set(`${service.name}:${method.name}`, this.#entry(service, method, handler));
    }
  }

  /** The served methods, for the log: `Tasks (all, add), labels.Labels (get); plain names mean Tasks`. */
  describe(): string {
    const services = [...this.#served].map(([name, service]) => {
      const methods = [...service.methods.keys()].filter((method) => this.#entries.has(`${name}:${method}`));
      return `${name} (${listOf(methods, NAMED_METHODS)})`;
    });
    const owner = services.length > 1 ? `; plain names mean ${String(this.plainService)}` : '';
    return services.length === 0 ? 'no services' : `${services.join(', ')}${owner}`;
  }

  /** The method of that name on the wire. */
  find(name: string): MethodEntry | undefined {
    return this.#entries.get(name);
  }

  /** The error message for an unknown method: which service was meant, and what to do. */
  describeUnknown(name: string): string {
    const [method = '', service] = name.split(':').reverse();
    if (service === undefined) return this.#describeUnknownPlain(name);
    const key = [...this.#served].find(([served, { name: short }]) => served === service || short === service)?.[0];
    if (key !== undefined) return `Unknown method ${name}: ${this.#absence(key, method)}`;
    return `Unknown method ${name}: no service ${service} is served here, only ${listOf(this.services)}`;
  }

  #describeUnknownPlain(name: string): string {
    const { plainService } = this;
    if (plainService === undefined) return `Unknown method ${name}: the server has no handlers`;
    const others = this.services.filter((service) => this.#entries.has(`${service}:${name}`));
    const [other] = others;
    const absence = `Unknown method ${name}: plain names mean ${plainService}, and ${this.#absence(plainService, name)}`;
    return other === undefined ? absence : `${absence}; call ${other}:${name}, or set defaultService to ${other}`;
  }

  /** Why a served service does not have a method. */
  #absence(service: string, method: string): string {
    const isInIdl = this.#schema.services.get(service)?.methods.has(method) === true;
    return isInIdl ? `no handler serves ${service}.${method}` : `the server's IDL has no ${service}.${method}`;
  }

  #serve(name: string, service: ServiceSchema, byService: ServiceHandlers): void {
    const handlers = handlersOf(service, byService);
    if (handlers.size === 0) return;
    this.#served.set(name, service);
    for (const method of service.methods.values()) {
      const handler = handlers.get(method.name);
      if (handler === undefined) this.unhandled.push(`${name}.${method.name}`);
      else this.#entries.set(`${name}:${method.name}`, this.#entry(service, method, handler));
    }
  }

  #entry(service: ServiceSchema, method: MethodSchema, handler: MessageHandler): MethodEntry {
    const whenTooLarge = (handler.extras as { whenTooLarge?: string } | undefined)?.whenTooLarge;
    const codec = this.#codec.method(method);
    return { service, method, handler, codec, whenTooLarge, replySize: new ReplySize() };
  }

  /** Adds further names for the methods of a service, unless they are taken. */
  #addAliases(name: string, prefix: string): void {
    for (const method of this.#served.get(name)?.methods.keys() ?? []) {
      const entry = this.#entries.get(`${name}:${method}`);
      if (entry !== undefined && !this.#entries.has(prefix + method)) this.#entries.set(prefix + method, entry);
    }
  }

  #choosePlainService(byService: ServiceHandlers, wanted?: string): string | undefined {
    const names = [...this.#schema.services.keys()];
    if (wanted !== undefined && !names.includes(wanted)) {
      throw new ThriftStartError(`${this.#schema.file} has no service ${wanted}, only ${listOf(names)}`);
    }
    if (wanted !== undefined && this.#served.size > 0 && !this.#served.has(wanted)) {
      throw new ThriftStartError(
        `defaultService is ${wanted}, which has no handler: plain names would all be unknown. ` +
          `Served are ${listOf(this.services)}`,
      );
    }
    return wanted ?? [...this.#schema.services].find(([, service]) => byService.has(service))?.[0];
  }
}

/** The handlers of a service; those of the service that it extends serve it too, unless it has its own. */
function handlersOf(service: ServiceSchema, byService: ServiceHandlers): Handlers {
  const inherited = service.parent === undefined ? [] : handlersOf(service.parent, byService);
  return new Map([...inherited, ...(byService.get(service) ?? [])]);
}

/** The names as a list, shortened after `max`. */
export function listOf(names: readonly string[], max = NAMED_SERVICES): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, max).join(', ');
  return names.length > max ? `${shown} and ${String(names.length - max)} more` : shown;
}
