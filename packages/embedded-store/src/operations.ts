import type { Statements } from './connection.js';

/**
 * An operation of the writer thread: data in, data out, without waiting. What it receives and returns is copied between
 * threads: plain objects, texts, numbers. An error that it throws fails the whole batch.
 */
export type Operation = (statements: Statements, data: never) => unknown;

/** The operations of a service by name: what its module for the writer thread exports as `operations`. */
export type Operations = Readonly<Record<string, Operation>>;

/** What an operation receives. */
export type DataOf<Of extends Operation> = Parameters<Of>[1];

/** Operations that are one changing statement: they need no savepoint. */
const SINGLE = Symbol('single');

/**
 * Marks an operation with at most one changing statement, which SQLite executes whole or not at all. All others run in a
 * savepoint, so that a constraint that ends them leaves nothing behind.
 */
export function single<Of extends Operation>(operation: Of): Of {
  return Object.assign(operation, { [SINGLE]: true });
}

/** Whether `single` has marked it. */
export function isSingle(operation: Operation): boolean {
  return SINGLE in operation;
}
