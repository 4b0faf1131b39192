import type { Dialect } from './dialects.js';
import type { InteropCase } from './thrift-test-cases.js';

/** Role of a library in a call. */
export interface Part {
  readonly role: 'client' | 'server';
  readonly dialect: Dialect;
  readonly multiplexed: boolean;
}

/**
 * A fault or missing feature of a library, whose calls are left out. Each was seen on 2026-11-30 with the pinned versions;
 * after an update, take it out and see whether its calls still fail.
 */
export interface Gap {
  readonly why: string;
  concerns(interopCase: InteropCase, part: Part): boolean;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The library does not support the type: it rejects the IDL, and without the type has no such method. */
export const noUuid: Gap = {
  why: 'does not know uuid',
  concerns: ({ args }) => within(args).some(isUuid),
};

/** The library has no least size for the type, by which it checks the length of a container. */
export const noUuidInContainer: Gap = {
  why: 'can not read a uuid in a container',
  concerns: ({ args }) => within(args).some((part) => isContainer(part) && [...part].flat().some(isUuid)),
};

/** The library does not support THeader. */
export const noTHeader: Gap = {
  why: 'does not know THeader',
  concerns: (_, { dialect: { framing } }) => framing.endsWith('header'),
};

/** The library's multiplexer searches for a colon in the name, which is bytes in old-style binary. */
export const noMultiplexedOldBinaryServer: Gap = {
  why: 'can not serve multiplexed calls in old-style binary',
  concerns: (_, { role, dialect: { protocol }, multiplexed }) =>
    role === 'server' && multiplexed && protocol === 'old-binary',
};

/** The library's JSON keeps the first message: a oneway one, which has no reply, blocks it forever. */
export const noOnewayToJsonServer: Gap = {
  why: 'answers the first message of a connection again and again in JSON',
  concerns: ({ method }, { role, dialect: { protocol } }) =>
    role === 'server' && protocol === 'json' && method === 'testOneway',
};

/** The library's writer replaces -0 by 0. */
export const noNegativeZero: Gap = {
  why: 'writes -0 as 0',
  concerns: ({ args }) => within(args).some((part) => Object.is(part, -0)),
};

/** The library stores maps in plain objects of JavaScript. */
export const noPrototypeKey: Gap = {
  why: 'loses the key __proto__ of a map in JSON',
  concerns: ({ args }, { dialect: { protocol } }) => protocol === 'json' && within(args).includes('__proto__'),
};

/** The library's JSON looks up the type of a key in a table of base types, and reads a key as text. */
export const noEnumOrContainerKeyInJson: Gap = {
  why: 'fails on an enum, a struct or a list as the key of a map in JSON',
  concerns: ({ method, args }, { dialect: { protocol } }) =>
    protocol === 'json' &&
    (['testInsanity', 'palette'].includes(method) ||
      hasContainerAsKey(args) ||
      within(args).some(
        (part) => typeof part === 'object' && part !== null && ('byColour' in part || 'palette' in part),
      )),
};

/** The library's JSON describes the content of a container by its outermost type only. */
export const noContainerInListOrSetInMapInJson: Gap = {
  why: 'fails on a container in a list or a set, and on a set in a map, in JSON',
  concerns: ({ args }, { dialect: { protocol } }) =>
    protocol === 'json' &&
    within(args).some((part) =>
      part instanceof Map
        ? [...part.values()].some((entry) => entry instanceof Set)
        : isContainer(part) && [...part].some(isContainer),
    ),
};

/**
 * The library's JSON parser makes a Decimal of numbers with a point, which its reader does not expect in a container.
 */
export const noFractionInContainerInJson: Gap = {
  why: 'can not read a number with a point in a container in JSON',
  concerns: ({ args }, { dialect: { protocol } }) =>
    protocol === 'json' &&
    within(args).some(
      (part) => Array.isArray(part) && part.some((number) => Object.is(number, -0) || isFraction(number)),
    ),
};

/** The library reads a list as a list, which Python does not allow as a key. */
export const noListAsKey: Gap = {
  why: 'can not read a list as the key of a map',
  concerns: ({ args }) => within(args).some((part) => part instanceof Map && [...part.keys()].some(Array.isArray)),
};

/** The library writes `nan` and `inf` without quotes into JSON, which no other library reads. */
export const noNonFiniteInJson: Gap = {
  why: 'writes NaN and infinities as bare words into JSON',
  concerns: ({ args }, { dialect: { protocol } }) =>
    protocol === 'json' && within(args).some((part) => typeof part === 'number' && !Number.isFinite(part)),
};

/** The library searches for the end of a JSON message again at every byte. */
export const noLongStringInJson: Gap = {
  why: 'takes minutes to read a long string in JSON',
  concerns: ({ args }, { dialect: { protocol } }) =>
    protocol === 'json' && within(args).some((part) => typeof part === 'string' && part.length > 10_000),
};

/** The library uses a strict JSON parser, where a key is a string. */
export const noContainerAsKeyInJson: Gap = {
  why: 'can not read a struct or a list as the key of a map in JSON',
  concerns: ({ args }, { dialect: { protocol } }) => protocol === 'json' && hasContainerAsKey(args),
};

/** The library's JSON fails after an empty list in a list. */
export const noEmptyListInListInJson: Gap = {
  why: 'loses what follows an empty list in a list in JSON',
  concerns: ({ args }, { dialect: { protocol } }) =>
    protocol === 'json' &&
    within(args).some((part) => Array.isArray(part) && part.some((row) => Array.isArray(row) && row.length === 0)),
};

/** The library reads a boolean's byte from a property that does not exist. */
export const noBoolInContainerInCompact: Gap = {
  why: 'reads every bool in a container as false in compact',
  concerns: ({ args }, { dialect: { protocol } }) =>
    protocol === 'compact' &&
    within(args).some((part) => isContainer(part) && [...part].flat().some((element) => typeof element === 'boolean')),
};

/** A value and everything in it, including keys of maps. */
function within(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [value];
  const parts: unknown[] = isContainer(value) ? [...value].flat() : Object.values(value);
  return [value, ...parts.flatMap(within)];
}

function isContainer(value: unknown): value is Iterable<unknown> {
  return Array.isArray(value) || value instanceof Set || value instanceof Map;
}

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && UUID.test(value);
}

function hasContainerAsKey(value: unknown): boolean {
  return within(value).some((part) => part instanceof Map && [...part.keys()].some((key) => typeof key === 'object'));
}

function isFraction(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value);
}
