import { describe, expect, it } from '@jest/globals';
import { fromJson } from '../src/from-json.js';
import { loadSchema, parseSchema } from '../src/idl/load-schema.js';
import { argumentsFromJson, exampleJson, exceptionToJson, resultToJson } from '../src/json-call.js';
import type { MethodSchema, StructSchema } from '../src/schema.js';

const schema = parseSchema(`
  enum Tone { PLAIN = 1, WARM = 2 }
  struct Node { 1: required i64 id, 2: optional Node next, 3: list<Node> others, 4: Tone tone = Tone.WARM }
  union Either { 1: string text, 2: Node node }
  exception Refused { 1: Tone tone, 2: i64 until }
  service Greeter {
    Node greet(1: required string name, 2: map<i32, Tone> tones) throws (1: Refused refused)
    void wait()
    Either either(1: Either either)
  }
`);

function method(name: string): MethodSchema {
  return schema.services.get('Greeter')?.methods.get(name) as MethodSchema;
}

describe('a call in JSON', () => {
  it('has arguments by name', () => {
    expect(argumentsFromJson(method('greet'), { name: 'Ada', tones: [[1, 'WARM']] })).toEqual({
      name: 'Ada',
      tones: new Map([[1, 2]]),
    });
  });

  it('names the path of an argument that does not fit', () => {
    expect(() => argumentsFromJson(method('greet'), { name: 'Ada', tones: [[1, 'COLD']] })).toThrow(
      'tones[0][1]: expected a name of enum Tone (PLAIN, WARM) or a number, got "COLD"',
    );
  });

  it('has a result with enums by name and i64 up to 2^53 as numbers', () => {
    const node = { id: 7n, others: [{ id: 2n ** 60n, others: [], tone: 9 }], tone: 1 };
    expect(resultToJson(method('greet'), node)).toEqual({
      id: 7,
      others: [{ id: '1152921504606846976', others: [], tone: 9 }],
      tone: 'PLAIN',
    });
  });

  it('is null where the method is void', () => {
    expect(resultToJson(method('wait'), undefined)).toBeNull();
  });

  it('has a declared exception with its fields', () => {
    const exception = { type: 'Refused', value: { tone: 2, until: 5n } };
    expect(exceptionToJson(method('greet'), exception)).toEqual({ tone: 'WARM', until: 5 });
  });

  it('has an example that ends where a struct would repeat itself', () => {
    expect(exampleJson({ kind: 'struct', struct: method('either').args })).toEqual({ either: { text: '' } });
    expect(exampleJson({ kind: 'struct', struct: schema.structs.get('Node') as StructSchema })).toEqual({
      id: 0,
      others: [],
      tone: 'WARM',
    });
  });

  it('has a short example where each struct has the one before twice', () => {
    const structs = Array.from(
      { length: 40 },
      (_, n) => `struct S${String(n + 1)} { 1: S${String(n)} a, 2: S${String(n)} b }`,
    );
    const { structs: parsed } = parseSchema(['struct S0 { 1: string text }', ...structs].join('\n'), 's.thrift');
    const example = exampleJson({ kind: 'struct', struct: parsed.get('S40') as StructSchema });
    expect(JSON.stringify(example).length).toBeLessThan(20_000);
  });

  it.each(['../../../idl/tasks.thrift', 'idl/thrift-test.thrift'])(
    'has valid examples of all methods in %s',
    (file) => {
      const { services } = loadSchema(new URL(file, import.meta.url));
      const methods = [...services.values()].flatMap((service) => [...service.methods.values()]);
      expect(methods.length).toBeGreaterThan(5);
      for (const { args } of methods) {
        const type = { kind: 'struct', struct: args } as const;
        expect(() => fromJson(exampleJson(type), type)).not.toThrow();
      }
    },
  );
});
