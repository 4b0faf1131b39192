import { describe, expect, it } from '@jest/globals';
import { typeFile, type TypeFileOptions } from '../../src/generate/type-file.js';
import { parseSchema } from '../../src/idl/load-schema.js';

/** Generated text for an IDL, after the header line. */
function written(text: string, options: Partial<TypeFileOptions> = {}, include: Record<string, string> = {}): string {
  const schema = parseSchema(text, 'folder/a.thrift', {
    include: (path) => include[path.replace('folder/', '')] ?? '',
  });
  return typeFile(schema, { transport: 'transport', ...options }).replace(/^.*\n+/, '');
}

describe('the generated file', () => {
  it('names its source', () => {
    const file = typeFile(parseSchema('', 'folder/a.thrift'), { transport: 'transport' });
    expect(file).toBe('// Written by thrift-types from a.thrift: change that file and run it again.\n');
  });

  it('is the same each time', () => {
    const text = 'struct B { 1: A a } struct A { 1: B b } service S { A f(1: B b) } const A C = {}';
    expect(written(text)).toBe(written(text));
  });

  it('structs are interfaces; optional fields may be undefined', () => {
    expect(
      written('/** A thing. */ struct S { /** Its id. */ 1: required i64 id, 2: optional bool b = true, 3: S s }'),
    ).toBe(
      `/** A thing. */
export interface S {
  /** Its id. */
  readonly id: bigint;
  readonly b?: boolean | undefined;
  readonly s?: S | undefined;
}
`,
    );
  });

  it('every type has its JavaScript type', () => {
    const types =
      'bool byte i16 i32 i64 double string binary uuid E T list<T> set<list<i8>> map<string,T> map<T,set<E>>';
    const fields = types.split(' ').map((type, index) => `${String(index + 1)}: required ${type} f${String(index)}`);
    const lines = written(`struct S {${fields.join()}} enum E {} typedef i64 T`).split('\n');
    expect(lines.flatMap((line) => / {2}readonly f\d+: (.*);/.exec(line)?.[1] ?? [])).toEqual([
      'boolean',
      'number',
      'number',
      'number',
      'bigint',
      'number',
      'string',
      'Uint8Array',
      'string',
      'E',
      'bigint',
      'readonly bigint[]',
      'ReadonlySet<readonly number[]>',
      'ReadonlyMap<string, bigint>',
      'ReadonlyMap<bigint, ReadonlySet<E>>',
    ]);
  });

  it('maps with string keys are objects if configured', () => {
    const options = { stringMapsAsObjects: true };
    expect(written('typedef map<string, i32> M const M C = {"a": 1, "b-c": 2, "__proto__": 3}', options)).toBe(
      `export type M = Readonly<Record<string, number>>;

export const C: Readonly<Record<string, number>> = { a: 1, 'b-c': 2, ['__proto__']: 3 };
`,
    );
  });

  it('enums keep their docs; structs without fields are empty', () => {
    expect(written('/** E. */ enum E { /** One. */ A = 1, B = -2 } enum None {} struct S {}')).toBe(
      `/** E. */
export enum E {
  /** One. */
  A = 1,
  B = -2,
}

export enum None {}

export type S = Record<string, never>;
`,
    );
  });

  it('unions have one member, exceptions document how they are thrown', () => {
    expect(written('/** Either. */ union U { 1: i32 a, 2: string b } /** Bad. */ exception X { 1: U why }')).toBe(
      `import type { ThriftUnion } from 'transport';

/** The members of the union {@link U}. */
export interface UMembers {
  readonly a?: number | undefined;
  readonly b?: string | undefined;
}

/**
 * Either.
 * One member is set; none where it was one that this side does not know.
 */
export type U = ThriftUnion<UMembers>;

/**
 * Bad.
 * Thrown and caught as \`ThriftException<X>\`.
 */
export interface X {
  readonly why?: U | undefined;
}
`,
    );
  });

  it('services have arguments, handlers, a client, and the exceptions of a method', () => {
    expect(
      written(`
        exception X {}
        service V {
          /** Adds. */ i32 add(1: i32 a) throws (/** Too big. */ 1: X x)
          oneway void new()
        }`),
    ).toBe(
      `import type { ThriftCallOptions, ThriftContext, ThriftReply } from 'transport';

/** Thrown and caught as \`ThriftException<X>\`. */
export type X = Record<string, never>;

/** The arguments of \`V.add\`. */
export interface VAddArgs {
  readonly a?: number | undefined;
}

/** What handles its methods: \`class Controller implements VHandlers\`. */
export interface VHandlers {
  /**
   * Adds.
   * @throws ThriftException of {@link X}: Too big.
   */
  add(args: VAddArgs, context: ThriftContext): ThriftReply<number>;

  'new'(args: Record<string, never>, context: ThriftContext): ThriftReply<void>;
}

/** What calls its methods: \`client.getService<VClient>('V')\`. */
export interface VClient {
  /**
   * Adds.
   * @throws ThriftException of {@link X}: Too big.
   */
  add(args: VAddArgs, options?: ThriftCallOptions): Promise<number>;

  'new'(args?: Record<string, never>, options?: ThriftCallOptions): Promise<void>;
}
`,
    );
  });

  it('services extend the interfaces of their parents', () => {
    const text = written(
      'include "b.thrift" service V extends b.B { void v() } service W extends V {}',
      {},
      {
        'b.thrift': 'service A { void a() } service B extends A { void b() }',
      },
    );
    expect(text.match(/^export .*$/gm)).toEqual([
      'export interface AHandlers {',
      'export interface AClient {',
      'export interface BHandlers extends AHandlers {',
      'export interface BClient extends AClient {',
      'export interface VHandlers extends BHandlers {',
      'export interface VClient extends BClient {',
      'export type WHandlers = VHandlers;',
      'export type WClient = VClient;',
    ]);
  });

  it('services are named as in the IDL file', () => {
    const text = written(
      'include "b.thrift" service V extends b.B {}',
      {},
      { 'b.thrift': 'include "c.thrift" service B extends c.C {}', 'c.thrift': 'service C { void c() void then() }' },
    );
    expect(text.match(/client\.getService[^`]*/g)).toEqual([
      "client.getService<BClient>('b.B')",
      "client.getService<VClient>('V')",
    ]);
    expect(text.match(/ then\(.*/g)).toEqual([
      ' then(args: Record<string, never>, context: ThriftContext): ThriftReply<void>;',
    ]);
  });

  it('an exception of an included file states the type that it is thrown by', () => {
    const text = written(
      'include "b.thrift" service V { void v() throws (1: b.X x) }',
      {},
      { 'b.thrift': 'exception X {}' },
    );
    expect(text).toContain("/** Thrown and caught as `ThriftException<X>` with the type 'b.X'. */\n");
  });

  it('types of included files are added on demand, under a unique name', () => {
    const text = written(
      'include "b.thrift" struct T { 1: b.T t } struct S { 1: b.U u }',
      {},
      {
        'b.thrift': 'struct T { 1: E e } struct U {} struct Unused {} enum E {}',
      },
    );
    expect(text.match(/^export .*$|^ {2}readonly .*$/gm)).toEqual([
      'export enum E {}',
      'export interface T {',
      '  readonly t?: b_T | undefined;',
      'export interface S {',
      '  readonly u?: U | undefined;',
      'export interface b_T {',
      '  readonly e?: E | undefined;',
      'export type U = Record<string, never>;',
    ]);
  });

  it('reserved and used names get an underscore', () => {
    const text = written('struct Promise {} struct class {} struct VHandlers {} service V {} const i32 class = 1');
    expect(text.match(/^export \w+ \w+/gm)).toEqual([
      'export type Promise_',
      'export type class_',
      'export type VHandlers',
      'export const class__',
      'export type VHandlers_',
      'export type VClient',
    ]);
  });

  it('constants have their values', () => {
    const text = written(`
      enum E { A = 3 } struct S { 1: i32 n, 2: optional list<S> s }
      const i64 I = -5 const double D = 1.5e300 const double Z = -0.0 const bool B = true const E V = E.A
      const string Q = "it's \\"so\\"\\n" const binary Y = "é" const set<i8> N = [] const set<E> O = [E.A]
      const map<i32,string> M = {1: 'a'} const map<i32,i32> P = {} const S T = {"n": 1, "s": [{"n": 2}]}
    `);
    expect(text.match(/^export const.*$/gm)).toEqual([
      'export const I = -5n;',
      'export const D = 1.5e+300;',
      'export const Z = -0;',
      'export const B = true;',
      'export const V = E.A;',
      `export const Q = 'it\\'s "so"\\n';`,
      "export const Y = Buffer.from('é');",
      'export const N: ReadonlySet<number> = new Set();',
      'export const O: ReadonlySet<E> = new Set([E.A]);',
      "export const M: ReadonlyMap<number, string> = new Map([[1, 'a']]);",
      'export const P: ReadonlyMap<number, number> = new Map();',
      'export const T: S = { n: 1, s: [{ n: 2 }] };',
    ]);
  });
});
