import type { Type } from '@nestjs/common';
import type { MetadataStorage } from 'class-validator';
import { getMetadataStorage } from './validation.js';

type ValidationMetadata = ReturnType<MetadataStorage['getTargetValidationMetadatas']>[number];

/** Whether an object satisfies one or more rules. */
type Check = (object: object) => boolean;

/** Validation groups are not used here, so every rule of a class applies. */
const EVERY_RULE = ['', false, false] as const;

const checks = new WeakMap<Type<object>, Check>();

/**
 * Whether an instance of a decorated class satisfies every rule. After false, class-validator itself decides and names
 * the broken rule.
 *
 * class-validator groups the rules of a class again at each call, and creates an error for each property before
 * checking it. Nearly all calls are valid, so the rules are called directly, in an order that is computed once.
 */
export function keepsEveryRule(object: object): boolean {
  const type = object.constructor as Type<object>;
  let check = checks.get(type);
  if (check === undefined) checks.set(type, (check = compile(type)));
  return check(object);
}

function compile(type: Type<object>): Check {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, ...EVERY_RULE);
  const properties = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const parts = properties.map((name) => compileProperty(rules.filter(({ propertyName }) => propertyName === name)));
  return (object) => parts.length > 0 && parts.every((check) => check(object));
}

function compileProperty(rules: readonly ValidationMetadata[]): Check {
  const conditions = rules.filter(({ type }) => type === 'conditionalValidation').map(compileCondition);
  const checks = rules.filter(({ type }) => type !== 'conditionalValidation').map(compileRule);
  return (object) => !conditions.every((holds) => holds(object)) || checks.every((check) => check(object));
}

function compileCondition({ propertyName, constraints }: ValidationMetadata): Check {
  const holds = constraints[0] as (object: object, value: unknown) => boolean;
  return (object) => holds(object, valueOf(object, propertyName));
}

function compileRule(rule: ValidationMetadata): Check {
  const { type, propertyName, constraints, constraintCls } = rule;
  if (type === 'nestedValidation') {
    return (object) => {
      const value = valueOf(object, propertyName);
      return value === undefined || (isPlainlyNested(value) && keepsEveryRule(value));
    };
  }
  const isSimple = type === 'customValidation' || type === 'isDefined';
  if (!isSimple || rule.each || (rule.validateIf as unknown) !== undefined) return () => false;
  const constraint = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  return (object) => {
    const value = valueOf(object, propertyName);
    const about = { targetName: object.constructor.name, property: propertyName, object, value, constraints };
    return constraint.every(({ instance }) => instance.validate(value, about) === true);
  };
}

function valueOf(object: object, property: string): unknown {
  return (object as Readonly<Record<string, unknown>>)[property];
}

/** Collections are left to class-validator. */
function isPlainlyNested(value: unknown): value is object {
  const isCollection = Array.isArray(value) || value instanceof Set || value instanceof Map;
  return value instanceof Object && !isCollection;
}
