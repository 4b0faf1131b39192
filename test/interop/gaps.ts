import type { Dialect } from './dialects.js';
import type { InteropCase } from './thrift-test-cases.js';

/** What a library itself gets wrong or does not know, so that no server could answer rightly; such calls are left out. */
export interface Gap {
  readonly why: string;
  concerns(interopCase: InteropCase, dialect: Dialect): boolean;
}

/** The library does not know the type. */
export const noUuid: Gap = {
  why: 'does not know uuid',
  concerns: ({ method }) => method === 'testUuid',
};

/** The library's writer takes -0 for 0. */
export const noNegativeZero: Gap = {
  why: 'writes -0 as 0',
  concerns: ({ args }) => within(args).some((part) => Object.is(part, -0)),
};

/** The library keeps maps in plain objects of JavaScript. */
export const noPrototypeKey: Gap = {
  why: 'loses the key __proto__ of a map in JSON',
  concerns: ({ args }, { protocol }) => protocol === 'json' && within(args).includes('__proto__'),
};

/** The library's JSON takes an enum for a struct where it is the key of a map. */
export const noEnumKeyInJson: Gap = {
  why: 'fails on an enum as the key of a map in JSON',
  concerns: ({ method }, { protocol }) => protocol === 'json' && method === 'testInsanity',
};

/** The library writes `nan` and `inf` without quotes into JSON. */
export const noNonFiniteInJson: Gap = {
  why: 'writes NaN and infinities as bare words into JSON',
  concerns: ({ args }, { protocol }) =>
    protocol === 'json' && within(args).some((part) => typeof part === 'number' && !Number.isFinite(part)),
};

/** The library looks for the end of a JSON message again at every byte. */
export const noLongStringInJson: Gap = {
  why: 'takes minutes to read a long string in JSON',
  concerns: ({ args }, { protocol }) =>
    protocol === 'json' && within(args).some((part) => typeof part === 'string' && part.length > 1_000),
};

/** The library's JSON is read by a parser that wants JSON, where a key is a string. */
export const noStructKeyInJson: Gap = {
  why: 'can not read a struct or a list as the key of a map in JSON',
  concerns: ({ args }, { protocol }) =>
    protocol === 'json' &&
    within(args).some((part) => part instanceof Map && [...part.keys()].some((key) => typeof key === 'object')),
};

/** The library's JSON goes wrong after an empty list in a list. */
export const noEmptyListInListInJson: Gap = {
  why: 'loses what follows an empty list in a list in JSON',
  concerns: ({ args }, { protocol }) =>
    protocol === 'json' &&
    within(args).some((part) => Array.isArray(part) && part.some((row) => Array.isArray(row) && row.length === 0)),
};

/** The library looks for a boolean's byte in a property that it does not have. */
export const noBoolInContainerInCompact: Gap = {
  why: 'reads every bool in a container as false in compact',
  concerns: ({ args }, { protocol }) =>
    protocol === 'compact' &&
    within(args).some((part) => isContainer(part) && [...part].flat().some((element) => typeof element === 'boolean')),
};

/** A value and all that is in it, keys of maps included. */
function within(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [value];
  const parts: unknown[] = isContainer(value) ? [...value].flat() : Object.values(value);
  return [value, ...parts.flatMap(within)];
}

function isContainer(value: unknown): value is Iterable<unknown> {
  return Array.isArray(value) || value instanceof Set || value instanceof Map;
}
