import { EmbeddedStoreError, type EmbeddedStoreErrorCode } from './errors.js';
import { kindOfSqlError, type Connection, type SqlValue, type Statements } from './connection.js';
import { storeError } from './data-file.js';
import type { ExitFlag } from './exit-flag.js';
import type { FileIdentity } from './file-identity.js';

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

/** Name and data of an operation. */
export type Call = readonly [name: string, data: unknown];

/** An error as it is sent between threads. */
export interface Failure {
  readonly code: EmbeddedStoreErrorCode;
  readonly message: string;
}

/** What became of a batch: all of it failed, or each has a result, or a failure of its own. */
export type Outcome =
  | { readonly failed: Failure }
  | { readonly results: readonly unknown[]; readonly rejected: ReadonlyMap<number, Failure> };

/** Time limit for the lock of another program that writes. */
const BUSY_LIMIT_MS = 5_000;
const BUSY_PAUSE_MIN_MS = 1;
const BUSY_PAUSE_RANGE_MS = 19;

/** The operation of every store that proves that the disk takes a commit, and changes nothing. */
export const PROBE = 'probe';

/**
 * Executes batches of operations, each one transaction: what is acknowledged is on the disk. A constraint ends its
 * operation alone, any other error its batch. A file that is not the opened one any more fails this batch and all later
 * ones.
 */
export class BatchWriter {
  readonly #connection: Connection;
  readonly #path: string;
  readonly #operations: Operations;
  readonly #identity: FileIdentity;
  readonly #exit: ExitFlag;
  readonly #statements: ObservedStatements;
  #broken: Failure | undefined;

  constructor(connection: Connection, path: string, operations: Operations, identity: FileIdentity, exit: ExitFlag) {
    this.#connection = connection;
    this.#path = path;
    const version = connection.pragma('user_version');
    this.#operations = {
      ...operations,
      [PROBE]: () => {
        connection.execute(`PRAGMA user_version=${String(version)}`);
      },
    };
    this.#identity = identity;
    this.#exit = exit;
    this.#statements = new ObservedStatements(connection, exit);
  }

  /** Why the store takes nothing any more; undefined while it works. */
  get broken(): Failure | undefined {
    return this.#broken;
  }

  /** Executes a batch. @throws ExitingError when the process ends meanwhile; then nothing of it is acknowledged. */
  run(calls: readonly Call[]): Outcome {
    try {
      const gone = this.checkFiles();
      if (gone) return { failed: gone };
      this.#begin();
      const outcome = this.#execute(calls);
      this.#exit.check();
      this.#connection.run('COMMIT');
      const lost = this.checkFiles();
      return lost ? { failed: lost } : outcome;
    } catch (error) {
      this.#exit.check();
      // Some errors have rolled back already; what follows them would be committed alone.
      if (this.#connection.isInTransaction) this.#rollBack();
      return { failed: failureOf(storeError(error, this.#path)) };
    }
  }

  /** Compares the files with those that were opened. @returns Why the store takes nothing any more. */
  checkFiles(): Failure | undefined {
    if (this.#broken) return this.#broken;
    const wrong = this.#identity.check();
    if (wrong === undefined) return undefined;
    const message = `${wrong} while the service runs: put it back as it was, or restore a backup, and restart the service`;
    return (this.#broken = { code: 'GONE', message });
  }

  /** SQLite itself never waits for a lock. */
  #begin(): void {
    const endMs = performance.now() + BUSY_LIMIT_MS;
    for (;;) {
      this.#exit.check();
      try {
        this.#connection.run('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (kindOfSqlError(error) !== 'busy' || performance.now() > endMs) throw error;
        this.#exit.pause(BUSY_PAUSE_MIN_MS + Math.random() * BUSY_PAUSE_RANGE_MS);
      }
    }
  }

  #execute(calls: readonly Call[]): Outcome {
    const results: unknown[] = [];
    const rejected = new Map<number, Failure>();
    for (const [name, data] of calls) {
      const operation = Object.hasOwn(this.#operations, name) ? this.#operations[name] : undefined;
      if (operation === undefined) throw new Error(`There is no operation ${name}`);
      try {
        results.push(SINGLE in operation ? this.#runSingle(operation, data) : this.#runInSavepoint(operation, data));
      } catch (error) {
        if (kindOfSqlError(error) !== 'constraint' || !this.#connection.isInTransaction) throw error;
        rejected.set(results.length, failureOf(storeError(error, this.#path)));
        results.push(undefined);
      }
    }
    return { results, rejected };
  }

  #runSingle(operation: Operation, data: unknown): unknown {
    const result = this.#statements.observe(operation, data);
    if (this.#statements.changing > 1) throw new Error('An operation marked as single has changed something twice');
    return result;
  }

  #runInSavepoint(operation: Operation, data: unknown): unknown {
    this.#connection.run('SAVEPOINT operation');
    try {
      const result = this.#statements.observe(operation, data);
      this.#connection.run('RELEASE operation');
      return result;
    } catch (error) {
      if (kindOfSqlError(error) === 'constraint') {
        this.#connection.run('ROLLBACK TO operation');
        this.#connection.run('RELEASE operation');
      }
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#connection.run('ROLLBACK');
    } catch {
      // Rolled back by SQLite meanwhile, or the disk fails: the next BEGIN reports it.
    }
  }
}

/** The statements that an operation gets: an error that it catches still ends it. */
class ObservedStatements implements Statements {
  readonly #connection: Connection;
  readonly #exit: ExitFlag;
  #error: unknown;
  /** Number of `run` calls of the operation. */
  changing = 0;

  constructor(connection: Connection, exit: ExitFlag) {
    this.#connection = connection;
    this.#exit = exit;
  }

  observe(operation: Operation, data: unknown): unknown {
    this.#error = undefined;
    this.changing = 0;
    const result = operation(this, data as never);
    if (this.#error !== undefined) throw this.#error as Error;
    return result;
  }

  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#observed(() => this.#connection.get<Row>(sql, ...values));
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#observed(() => this.#connection.all<Row>(sql, ...values));
  }

  run(sql: string, ...values: SqlValue[]): number {
    this.changing++;
    return this.#observed(() => this.#connection.run(sql, ...values));
  }

  #observed<Result>(act: () => Result): Result {
    this.#exit.check();
    if (this.#error !== undefined) throw this.#error as Error;
    try {
      return act();
    } catch (error) {
      this.#error = error;
      throw error;
    }
  }
}

function failureOf({ code, message }: EmbeddedStoreError): Failure {
  return { code, message };
}
