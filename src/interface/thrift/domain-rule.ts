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
      validate: (value: unknown) => refusal(rule, value, '') === undefined,
      defaultMessage: (args) => (args === undefined ? '' : (refusal(rule, args.value, args.property)?.message ?? '')),
    },
  });
}

function refusal(rule: Rule, value: unknown, field: string): TaskError | undefined {
  try {
    rule(value as never, field);
    return undefined;
  } catch (error) {
    if (error instanceof TaskError) return error;
    throw error;
  }
}
