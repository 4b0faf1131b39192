import type { Codec, MethodCodec } from '../codec/codec.js';
import type { ThriftPattern } from '../nest/decorators.js';
import { ThriftStartError } from '../errors.js';
import type { MethodSchema, Schema, ServiceSchema } from '../schema.js';
import { ReplySize } from './reply-size.js';

/** What Nest keeps for a handler, as far as it matters here. */
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
  /** What to do instead when the reply is too large; ends the sentence of the error. */
  readonly whenTooLarge: string | undefined;
  /** The size that its replies have. */
  readonly replySize: ReplySize;
}

/** The methods that a server answers, by their names on the wire: `add`, and `Tasks:add` when multiplexed. */
export class MethodTable {
  private readonly entries = new Map<string, MethodEntry>();
  /** `Service.method` of each method that the IDL has and no handler serves. */
  readonly unhandled: string[] = [];

  /**
   * @param handlers what Nest collected, by pattern.
   * @param defaultService whose methods answer to plain names; without it, the first in the IDL that has a handler.
   * @throws ThriftStartError naming every handler whose service or method the IDL lacks.
   */
  constructor(
    private readonly schema: Schema,
    private readonly codec: Codec,
    handlers: ReadonlyMap<string, MessageHandler>,
    defaultService?: string,
  ) {
    const byService = this.group(handlers);
    const plain = this.plainService(byService, defaultService);
    for (const [name, service] of schema.services) {
      const served = this.handlersOf(service, byService);
      if (served.size === 0) continue;
      for (const method of service.methods.values()) {
        const handler = served.get(method.name);
        if (handler === undefined) this.unhandled.push(`${name}.${method.name}`);
        else this.addEntry(name, service, method, handler, name === plain);
      }
    }
  }

  /** The method of that name on the wire. */
  find(name: string): MethodEntry | undefined {
    return this.entries.get(name);
  }

  private addEntry(
    name: string,
    service: ServiceSchema,
    method: MethodSchema,
    handler: MessageHandler,
    plain: boolean,
  ): void {
    const whenTooLarge = (handler.extras as { whenTooLarge?: string } | undefined)?.whenTooLarge;
    const codec = this.codec.method(method);
    const entry = { service, method, handler, codec, whenTooLarge, replySize: new ReplySize() };
    this.entries.set(`${name}:${method.name}`, entry);
    if (plain) this.entries.set(method.name, entry);
  }

  private group(handlers: ReadonlyMap<string, MessageHandler>): Map<string, Map<string, MessageHandler>> {
    const byService = new Map<string, Map<string, MessageHandler>>();
    const unknown: string[] = [];
    for (const [key, handler] of handlers) {
      const pattern = parsePattern(key);
      if (pattern === undefined) continue;
      const { service, method } = pattern;
      if (this.schema.services.get(service)?.methods.has(method) !== true) unknown.push(`${service}.${method}`);
      const group = byService.get(service) ?? new Map<string, MessageHandler>();
      byService.set(service, group.set(method, handler));
    }
    if (unknown.length > 0) {
      throw new ThriftStartError(
        `${this.schema.file} has no ${unknown.join(', no ')}: mend the IDL or the handler's @ThriftMethod`,
      );
    }
    return byService;
  }

  /** A handler of a service serves those that extend it too, unless they have their own. */
  private handlersOf(
    service: ServiceSchema,
    byService: ReadonlyMap<string, ReadonlyMap<string, MessageHandler>>,
  ): Map<string, MessageHandler> {
    const parent = service.extends === undefined ? undefined : this.schema.services.get(service.extends);
    const inherited = parent === undefined ? [] : this.handlersOf(parent, byService);
    return new Map([...inherited, ...(byService.get(service.name) ?? [])]);
  }

  private plainService(byService: ReadonlyMap<string, unknown>, wanted: string | undefined): string | undefined {
    const names = [...this.schema.services.keys()];
    if (wanted !== undefined && !names.includes(wanted)) {
      throw new ThriftStartError(`${this.schema.file} has no service ${wanted}, only ${names.join(', ')}`);
    }
    return wanted ?? names.find((name) => byService.has(name));
  }
}

/** Other transports' patterns, in an application that has several, are not ours to judge. */
function parsePattern(key: string): ThriftPattern | undefined {
  let pattern: unknown;
  try {
    pattern = JSON.parse(key);
  } catch {
    return undefined;
  }
  if (typeof pattern !== 'object' || pattern === null) return undefined;
  const { service, method } = pattern as Partial<ThriftPattern>;
  return typeof service === 'string' && typeof method === 'string' ? { service, method } : undefined;
}
