import { TaskError } from '../../domain/task.errors.js';
import { ValidateBy } from './validation.js';

/** A check of the domain: returns when the value may stand, else throws TaskError naming `field` and the rule. */
type Rule = (value: never, field: string) => unknown;

/**
 * Makes class-validator ask the domain, so that a rule stands in one place. (Its own `@MaxLength` counts a surrogate
 * pair as one character where the domain counts UTF-16 units.)
 */
export function Keeps(rule: Rule): PropertyDecorator {
  return ValidateBy({
    name: rule.name,
    validator: {
      validate: (value: unknown) => brokenRule(rule, value) === undefined,
      defaultMessage: (args) => (args === undefined ? '' : `${args.property} ${brokenRule(rule, args.value) ?? ''}`),
    },
  });
}

/** What the value must be; undefined when it is. The argument's own name goes before it, not the domain's. */
function brokenRule(rule: Rule, value: unknown): string | undefined {
  try {
    rule(value as never, '');
    return undefined;
  } catch (error) {
    if (error instanceof TaskError && error.violation !== undefined) return error.violation.rule;
    throw error;
  }
}
