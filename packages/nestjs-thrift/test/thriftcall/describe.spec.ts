import { describe, expect, it } from '@jest/globals';
import { parseSchema } from '../../src/idl/load-schema.js';
import { describe as describeName } from '../../src/thriftcall/describe.js';

const files: Readonly<Record<string, string>> = {
  'a.thrift': 'include "b.thrift" struct X { 1: b.Y y, 2: b.Tone tone = b.Tone.WARM }',
  'b.thrift': 'struct Y { 1: Tone tone } enum Tone { WARM = 2 }',
};
const schema = parseSchema('include "a.thrift" service Greeter { a.X greet(1: a.X like) }', 'greeter.thrift', {
  include: (path) => files[path] ?? '',
});

describe('describe', () => {
  it('names types of files that included files include by their prefix', () => {
    const x = 'struct a.X {\n  1: b.Y y\n  2: b.Tone tone = b.Tone.WARM\n}\n';
    const y = 'struct b.Y {\n  1: b.Tone tone\n}\n';
    const tone = 'enum b.Tone {\n  WARM = 2\n}\n';
    expect(describeName(schema, 'Greeter.greet', 'thriftcall')).toBe(
      [
        'a.X greet(1: a.X like)\n',
        x,
        y,
        tone,
        `# Example\nthriftcall call Greeter.greet '{"like":{"y":{"tone":"WARM"},"tone":"WARM"}}'\n`,
      ].join('\n'),
    );
    expect(['a.X', 'b.Y', 'b.Tone'].map((name) => describeName(schema, name, 'thriftcall'))).toEqual([x, y, tone]);
  });
});
