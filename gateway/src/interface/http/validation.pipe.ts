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
  /** The issues of each alternative of a union. */
  readonly errors?: readonly (readonly ZodIssue[])[];
  readonly exact?: boolean;
  readonly expected?: string;
  readonly format?: string;
  readonly keys?: readonly string[];
  readonly maximum?: number;
  readonly minimum?: number;
  /** What tells the alternatives of a union apart. */
  readonly options?: readonly unknown[];
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
  // The value has the type of an alternative: report what is wrong inside.
  const within = issue.errors?.find(([first]) => (first?.path ?? []).length > 0);
  if (within) {
    return within
      .slice(0, MAX_ERRORS)
      .flatMap((one) => toInvalidValues({ ...one, path: [...path, ...(one.path ?? [])] }, part, value));
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

/** Starts of zod's own messages; a schema may have a message of its own. */
const DEFAULT_MESSAGE = /^(?:Invalid (?:input|option|discriminator value|ISO datetime)|Too (?:small|big):)/;

/** Plain words for zod's names of types, where a name with an article does not do. */
const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['boolean', 'true or false'],
  ['int', 'a whole number'],
  ['null', 'null'],
  ['record', 'an object'],
  ['tuple', 'an array'],
]);

/** What a limit counts, by zod's name of the type; a number is compared itself. */
const COUNTED: ReadonlyMap<string, string> = new Map([
  ['string', 'character'],
  ['array', 'item'],
]);

/** zod's words are for programmers: "Invalid input: expected object, received array". */
function toDetail(issue: ZodIssue): string {
  const { code, expected, values = [], options = [], errors = [], message } = issue;
  if (!DEFAULT_MESSAGE.test(message)) return message;
  switch (code) {
    case 'invalid_value':
      return oneOf(values);
    case 'invalid_type':
      return expected === undefined ? message : `must be ${typeName(expected)}`;
    case 'too_small':
    case 'too_big':
      return toBound(issue);
    case 'invalid_format':
      return 'must be a date and time such as 2026-12-31T23:59:59.000Z';
    case 'invalid_union': {
      if (options.length > 0) return oneOf(options);
      // The alternatives, each by its first issue: must be "all" or an array.
      const [first = message, ...others] = errors.flatMap(([one]) => (one ? [toDetail(one)] : []));
      return [first, ...others.map((rule) => rule.replace(/^must be /, ''))].join(' or ');
    }
    default:
      return message;
  }
}

function oneOf(values: readonly unknown[]): string {
  return `must be ${values.length > 1 ? 'one of ' : ''}${values.map((value) => JSON.stringify(value)).join(', ')}`;
}

function typeName(expected: string): string {
  return TYPE_NAMES.get(expected) ?? `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;
}

function toBound({ minimum, maximum, exact, origin = '' }: ZodIssue): string {
  const bound = exact === true ? 'exactly' : minimum === undefined ? 'at most' : 'at least';
  const limit = minimum ?? maximum ?? 0;
  const counted = COUNTED.get(origin);
  return counted === undefined
    ? `must be ${bound} ${String(limit)}`
    : `must have ${bound} ${String(limit)} ${counted}${limit === 1 ? '' : 's'}`;
}

/** A JSON pointer (RFC 6901). */
function toPointer(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
