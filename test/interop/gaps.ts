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
  concerns: ({ args: { thing } }) => Object.is(thing, -0),
};

/** The library keeps maps in plain objects of JavaScript. */
export const noPrototypeKey: Gap = {
  why: 'loses the key __proto__ of a map in JSON',
  concerns: ({ args: { thing } }, { protocol }) =>
    protocol === 'json' && thing instanceof Map && thing.has('__proto__'),
};

/** The library's JSON takes an enum for a struct where it is the key of a map. */
export const noEnumKeyInJson: Gap = {
  why: 'fails on an enum as the key of a map in JSON',
  concerns: ({ method }, { protocol }) => protocol === 'json' && method === 'testInsanity',
};

/** The library writes `nan` and `inf` without quotes into JSON. */
export const noNonFiniteInJson: Gap = {
  why: 'writes NaN and infinities as bare words into JSON',
  concerns: ({ args: { thing } }, { protocol }) =>
    protocol === 'json' && typeof thing === 'number' && !Number.isFinite(thing),
};

/** The library looks for the end of a JSON message again at every byte. */
export const noLongStringInJson: Gap = {
  why: 'takes minutes to read a long string in JSON',
  concerns: ({ args: { thing } }, { protocol }) =>
    protocol === 'json' && typeof thing === 'string' && thing.length > 1_000,
};
