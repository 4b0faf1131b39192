import type { FieldSchema, MethodSchema, Schema, ServiceSchema } from '../schema.js';
import { docComment, joinDocs } from './doc-text.js';
import { own } from './names.js';
import { interfaceText } from './struct-text.js';
import type { TypeText } from './type-text.js';

/** A service that was written, and what its interfaces are called. */
interface WrittenService {
  readonly service: ServiceSchema;
  readonly handlers: string;
  readonly client: string;
}

interface TypedMethod {
  readonly method: MethodSchema;
  readonly args: string;
}

/** Writes services: for each the arguments of its methods, what its handlers must be, and what its client is. */
export class ServiceText {
  readonly #written = new Map<ServiceSchema, WrittenService>();
  readonly #texts: string[] = [];
  readonly #schema: Schema;
  readonly #types: TypeText;

  constructor(schema: Schema, types: TypeText) {
    this.#schema = schema;
    this.#types = types;
  }

  /** All services of the file, each after the service that it extends. */
  all(): readonly string[] {
    for (const service of own(this.#schema, this.#schema.services).values()) this.#write(service);
    return this.#texts;
  }

  #write(service: ServiceSchema): WrittenService {
    const known = this.#written.get(service);
    if (known !== undefined) return known;
    const parent = service.parent && this.#write(service.parent);
    const { names } = this.#types;
    const handlers = names.claim(`${service.name}Handlers`);
    const client = names.claim(`${service.name}Client`);
    const methods = [...service.methods.values()].filter((method) => !parent?.service.methods.has(method.name));
    const typed = methods.map((method) => ({ method, args: this.#arguments(service, method) }));
    const handlersDoc = `What handles its methods: \`class Controller implements ${handlers}\`.`;
    const [key] = [...this.#schema.services].find(([, named]) => named === service) ?? [];
    // The service of a file included by an included file has no name here; its methods are written as inherited ones.
    const clientDoc =
      key === undefined ? undefined : `What calls its methods: \`client.getService<${client}>('${key}')\`.`;
    this.#texts.push(
      docComment(joinDocs(service.doc, handlersDoc)) +
        interfaceOf(
          handlers,
          parent?.handlers,
          typed.map((each) => this.#signature(each, 'handler')),
        ),
      docComment(joinDocs(service.doc, clientDoc)) +
        interfaceOf(
          client,
          parent?.client,
          // A facade has no function of that name: it would make a promise of it.
          typed.filter(({ method }) => method.name !== 'then').map((each) => this.#signature(each, 'client')),
        ),
    );
    const written = { service, handlers, client };
    this.#written.set(service, written);
    return written;
  }

  /** Writes the interface of a method's arguments; a method without any needs none. */
  #arguments(service: ServiceSchema, method: MethodSchema): string {
    if (method.args.fields.length === 0) return 'Record<string, never>';
    const wanted = `${service.name}${method.name.charAt(0).toUpperCase()}${method.name.slice(1)}Args`;
    const name = this.#types.names.claim(wanted);
    const doc = docComment(`The arguments of \`${service.name}.${method.name}\`.`);
    this.#texts.push(doc + interfaceText(this.#types, method.args, name));
    return name;
  }

  #signature({ method, args }: TypedMethod, side: 'handler' | 'client'): string {
    const value = method.returns === undefined ? 'void' : this.#types.of(method.returns);
    const optional = method.args.fields.length === 0 ? '?' : '';
    const { names } = this.#types;
    const [parameters, result] =
      side === 'handler'
        ? [`args: ${args}, context: ${names.transport('ThriftContext')}`, names.transport('ThriftReply')]
        : [`args${optional}: ${args}, options?: ${names.transport('ThriftCallOptions')}`, 'Promise'];
    // `new(…)` would be a constructor.
    const name = method.name === 'new' ? "'new'" : method.name;
    const doc = docComment(joinDocs(method.doc, ...method.throws.map((field) => this.#thrown(field))), 1);
    return `${doc}  ${name}(${parameters}): ${result}<${value}>;\n`;
  }

  #thrown({ type, doc }: FieldSchema): string {
    const name = type.kind === 'struct' ? this.#types.names.struct(type.struct) : '';
    return `@throws ThriftException of {@link ${name}}${doc === undefined ? '' : `: ${doc}`}`;
  }
}

function interfaceOf(name: string, parent: string | undefined, members: readonly string[]): string {
  if (members.length === 0) return `export type ${name} = ${parent ?? 'Record<string, never>'};\n`;
  return `export interface ${name}${parent === undefined ? '' : ` extends ${parent}`} {\n${members.join('\n')}}\n`;
}
