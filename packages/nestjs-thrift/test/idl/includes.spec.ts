import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ThriftIdlError } from '../../src/idl/diagnostics.js';
import { loadSchema, parseSchema } from '../../src/idl/load-schema.js';
import { found, typeText } from './parsing.js';

/** Parses `main.thrift` of some texts by path. */
function parseFiles(files: Record<string, string>) {
  const include = (path: string): string => {
    if (!Object.hasOwn(files, path)) throw new Error(`there is no ${path}`);
    return files[path] ?? '';
  };
  return parseSchema(files['main.thrift'] ?? '', 'main.thrift', { include });
}

describe('includes', () => {
  it('make the names of a file visible under its prefix', () => {
    const schema = parseFiles({
      'main.thrift': `
        include "lib/shared.v1.thrift"
        struct S { 1: shared.v1.T t = shared.v1.DEFAULT, 2: shared.v1.E e = shared.v1.E.B, 3: shared.v1.L l }
        const i32 N = shared.v1.N
        service V extends shared.v1.Base { shared.v1.T get() throws (1: shared.v1.X x) }`,
      'lib/shared.v1.thrift': `
        enum E { A, B } struct T { 1: i32 n } typedef list<T> L exception X {}
        const i32 N = 5 const T DEFAULT = {"n": N}
        service Base { void ping() }`,
    });
    const [t, e, l] = found(schema.structs.get('S')).fields;
    expect([t?.defaultValue, e?.defaultValue, typeText(found(l).type)]).toEqual([{ n: 5 }, 1, 'list<T>']);
    expect(schema.constants.get('N')?.value).toBe(5);
    expect(schema.constants.get('shared.v1.N')?.value).toBe(5);
    expect([...schema.structs.keys()]).toEqual(['S', 'shared.v1.T', 'shared.v1.X']);
    expect([...schema.typedefs.keys(), ...schema.enums.keys()]).toEqual(['shared.v1.L', 'shared.v1.E']);
    expect([...found(schema.services.get('V')).methods.keys()]).toEqual(['ping', 'get']);
    expect(schema.services.get('V')?.extends).toBe('shared.v1.Base');
  });

  it('load one file once, by any path, and do not pass its names on', () => {
    const files = {
      'main.thrift': 'include "a.thrift" include "b/b.thrift" include "./a.thrift" struct S { 1: a.A a, 2: b.B b }',
      'a.thrift': 'include "b/b.thrift" struct A { 1: b.B b }',
      'b/b.thrift': 'include "../c.thrift" struct B { 1: c.C c }',
      'c.thrift': 'struct C {}',
    };
    const schema = parseFiles(files);
    expect(schema.structs.get('a.A')?.fields[0]?.type).toBe(schema.structs.get('S')?.fields[1]?.type);
    expect(() => parseFiles({ ...files, 'main.thrift': 'include "b/b.thrift" struct S { 1: c.C c }' })).toThrow(
      "main.thrift:1:36: expected a type, found the unknown name 'c.C'",
    );
  });

  it('add types of files that only included files include, each under a name of its own', () => {
    const schema = parseFiles({
      'main.thrift': 'include "a.thrift" include "x/b.thrift" struct S { 1: a.A a }',
      'a.thrift': 'include "y/b.thrift" include "z/c.thrift" struct A { 1: b.T t, 2: c.E e, 3: b.Only only }',
      'x/b.thrift': 'struct T { 1: i32 x }',
      'y/b.thrift': 'include "../b.thrift" struct T { 1: b.T y } struct Only {}',
      'z/c.thrift': 'enum E { ONE } service Hidden {} const i32 N = 1',
      'b.thrift': 'struct T {}',
    });
    const names = ['S', 'a.A', 'b.T', './b.T', 'y/b.T', 'y/b.Only'];
    expect([...schema.structs].map(([name, { qualifiedName }]) => [name, qualifiedName])).toEqual(
      names.map((name) => [name, name]),
    );
    expect([...schema.enums].map(([name, { qualifiedName }]) => [name, qualifiedName])).toEqual([['c.E', 'c.E']]);
    const [t] = found(schema.structs.get('a.A')).fields;
    expect(t?.type).toEqual({ kind: 'struct', struct: schema.structs.get('y/b.T') });
    expect([schema.services.size, schema.constants.size]).toEqual([0, 0]);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a cycle',
      { 'main.thrift': 'include "a.thrift"', 'a.thrift': '\n include "main.thrift"' },
      'a.thrift:2:10: expected includes without a cycle, found main.thrift -> a.thrift -> main.thrift',
    ],
    [
      'a file of itself',
      { 'main.thrift': 'include "main.thrift"' },
      'main.thrift:1:9: expected includes without a cycle, found main.thrift -> main.thrift',
    ],
    [
      'a file that is not there',
      { 'main.thrift': 'include "a.thrift"' },
      "main.thrift:1:9: expected a file that can be read, found 'a.thrift': there is no a.thrift",
    ],
    [
      'two files of one prefix',
      { 'main.thrift': 'include "a.thrift" include "x/a.thrift"', 'a.thrift': '', 'x/a.thrift': '' },
      "main.thrift:1:28: expected a file name that gives a prefix of its own, found 'a', the prefix of 'a.thrift'",
    ],
    [
      'an error in an included file, there',
      { 'main.thrift': 'include "a.thrift"', 'a.thrift': 'struct A { 1: B b }' },
      "a.thrift:1:15: expected a type, found the unknown name 'B'",
    ],
  ])('reject %s', (_, files, message) => {
    expect(() => parseFiles(files)).toThrow(expect.objectContaining({ name: 'ThriftIdlError', message }));
  });

  it('end, even when every file includes a new one', () => {
    let files = 0;
    const include = (): string => `include "${String((files += 1))}.thrift"`;
    expect(() => parseSchema(include(), 'main.thrift', { include })).toThrow('expected at most 1000 files, found more');
  });

  it('need an include option', () => {
    expect(() => parseSchema('include "a.thrift"')).toThrow(
      "schema.thrift:1:9: expected a file that can be read, found 'a.thrift': includes need the option `include`, or loadSchema",
    );
  });
});

describe('files', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'idl-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function write(name: string, content: string | Uint8Array): string {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  it('are read with their includes, from their own or the given folders', () => {
    write('beside/shared.thrift', 'struct A {}');
    write('elsewhere/far.thrift', 'struct B {}');
    const absolute = write('absolute.thrift', 'struct C {}');
    const main = write(
      'beside/main.thrift',
      `include "shared.thrift" include "far.thrift" include "${absolute}" struct S { 1: shared.A a 2: far.B b }`,
    );
    const schema = loadSchema(pathToFileURL(main), { includePaths: [join(folder, 'elsewhere')] });
    expect(schema.file).toBe(main);
    expect([...schema.structs.keys()]).toEqual(['S', 'shared.A', 'far.B', 'absolute.C']);
    expect(() => loadSchema(main)).toThrow(
      /main\.thrift:1:33: expected a file that can be read, found 'far.thrift': ENOENT/,
    );
  });

  it('that are missing or a folder cause an error with position and cause', () => {
    const missing = join(folder, 'missing.thrift');
    expect(() => loadSchema(missing)).toThrow(`${missing}:1:1: expected a file that can be read, found ENOENT`);
    try {
      loadSchema(folder);
    } catch (error) {
      expect(error).toBeInstanceOf(ThriftIdlError);
      expect(error).toMatchObject({
        name: 'ThriftIdlError',
        file: folder,
        line: 1,
        column: 1,
        cause: { code: 'EISDIR' },
      });
    }
    expect.assertions(3);
  });

  it.each<[string, string, number[], string]>([
    ['a byte of another encoding', 'struct A {}\n// caf', [0xe9, 0x0a], '2:7: expected UTF-8, found the byte 0xe9'],
    ['a sequence cut short', '// é', [0xef, 0xbf, 0x41], '1:5: expected UTF-8, found the byte 0xef'],
    ['half a surrogate pair', '"', [0xed, 0xa0, 0x80], '1:2: expected UTF-8, found the byte 0xed'],
    ['a last byte', 'struct A {} // ', [0xf0, 0x9f], '1:16: expected UTF-8, found the byte 0xf0'],
  ])('with %s are rejected', (_, text, bytes, message) => {
    const path = write('invalid.thrift', Buffer.concat([Buffer.from(text), Buffer.from(bytes)]));
    expect(() => loadSchema(path)).toThrow(`${path}:${message}`);
  });

  it('may start with a byte order mark', () => {
    const path = write('mark.thrift', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('struct A {}')]));
    expect(loadSchema(path).structs.has('A')).toBe(true);
  });
});
