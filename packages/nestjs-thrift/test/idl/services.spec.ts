import { describe, expect, it } from '@jest/globals';
import { parseSchema } from '../../src/idl/load-schema.js';
import { errorOf, found, typeText } from './parsing.js';

function methodOf(text: string) {
  const { services } = parseSchema(`exception X {} exception Y {} service V { ${text} }`);
  return found([...found(services.get('V')).methods.values()][0]);
}

describe('methods', () => {
  it('have the structs on the wire, named as by Apache', () => {
    const method = methodOf('list<i32> find(1: string a, 2: i64 b) throws (1: X x; 2: Y y) (safe = "yes"),');
    expect(method).toMatchObject({ name: 'find', oneway: false, annotations: { safe: 'yes' } });
    expect(typeText(found(method.returns))).toBe('list<i32>');
    expect(method.args).toMatchObject({ name: 'find_args', kind: 'struct' });
    expect(method.args.fields.map(({ id, name, requiredness }) => [id, name, requiredness])).toEqual([
      [1, 'a', 'default'],
      [2, 'b', 'default'],
    ]);
    expect(method.result.name).toBe('find_result');
    expect(method.result.fields.map(({ id, name, requiredness }) => [id, name, requiredness])).toEqual([
      [0, 'success', 'optional'],
      [1, 'x', 'optional'],
      [2, 'y', 'optional'],
    ]);
    expect(method.throws).toEqual(method.result.fields.slice(1));
  });

  it('without return value have a result without success', () => {
    expect(methodOf('void ping()')).toMatchObject({ returns: undefined, result: { fields: [] } });
  });

  it.each(['oneway', 'async'])('are oneway after %s', (word) => {
    expect(methodOf(`${word} void fire(1: i32 n)`)).toMatchObject({ oneway: true, returns: undefined });
  });

  it('ignore optional among arguments, as Apache does', () => {
    const { args } = methodOf('void f(1: optional i32 a, 2: required i32 b)');
    expect(args.fields.map((field) => field.requiredness)).toEqual(['default', 'required']);
  });

  it('may have exceptions and arguments without ids', () => {
    const { args, throws } = methodOf('void f(i32 a, i32 b) throws (X x)');
    expect([...args.fields, ...throws].map((field) => field.id)).toEqual([-1, -2, -1]);
  });

  it('may have names of 1,024 bytes', () => {
    expect(methodOf(`void ${'m'.repeat(1024)}()`).name).toHaveLength(1024);
    expect(errorOf(`service V { void ${'m'.repeat(1025)}() }`)).toBe(
      '1:18: expected a method name of at most 1024 bytes, found 1025 bytes',
    );
  });

  it.each([
    ['S ()', "1:15: expected the name of the method, found '('"],
    ['void list()', "1:18: expected the name of the method, found the keyword 'list'"],
    ['void a.b()', "1:18: expected the name of the method without a dot, found 'a.b'"],
    ['void f(1: i32 a', "1:29: expected a field or ')', found '}'"],
    ['void f() throws ()', undefined],
    ['void f() throws (1: i32 x)', "1:33: expected an exception, found the type i32 of 'x'"],
    ['void f() throws (1: S x)', "1:33: expected an exception, found the struct of 'x'"],
    [
      'i32 f() throws (1: X success)',
      "1:34: expected a name other than 'success', which is that of the method's value, found 'success'",
    ],
    ['void f() throws', "1:29: expected '(', found '}'"],
    ['oneway i32 f()', "1:20: expected 'void' for a oneway method, which never gets a reply, found a type"],
    [
      'oneway void f() throws (1: X x)',
      '1:40: expected no exceptions of a oneway method, which never gets a reply, found one',
    ],
    ['void f(), void f()', "1:28: expected a new method name, found 'f' again"],
    ['void f(1: i32 a, 1: i32 b)', "1:30: expected a new field id, found 1, which is the id of 'a'"],
    ['void f(1: void a)', "1:23: expected a type, found the keyword 'void'"],
    ['oneway oneway void f()', "1:20: expected a type, found the keyword 'oneway'"],
    ['W f()', "1:13: expected a type, found the service 'W'"],
  ])('rejects %j', (text, message) => {
    expect(errorOf(`service V { ${text} } service W {} struct S {} exception X {}`)).toBe(message);
  });
});

describe('services', () => {
  it('have the inherited methods before their own', () => {
    const { services } = parseSchema(`
      service C extends B { void c() } (deprecated)
      service B extends A { void b() }
      service A { void a() }
    `);
    const service = found(services.get('C'));
    expect(service).toMatchObject({ name: 'C', extends: 'B', annotations: { deprecated: '1' } });
    expect([...service.methods.keys()]).toEqual(['a', 'b', 'c']);
    expect(service.methods.get('a')).toBe(services.get('A')?.methods.get('a'));
    expect([...services.keys()]).toEqual(['C', 'B', 'A']);
  });

  it.each([
    ['service A extends B {}', "1:19: expected the name of a service, found the unknown name 'B'"],
    ['service A extends B {} struct B {}', "1:19: expected the name of a service, found the struct 'B'"],
    ['service A extends A {}', "1:19: expected another service, found 'A', which extends this one"],
    [
      'service A extends B {} service B extends A {}',
      "1:42: expected another service, found 'A', which extends this one",
    ],
    ['service A { void f() } service B extends A { i32 f() }', "1:50: expected a new method name, found 'f' again"],
    ['service A {', "1:12: expected a method or '}', found end of file"],
    ['service A { ; }', "1:13: expected a method or '}', found ';'"],
    ['service A', "1:10: expected '{', found end of file"],
    ['service A extends {}', "1:19: expected the name of a service, found '{'"],
  ])('rejects %j', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });
});
