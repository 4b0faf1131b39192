import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { TaskError } from '../../domain/task.errors.js';
import { keepsEveryRule } from './quick-check.js';
import { validator } from './validation.js';

/** Errors might be logged, so they contain no task contents. */
const OPTIONS = { stopAtFirstError: true, validationError: { target: false, value: false } };

/**
 * Converts the codec's result to the handler's argument class and validates it. Nest's ValidationPipe does the same
 * with class-transformer and takes three times as long, which would be most of a call's time here.
 */
@Injectable()
export class ArgumentsPipe implements PipeTransform<object, object> {
  /** @throws TaskError INVALID_INPUT naming every invalid field, and the rule. */
  transform(sent: object, { type, metatype }: ArgumentMetadata): object {
    // Nest passes the call's context through here as well, as `custom`.
    if (type !== 'body' || metatype === undefined || metatype === Object) return sent;
    const args = new (metatype as Type<object>)(sent);
    if (keepsEveryRule(args)) return args;
    const errors = validator.validateSync(args, OPTIONS);
    if (errors.length > 0) throw new TaskError('INVALID_INPUT', messages(errors, '').join('; '));
    return args;
  }
}

function messages(errors: readonly ValidationError[], path: string): string[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => [
    ...Object.values(constraints).map((message) => path + message),
    ...messages(children, `${path}${property}.`),
  ]);
}
