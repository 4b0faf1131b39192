import { describe, expect, it } from '@jest/globals';
import { parseSchema } from 'nestjs-thrift';
import { MethodFilter } from '../src/method-filter.js';

const schema = parseSchema(`
  service One { void read() void write() }
  service Two extends One { void more() }
`);
const ALL = ['One.read', 'One.write', 'Two.read', 'Two.write', 'Two.more'];

function kept(allow: readonly string[] | undefined, deny: readonly string[] = []): string[] {
  const filter = new MethodFilter(schema, allow, deny);
  return ALL.filter((name) => filter.has(...(name.split('.') as [string, string])));
}

describe('MethodFilter', () => {
  it('has all methods by default, and none that the IDL lacks', () => {
    expect(kept(undefined)).toEqual(ALL);
    expect(new MethodFilter(schema, undefined, []).has('One', 'more')).toBe(false);
  });

  it('has what is allowed, by service or method', () => {
    expect(kept(['One.read', 'Two'])).toEqual(['One.read', 'Two.read', 'Two.write', 'Two.more']);
    expect(kept([])).toEqual([]);
  });

  it('lacks what is denied, also where it is allowed', () => {
    expect(kept(undefined, ['One'])).toEqual(['Two.more']);
    expect(kept(undefined, ['Two.write'])).toEqual(['One.read', 'Two.read', 'Two.more']);
    expect(kept(['One.read'], ['One.read'])).toEqual([]);
  });

  it('rejects a name that the IDL lacks', () => {
    expect(() => kept(undefined, ['One.raed'])).toThrow('deny names One.raed, but schema.thrift has no such');
    expect(() => kept(['one'])).toThrow('allow names one');
  });
});
