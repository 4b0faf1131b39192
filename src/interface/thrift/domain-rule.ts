import { TaskError } from '../../domain/task.errors.js';
import { ValidateBy } from './validation.js';

/** A check of the domain: returns for a valid value, otherwise throws a TaskError naming `field` and the rule. */
type Rule = (value: never, field: string) => unknown;

/**
 * Validates by a rule of the domain, so that each rule is defined once. (class-validator's `@MaxLength` counts a
 * surrogate pair as one character where the domain counts UTF-16 units.)
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

/**
 * Returns the violated rule; undefined for a valid value. It is prefixed with the argument's own name, not the
 * domain's.
 */
function brokenRule(rule: Rule, value: unknown): string | undefined {
  try {
    rule(value as never, '');
    return undefined;
  } catch (error) {
    if (error instanceof TaskError && error.violation !== undefined) return error.violation.rule;
    throw error;
  }
}
