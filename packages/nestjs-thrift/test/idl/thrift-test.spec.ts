import { describe, expect, it } from '@jest/globals';
import { loadSchema } from '../../src/idl/load-schema.js';
import { found, typeText } from './parsing.js';

describe('an IDL with all constructs of the cross-language ThriftTest', () => {
  const schema = loadSchema(new URL('thrift-test.thrift', import.meta.url));
  const methods = found(schema.services.get('ThriftTest')).methods;

  it('has all its definitions', () => {
    expect([schema.namespaces.size, schema.enums.size, schema.typedefs.size, schema.constants.size]).toEqual([
      5, 1, 2, 1,
    ]);
    expect([...schema.structs.values()].filter((struct) => struct.kind === 'struct')).toHaveLength(12);
    expect([...schema.services.keys()]).toEqual(['ThriftTest', 'SecondService']);
    expect(schema.constants.get('myNumberz')?.value).toBe(1);
  });

  it('nests containers to any depth', () => {
    const [, , nested, binary, uuid] = found(schema.structs.get('CrazyNesting')).fields;
    expect(typeText(found(nested).type)).toBe('list<map<set<i32>,map<i32,set<list<map<Insanity,string>>>>>>');
    expect(nested?.requiredness).toBe('required');
    expect([binary?.type.kind, uuid?.type.kind]).toEqual(['binary', 'uuid']);
  });

  it('resolves typedefs in arguments and results', () => {
    expect(typeText(found(methods.get('testInsanity')?.returns))).toBe('map<i64,map<Numberz,Insanity>>');
    expect(
      methods
        .get('testMulti')
        ?.args.fields.map((field) => typeText(field.type))
        .join(),
    ).toBe('i8,i32,i64,map<i16,string>,Numberz,i64');
  });

  it('declares exceptions and oneway methods', () => {
    expect(methods.get('testMultiException')?.throws.map((field) => typeText(field.type))).toEqual([
      'Xception',
      'Xception2',
    ]);
    expect(methods.get('testMultiException')?.args.fields.map((field) => field.id)).toEqual([-1, -2]);
    expect(methods.get('testOneway')?.oneway).toBe(true);
  });

  it('keeps doc comments, defaults and recursion', () => {
    expect(schema.enums.get('Numberz')?.doc).toBe('Docstring!');
    expect(schema.services.get('SecondService')?.methods.get('secondtestString')?.doc).toBe(
      `Prints 'testString("%s")' with thing as '%s'\n@param string thing - the string to print`,
    );
    expect(schema.structs.get('BoolTest')?.fields.map((field) => field.defaultValue)).toEqual([true, 'true']);
    const tree = found(schema.structs.get('RecTree'));
    expect(tree.fields[1]?.type).toEqual({ kind: 'struct', struct: tree });
  });
});
