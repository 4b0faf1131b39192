import { describe, expect, it } from '@jest/globals';
import { enumText, methodText, structText } from '../src/idl-text.js';
import { parseSchema } from '../src/idl/load-schema.js';
import type { StructSchema } from '../src/schema.js';

const TEXT = `/** How it sounds. */
enum Tone {
  PLAIN = 1
  /** From the heart. */
  WARM = 2
}
/**
 * A greeting.
 * For one.
 */
struct Greeting {
  /** What is said. */
  1: required string text = "a 'b'"
  2: optional map<string, list<set<i64>>> counts = {"a":[[1,2]]}
  3: Tone tone = Tone.WARM
}
`;

describe('the text of the IDL', () => {
  const schema = parseSchema(`${TEXT}
    exception Refused {}
    service Greeter {
      list<Greeting> greet(1: required string name, 2: Tone tone = Tone.PLAIN) throws (1: Refused refused)
      oneway void wait()
    }`);
  const methods = [...(schema.services.get('Greeter')?.methods.values() ?? [])];

  const structNamed = (name: string): StructSchema => schema.structs.get(name) as StructSchema;

  it('has structs and enums with their comments and defaults', () => {
    const text = [...schema.enums.values()].map(enumText).join('') + structText(structNamed('Greeting'));
    expect(text).toBe(TEXT);
  });

  it('has methods on one line', () => {
    expect(methods.map(methodText)).toEqual([
      'list<Greeting> greet(1: required string name, 2: Tone tone = Tone.PLAIN) throws (1: Refused refused)',
      'oneway void wait()',
    ]);
  });
});
