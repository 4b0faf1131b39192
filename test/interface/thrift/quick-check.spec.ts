import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IsString, ValidateIf, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { keepsEveryRule } from '../../../src/interface/thrift/quick-check.js';
import * as argumentClasses from '../../../src/interface/thrift/tasks.arguments.js';
import { validator } from '../../../src/interface/thrift/validation.js';

const id = fc.constantFrom(undefined, '', 'x', '6560000000000000000000aa', '6560000000000000000000AA');
const text = fc.oneof(
  fc.constantFrom(
    undefined,
    '',
    '\ufdfa'.repeat(15),
    'a'.repeat(256),
    'a'.repeat(257),
    'a'.repeat(4_096),
    'a'.repeat(4_097),
    '\ud800',
  ),
  fc.string(),
);
const task = fc.record({ id, userId: text, name: text, done: fc.boolean() }, { requiredKeys: [] });
const filter = fc.record({ done: fc.boolean(), text }, { requiredKeys: [] });
const sent = fc.record(
  {
    userId: text,
    taskId: id,
    name: text,
    done: fc.option(fc.boolean(), { nil: undefined }),
    limit: fc.constantFrom(-1, 0, 1, 1_000, 1_001),
    after: text,
    task: fc.option(task, { nil: undefined }),
    filter: fc.option(filter, { nil: undefined }),
    onlyDone: fc.option(fc.boolean(), { nil: undefined }),
  },
  { requiredKeys: [] },
);

class Names {
  @IsString({ each: true }) readonly names: readonly unknown[];

  constructor(names: readonly unknown[]) {
    this.names = names;
  }
}

class Conditional {
  @ValidateIf(({ isChecked }: Conditional) => isChecked) @IsString() readonly name: unknown = 1;

  constructor(readonly isChecked: boolean) {}
}

class Nested {
  @ValidateNested() readonly inner: unknown;

  constructor(inner: unknown) {
    this.inner = inner;
  }
}

describe('the quick check', () => {
  // Broken rules throw; capturing their stacks would take most of the time.
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it.each(Object.entries(argumentClasses))('accepts %s exactly when class-validator does', (_, Arguments) => {
    fc.assert(
      fc.property(sent, (values) => {
        const args = new (Arguments as new (sent: object) => object)(values);
        return keepsEveryRule(args) === (validator.validateSync(args).length === 0);
      }),
      { verbose: true },
    );
  });

  it('leaves unsupported rules to class-validator', () => {
    expect(keepsEveryRule(new Names(['a', 'b']))).toBe(false);
    expect(keepsEveryRule(new Nested([new Conditional(false)]))).toBe(false);
    expect(keepsEveryRule({ without: 'rules' })).toBe(false);
  });

  it('evaluates a rule only if its condition holds', () => {
    expect(keepsEveryRule(new Conditional(true))).toBe(false);
    expect(keepsEveryRule(new Conditional(false))).toBe(true);
  });

  it('validates nested objects', () => {
    expect(keepsEveryRule(new Nested(new Conditional(true)))).toBe(false);
    expect(keepsEveryRule(new Nested(new Conditional(false)))).toBe(true);
  });
});
