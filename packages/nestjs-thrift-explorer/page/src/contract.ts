import type {
  Description,
  Json,
  MethodDescription,
  NamedTypeDescription,
  ServiceDescription,
  TypeDescription,
} from '../../src/description.js';
import { CONSTANTS_HASH, hashOfMethod, hashOfType } from './route.js';

/** A place in the contract that uses a type. */
export interface Use {
  readonly label: string;
  readonly hash: string;
}

/** Something that a search can find. */
export interface Entry {
  readonly kind: 'method' | 'type' | 'constant';
  readonly label: string;
  readonly hash: string;
  readonly doc: string | undefined;
}

const MAX_RESULTS = 50;

/** The description of a service's contract, with what the page looks up in it. */
export class Contract {
  readonly description: Description;
  readonly entries: readonly Entry[];
  readonly #types: ReadonlyMap<string, NamedTypeDescription>;

  constructor(description: Description) {
    const { services, types, constants } = description;
    this.description = description;
    this.#types = new Map(types.map((type) => [type.name, type]));
    this.entries = [
      ...services.flatMap(({ name, methods }) =>
        methods.map((method) => ({
          kind: 'method' as const,
          label: `${name}.${method.name}`,
          hash: hashOfMethod(name, method.name),
          doc: method.doc,
        })),
      ),
      ...types.map(({ name, doc }) => ({ kind: 'type' as const, label: name, hash: hashOfType(name), doc })),
      ...constants.map(({ name, doc }) => ({ kind: 'constant' as const, label: name, hash: CONSTANTS_HASH, doc })),
    ];
  }

  type(name: string): NamedTypeDescription | undefined {
    return this.#types.get(name);
  }

  service(name: string): ServiceDescription | undefined {
    return this.description.services.find((service) => service.name === name);
  }

  method(service: string, method: string): MethodDescription | undefined {
    return this.service(service)?.methods.find(({ name }) => name === method);
  }

  /** Where a type is used. */
  usesOf(name: string): readonly Use[] {
    const mentions = (type: TypeDescription | undefined): boolean => type !== undefined && namesIn(type).includes(name);
    const methods = this.description.services.flatMap((service) =>
      service.methods
        .filter(
          ({ args, returns, throws }) =>
            mentions(returns) || [...args, ...throws].some((field) => mentions(field.type)),
        )
        .map((method) => ({ label: `${service.name}.${method.name}`, hash: hashOfMethod(service.name, method.name) })),
    );
    const types = this.description.types
      .filter((type) => type.kind !== 'enum' && type.fields.some((field) => mentions(field.type)))
      .map((type) => ({ label: type.name, hash: hashOfType(type.name) }));
    return [...methods, ...types];
  }

  /** Entries that have every word of a text: those with all of them in their names first, then in comments. */
  search(text: string): readonly Entry[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const has = (where: string): boolean => words.every((word) => where.toLowerCase().includes(word));
    const byName = this.entries.filter(({ label }) => has(label));
    const starts = ({ label }: Entry): boolean =>
      label
        .slice(label.lastIndexOf('.') + 1)
        .toLowerCase()
        .startsWith(text.toLowerCase());
    const byDoc = this.entries.filter(({ label, doc = '' }) => !has(label) && has(`${label} ${doc}`));
    return [...byName.filter(starts), ...byName.filter((entry) => !starts(entry)), ...byDoc].slice(0, MAX_RESULTS);
  }

  /** The entry that a name in a comment means: a method of this service, or of another, or a type. */
  linkOf(name: string, service: string | undefined): string | undefined {
    const inService = service === undefined ? undefined : `${service}.${name}`;
    return this.entries.find(({ label }) => label === name || label === inService)?.hash;
  }

  /** A value to begin with: what is optional is unset. */
  initialValue(type: TypeDescription, open: readonly string[] = []): Json {
    switch (type.kind) {
      case 'bool':
        return false;
      case 'string':
      case 'binary':
        return '';
      case 'uuid':
        return '00000000-0000-0000-0000-000000000000';
      case 'list':
      case 'set':
        return [];
      case 'map':
        return isText(type.key) ? {} : [];
      case 'enum':
      case 'struct':
        return this.#initialOfNamed(type.name, open);
      default:
        return 0;
    }
  }

  #initialOfNamed(name: string, open: readonly string[]): Json {
    const type = this.type(name);
    if (type === undefined || open.includes(name)) return {};
    if (type.kind === 'enum') return type.values[0]?.name ?? 0;
    const fields = type.kind === 'union' ? type.fields.slice(0, 1) : type.fields.filter(isNeeded);
    return Object.fromEntries(
      fields.map((field) => [field.name, field.defaultValue ?? this.initialValue(field.type, [...open, name])]),
    );
  }

  /** Arguments to begin with. */
  initialArguments({ args }: MethodDescription): Json {
    return Object.fromEntries(
      args.map(({ name, type, defaultValue }) => [name, defaultValue ?? this.initialValue(type)]),
    );
  }
}

/** Whether a field is to be set unless there is a reason not to. */
function isNeeded({ requiredness }: { requiredness: string }): boolean {
  return requiredness !== 'optional';
}

/** Whether a map with keys of this type is an object in JSON. */
export function isText({ kind }: TypeDescription): boolean {
  return kind === 'string' || kind === 'uuid';
}

/** A type in the syntax of the IDL. */
export function typeText(type: TypeDescription): string {
  switch (type.kind) {
    case 'struct':
    case 'enum':
      return type.name;
    case 'list':
    case 'set':
      return `${type.kind}<${typeText(type.element)}>`;
    case 'map':
      return `map<${typeText(type.key)}, ${typeText(type.value)}>`;
    default:
      return type.kind;
  }
}

/** The structs and enums in a type. */
export function namesIn(type: TypeDescription): readonly string[] {
  switch (type.kind) {
    case 'struct':
    case 'enum':
      return [type.name];
    case 'list':
    case 'set':
      return namesIn(type.element);
    case 'map':
      return [...namesIn(type.key), ...namesIn(type.value)];
    default:
      return [];
  }
}
