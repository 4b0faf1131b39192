import { ThriftError, ThriftException, ThriftTransportError } from 'nestjs-thrift';

/** A task as the store has it. */
export interface StoredTask {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
}

/** Why a call was not acknowledged. */
interface Failure {
  readonly error: string;
  /** Whether the answer promises that the call was not run. */
  readonly wasRefused: boolean;
  /** Whether there was an answer at all. */
  readonly wasAnswered: boolean;
}

/** What the store says about the calls of a ledger. */
export interface Comparison {
  readonly acknowledged: number;
  /** Acknowledged, but not in the store under the id and name of the answer. */
  readonly lost: readonly string[];
  /** In the store more than once. */
  readonly doubled: readonly string[];
  /** In the store although the answer said that the call was not run. */
  readonly refusedButStored: readonly string[];
  /** In the store although the answer was an error that leaves it open, such as 503. */
  readonly failedButStored: readonly string[];
  /** In the store although no answer came. */
  readonly unansweredButStored: readonly string[];
}

/** Adds of tasks with names that are used once each: what became of every call, to be compared with the store. */
export class Ledger {
  readonly #ids = new Map<string, string>();
  readonly #failures = new Map<string, Failure>();

  get calls(): number {
    return this.#ids.size + this.#failures.size;
  }

  get acknowledged(): number {
    return this.#ids.size;
  }

  /** How many calls failed, by error. */
  get errors(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { error } of this.#failures.values()) counts.set(error, (counts.get(error) ?? 0) + 1);
    return counts;
  }

  /** The service has answered that the task of this name is stored under this id. */
  acknowledge(name: string, id: string): void {
    this.#ids.set(name, id);
  }

  /** The call that would have added the task of this name failed. @param where Added to the error. */
  fail(name: string, error: unknown, where = ''): void {
    this.#failures.set(name, {
      error: describeError(error) + where,
      wasRefused: error instanceof ThriftTransportError && error.executed === 'no',
      wasAnswered: isAnswer(error),
    });
  }

  /** Compares every call with what is stored. */
  compare(stored: readonly Pick<StoredTask, 'id' | 'name'>[]): Comparison {
    const idsByName = new Map<string, string[]>();
    for (const { id, name } of stored) idsByName.set(name, [...(idsByName.get(name) ?? []), id]);
    const storedFailures = (matches: (failure: Failure) => boolean): string[] =>
      [...this.#failures].flatMap(([name, failure]) => (idsByName.has(name) && matches(failure) ? [name] : []));
    return {
      acknowledged: this.#ids.size,
      lost: [...this.#ids].flatMap(([name, id]) => (idsByName.get(name)?.includes(id) ? [] : [name])),
      doubled: [...idsByName].flatMap(([name, ids]) => (ids.length > 1 ? [name] : [])),
      refusedButStored: storedFailures(({ wasRefused }) => wasRefused),
      failedButStored: storedFailures(({ wasRefused, wasAnswered }) => !wasRefused && wasAnswered),
      unansweredButStored: storedFailures(({ wasRefused, wasAnswered }) => !wasRefused && !wasAnswered),
    };
  }
}

/** An error in a few words that don't differ from call to call. */
export function describeError(error: unknown): string {
  if (error instanceof ThriftTransportError) return `${error.reason} (run: ${error.executed})`;
  if (error instanceof ThriftException || error instanceof ThriftError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Whether the server has said something, be it a refusal. */
function isAnswer(error: unknown): boolean {
  if (error instanceof ThriftTransportError) return error.cause instanceof ThriftError;
  return error instanceof ThriftException || error instanceof ThriftError;
}
