import { readFileSync } from 'node:fs';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ThriftIdlError } from '../../src/idl/diagnostics.js';
import { parseSchema } from '../../src/idl/load-schema.js';

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 1500);

const MODEL = readFileSync(new URL('../idl/thrift-test.thrift', import.meta.url), 'utf8');

/** Keywords of the language, and similar words. */
const words = fc.constantFrom(
  ...'namespace include const typedef enum struct union exception service extends oneway async void throws'.split(' '),
  ...'required optional bool byte i8 i16 i32 i64 double string binary uuid map list set true false'.split(' '),
  ...'A B C D x.A x.y.B A.B * & < > { } ( ) [ ] : ; , = 0 1 2 3 -1 0x7f 1.5 -1e3 9223372036854775807'.split(' '),
  ...['"a"', "'b\\n'", '"{00112233-4455-6677-8899-aabbccddeeff}"', '/** doc */', '// c\n', '# c\n', '/*', '\\', '"'],
  ...['xsd_all', 'xsd_attrs', 'xsd_optional', 'cpp_type', 'senum', 'slist', '\uFEFF', '\uD800', '😀', '\u0000'],
);

/** Definitions that are valid together more often than random words. */
const name = fc.constantFrom('A', 'B', 'C', 'D', 'E');
const { type } = fc.letrec<{ type: string }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(name, fc.constantFrom('i8', 'i64', 'string', 'bool', 'double', 'binary')),
    fc.tuple(fc.constantFrom('list', 'set'), tie('type')).map(([kind, element]) => `${kind}<${element}>`),
    fc.tuple(tie('type'), tie('type')).map(([key, value]) => `map<${key}, ${value}>`),
  ),
}));
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.integer().map(String), fc.constantFrom('A', 'B.C', 'true', '"f"', '1.5', '{}', '[]')),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.tuple(fc.constantFrom('"f"', '"g"', '1'), tie('value')).map(([key, item]) => `{${key}: ${item}}`),
  ),
}));
const fields = fc
  .tuple(type, type, fc.option(value))
  .map(([f, g, given]) => `1: ${f} f${given === null ? '' : ` = ${given}`}, 2: optional ${g} g`);
const definition = fc.oneof(
  fc.tuple(fc.constantFrom('struct', 'union', 'exception'), name, fields).map(([kind, n, f]) => `${kind} ${n} {${f}}`),
  fc.tuple(type, name).map(([t, n]) => `typedef ${t} ${n}`),
  fc.tuple(type, name, value).map(([t, n, v]) => `const ${t} ${n} = ${v}`),
  name.map((n) => `enum ${n} { C, D = 5, E }`),
  fc.tuple(name, name, type, fields).map(([n, parent, t, f]) => `service ${n} extends ${parent} { ${t} m(${f}) }`),
  fc.tuple(name, type, fields).map(([n, t, f]) => `service ${n} { ${t} m(${f}) throws (1: A x) }`),
);

/** Whether the text is a schema. Any error but ours, or an error without position, fails the test. */
function parses(text: string): boolean {
  try {
    parseSchema(text, 'a.thrift', { include: () => text });
    return true;
  } catch (error) {
    if (!(error instanceof ThriftIdlError)) throw error;
    const lines = text.replace(/^\uFEFF/, '').split('\n');
    expect(error.line).toBeGreaterThanOrEqual(1);
    expect(error.line).toBeLessThanOrEqual(lines.length);
    expect(error.column).toBeGreaterThanOrEqual(1);
    expect(error.column).toBeLessThanOrEqual((lines[error.line - 1]?.length ?? 0) + 1);
    return false;
  }
}

/** Runs a property, reports its seed on failure, and counts the valid schemas. */
function fuzz(what: string, texts: fc.Arbitrary<string>): number {
  let good = 0;
  let runs = 0;
  fc.assert(
    fc.property(texts, (text) => {
      runs += 1;
      if (parses(text)) good += 1;
    }),
    { seed, numRuns },
  );
  process.stdout.write(
    `fuzz of the IDL parser, ${what}: FUZZ_SEED=${String(seed)}, ${String(runs)} texts, ${String(good)} good\n`,
  );
  return good;
}

jest.setTimeout(10_000 + 5 * numRuns);

describe('any text gives a schema or a ThriftIdlError', () => {
  it('of characters', () => {
    fuzz('characters', fc.string({ unit: 'binary', maxLength: 200 }));
  });

  it('of words', () => {
    fuzz(
      'words',
      fc.array(words, { maxLength: 60 }).map((parts) => parts.join(' ')),
    );
  });

  it('of definitions that may or may not be valid together', () => {
    const texts = fc.array(definition, { maxLength: 6 }).map((parts) => parts.join('\n'));
    expect(fuzz('definitions', texts)).toBeGreaterThan(numRuns / 20);
  });

  it('of a valid file with a piece removed, moved or replaced', () => {
    const place = fc.nat(MODEL.length);
    const texts = fc.tuple(place, fc.nat(40), fc.oneof(words, fc.string(), fc.constant('')), place, fc.boolean());
    const mutated = texts.map(([at, length, instead, other, move]) => {
      const piece = move ? MODEL.slice(other, other + length) : instead;
      return MODEL.slice(0, at) + piece + MODEL.slice(at + (move ? 0 : length));
    });
    expect(fuzz('mutations', mutated)).toBeGreaterThan(0);
  });
});
