import type { Codec, MethodCodec } from '../codec/codec.js';
import { ApplicationError, ThriftStartError } from '../errors.js';
import type { MethodSchema, Schema, ServiceSchema } from '../schema.js';

export interface ClientMethod {
  readonly service: string;
  readonly method: MethodSchema;
  readonly codec: MethodCodec;
  /** Its name on the wire: prefixed with the service when multiplexed. */
  readonly wireName: string;
}

/** The methods that a client can call, each compiled on its first call. */
export class ClientMethods {
  readonly #known = new Map<string, Map<string, ClientMethod>>();
  readonly #schema: Schema;
  readonly #codec: Codec;
  readonly #multiplexed: boolean;

  constructor(schema: Schema, codec: Codec, multiplexed: boolean) {
    this.#schema = schema;
    this.#codec = codec;
    this.#multiplexed = multiplexed;
  }

  /** The service of that name. @throws ThriftStartError naming those that there are. */
  service(name: string): ServiceSchema {
    const service = this.#schema.services.get(name);
    if (service !== undefined) return service;
    const names = [...this.#schema.services.keys()].join(', ');
    throw new ThriftStartError(`${this.#schema.file} has no service ${name}, only ${names === '' ? 'none' : names}`);
  }

  /** The method that a pattern names. @throws ApplicationError UNKNOWN_METHOD when the IDL lacks it. */
  find(pattern: unknown): ClientMethod {
    const { service, method } = pattern as { service?: unknown; method?: unknown };
    if (typeof service !== 'string' || typeof method !== 'string') {
      throw new ApplicationError(
        'UNKNOWN_METHOD',
        `the pattern must be { service, method }, got ${JSON.stringify(pattern)}`,
      );
    }
    const found = this.#known.get(service)?.get(method);
    return found ?? this.#compile(service, method);
  }

  /** The service's name on the wire: its own, prefixed with the file only where the name is ambiguous. */
  #wireService(key: string): string {
    const name = key.slice(key.lastIndexOf('.') + 1);
    const same = [...this.#schema.services.values()].filter((service) => service.name === name);
    return same.length === 1 ? name : key;
  }

  #compile(serviceName: string, name: string): ClientMethod {
    const method = this.#schema.services.get(serviceName)?.methods.get(name);
    if (method === undefined) {
      throw new ApplicationError('UNKNOWN_METHOD', `${this.#schema.file} has no method ${serviceName}.${name}`);
    }
    const wireName = this.#multiplexed ? `${this.#wireService(serviceName)}:${name}` : name;
    const compiled = { service: serviceName, method, codec: this.#codec.method(method), wireName };
    const ofService = this.#known.get(serviceName) ?? new Map<string, ClientMethod>();
    this.#known.set(serviceName, ofService.set(name, compiled));
    return compiled;
  }
}
