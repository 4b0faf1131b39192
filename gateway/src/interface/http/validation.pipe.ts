import { Injectable, StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { invalidValues, Problem, type InvalidValue } from './problem.js';

/** Maximum number of problems in an answer. */
const MAX_ERRORS = 20;
const PARTS: Readonly<Partial<Record<ArgumentMetadata['type'], InvalidValue['in']>>> = {
  query: 'query',
  param: 'path',
};

/** Validates bodies, queries and path parameters by their schemas, and reports invalid values as problem details. */
@Injectable()
export class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<Value>(value: Value, metadata: ArgumentMetadata): Promise<Value> {
    const { schema, type } = metadata;
    if (schema === undefined || type === 'custom') return value;
    const part = PARTS[type] ?? 'body';
    if (value === undefined && part === 'body') {
      throw new Problem('malformed-request', 'The request needs a JSON body, with content-type: application/json.');
    }
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return result.value as Value;
    throw invalidValues(toErrors(result.issues, part, value));
  }
}

/** Describes what is wrong with a value, at most 20 places. */
export function toErrors(
  issues: readonly StandardSchemaV1.Issue[],
  part: InvalidValue['in'],
  value: unknown,
): readonly InvalidValue[] {
  return issues.slice(0, MAX_ERRORS).flatMap((issue) => toInvalidValues(issue, part, value));
}

/** Members of zod's issues that Standard Schema does not define. */
interface ZodIssue extends StandardSchemaV1.Issue {
  readonly code?: string;
  readonly expected?: string;
  readonly format?: string;
  readonly keys?: readonly string[];
  readonly origin?: string;
  readonly params?: { readonly code?: string };
  readonly values?: readonly unknown[];
}

function toInvalidValues(issue: ZodIssue, part: InvalidValue['in'], value: unknown): InvalidValue[] {
  const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step));
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).slice(0, MAX_ERRORS).map((key) => ({
      in: part,
      pointer: toPointer([...path, key]),
      code: 'unknown-member',
      detail: 'unknown member',
    }));
  }
  const rule = toDetail(issue);
  const detail = isMissing(value, path) ? `is missing, it ${rule}` : rule;
  return [{ in: part, pointer: toPointer(path), code: toCode(issue), detail }];
}

/** Whether the value has no member at this path. zod reports it as one of the wrong type. */
function isMissing(value: unknown, path: readonly string[]): boolean {
  const found = path.reduce<unknown>(
    (one, step) => (one as Readonly<Record<string, unknown>> | undefined)?.[step],
    value,
  );
  return found === undefined;
}

/** zod's codes are internal; the API's codes are documented. */
function toCode({ code = 'invalid', format, origin, params }: ZodIssue): string {
  if (params?.code !== undefined) return params.code;
  if (code === 'too_small') return origin === 'string' || origin === 'array' ? 'too-short' : 'too-small';
  if (code === 'too_big') return origin === 'string' || origin === 'array' ? 'too-long' : 'too-large';
  if (code === 'invalid_format') return format === 'regex' ? 'format' : (format ?? 'format');
  return code.replace('invalid_', '').replaceAll('_', '-');
}

/** Starts of zod's own messages about a wrong type or value; a schema may have a message of its own. */
const DEFAULT_MESSAGE = /^Invalid (?:input|option)/;

/** Plain words for zod's names of types, where a name with an article does not do. */
const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['boolean', 'true or false'],
  ['int', 'a whole number'],
  ['null', 'null'],
  ['record', 'an object'],
  ['tuple', 'an array'],
]);

/** zod's words for a wrong type are for programmers: "Invalid input: expected object, received array". */
function toDetail({ code, expected, values = [], message }: ZodIssue): string {
  if (!DEFAULT_MESSAGE.test(message)) return message;
  if (code === 'invalid_value') {
    return `must be ${values.length > 1 ? 'one of ' : ''}${values.map((value) => JSON.stringify(value)).join(', ')}`;
  }
  if (code !== 'invalid_type' || expected === undefined) return message;
  return `must be ${TYPE_NAMES.get(expected) ?? `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`}`;
}

/** A JSON pointer (RFC 6901). */
function toPointer(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
