import { ThriftStartError, type MethodSchema, type Schema } from 'nestjs-thrift';

/** Which methods the explorer has. */
export class MethodFilter {
  readonly #methods: ReadonlySet<string>;

  /**
   * @param allow methods (`Tasks.add`) or whole services (`Tasks`); undefined: all.
   * @param deny excluded ones, also where `allow` names them, and in services that extend theirs.
   * @throws ThriftStartError for a name that the IDL lacks: a misspelt one would leave a method open.
   */
  constructor(schema: Schema, allow: readonly string[] | undefined, deny: readonly string[]) {
    const services = [...schema.services].map(
      ([name, { methods }]) => [name, [...methods.keys()].map((method) => `${name}.${method}`)] as const,
    );
    const all = services.flatMap(([, methods]) => methods);
    const expand = (list: string) => (name: string) => {
      const methods = services.find(([service]) => service === name)?.[1] ?? all.filter((method) => method === name);
      if (methods.length > 0) return methods;
      throw new ThriftStartError(`${list} names ${name}, but ${schema.file} has no such service or method`);
    };
    // A service that extends another one has the same methods, with the same handlers.
    const schemaOf = (name: string): MethodSchema | undefined => {
      const dot = name.lastIndexOf('.');
      return schema.services.get(name.slice(0, dot))?.methods.get(name.slice(dot + 1));
    };
    const denied = new Set(deny.flatMap(expand('deny')).map(schemaOf));
    this.#methods = new Set((allow?.flatMap(expand('allow')) ?? all).filter((name) => !denied.has(schemaOf(name))));
  }

  has(service: string, method: string): boolean {
    return this.#methods.has(`${service}.${method}`);
  }
}
