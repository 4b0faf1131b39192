import { describe, expect, it } from '@jest/globals';
import { parseSchema } from 'nestjs-thrift';
import { describeSchema } from '../src/describe-schema.js';
import { MethodFilter } from '../src/method-filter.js';

const files: Readonly<Record<string, string>> = {
  'shared.thrift': `
    include "deep.thrift"
    enum Tone { /** Kind. */ WARM = 2 }
    service Base extends Lowest { deep.Sea ping() }
    service Lowest {}`,
  'deep.thrift': 'struct Sea { 1: Depth depth } enum Depth { BLUE }',
};
const schema = parseSchema(
  `include "shared.thrift"
  /** A node. */
  struct Node { 1: optional Node next, 2: shared.Tone tone = shared.Tone.WARM, 3: map<i32, set<Node>> by }
  const map<string, i64> SIZES = { "a": 1 }
  /** Greets. */
  service Greeter extends shared.Base {
    /** Says it. */
    Node greet(1: required string name)
    oneway void forget()
  }`,
  'greeter.thrift',
  { include: (path) => files[path] ?? '' },
);

describe('The description of a schema', () => {
  const { services, types, constants, file } = describeSchema(schema, new MethodFilter(schema, undefined, []));

  it('has services with inherited methods, comments and types by name', () => {
    expect(file).toBe('greeter.thrift');
    const [greeter] = services;
    expect(greeter).toMatchObject({ name: 'Greeter', extends: 'shared.Base', doc: 'Greets.' });
    expect(services.find(({ name }) => name === 'shared.Base')).toMatchObject({ extends: 'shared.Lowest' });
    expect(greeter?.methods).toMatchObject([
      { name: 'ping', returns: { kind: 'struct', name: 'deep.Sea' } },
      { name: 'greet', doc: 'Says it.', returns: { kind: 'struct', name: 'Node' }, example: { name: '' } },
      { name: 'forget', isOneway: true },
    ]);
  });

  it('has types that may be recursive, with defaults as JSON, also of files included by others', () => {
    expect(types).toMatchObject([
      {
        name: 'Node',
        doc: 'A node.',
        fields: [
          { type: { kind: 'struct', name: 'Node' }, requiredness: 'optional' },
          { type: { kind: 'enum', name: 'shared.Tone' }, defaultValue: 'WARM' },
          { type: { kind: 'map', key: { kind: 'i32' }, value: { kind: 'set', element: { kind: 'struct' } } } },
        ],
      },
      { kind: 'struct', name: 'deep.Sea', fields: [{ type: { kind: 'enum', name: 'deep.Depth' } }] },
      { kind: 'enum', name: 'shared.Tone', values: [{ name: 'WARM', number: 2, doc: 'Kind.' }] },
      { kind: 'enum', name: 'deep.Depth', values: [{ name: 'BLUE', number: 0 }] },
    ]);
    expect(constants).toMatchObject([{ name: 'SIZES', value: { a: 1 } }]);
  });

  it('leaves out methods that the filter excludes, and services without one', () => {
    const filter = new MethodFilter(schema, ['Greeter.greet'], []);
    expect(describeSchema(schema, filter).services).toMatchObject([{ name: 'Greeter', methods: [{ name: 'greet' }] }]);
  });
});
