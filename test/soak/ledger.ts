import { ThriftError, ThriftException, ThriftTransportError } from 'nestjs-thrift';

export interface StoredTask {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
}

/** Why a call was not acknowledged. */
interface Failure {
  readonly error: string;
  /** Whether the answer guarantees that the call was not run. */
  readonly wasRejected: boolean;
  /** Whether there was an answer. */
  readonly wasAnswered: boolean;
}

/** Result of comparing a ledger with the store. */
export interface Comparison {
  readonly acknowledged: number;
  /** Acknowledged, but not in the store with the id and name of the answer. */
  readonly lost: readonly string[];
  /** Stored more than once. */
  readonly doubled: readonly string[];
  /** Stored although the answer said that the call was not run. */
  readonly rejectedButStored: readonly string[];
  /** Stored although the answer was an ambiguous error, such as 503. */
  readonly failedButStored: readonly string[];
  /** Stored although no answer came. */
  readonly unansweredButStored: readonly string[];
}

/** Outcomes of adds with unique names, to be compared with the store. */
export class Ledger {
  readonly #ids = new Map<string, string>();
  readonly #failures = new Map<string, Failure>();

  get calls(): number {
    return this.#ids.size + this.#failures.size;
  }

  get acknowledged(): number {
    return this.#ids.size;
  }

  /** Number of failed calls by error. */
  get errors(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { error } of this.#failures.values()) counts.set(error, (counts.get(error) ?? 0) + 1);
    return counts;
  }

  /** Records that the service acknowledged the task with this name and id. */
  acknowledge(name: string, id: string): void {
    this.#ids.set(name, id);
  }

  /** Records that the add of the task with this name failed. @param where Added to the error. */
  fail(name: string, error: unknown, where = ''): void {
    this.#failures.set(name, {
      error: describeError(error) + where,
      wasRejected: error instanceof ThriftTransportError && error.executed === 'no',
      wasAnswered: isAnswer(error),
    });
  }

  compare(stored: readonly Pick<StoredTask, 'id' | 'name'>[]): Comparison {
    const idsByName = new Map<string, string[]>();
    for (const { id, name } of stored) idsByName.set(name, [...(idsByName.get(name) ?? []), id]);
    const storedFailures = (matches: (failure: Failure) => boolean): string[] =>
      [...this.#failures].flatMap(([name, failure]) => (idsByName.has(name) && matches(failure) ? [name] : []));
    return {
      acknowledged: this.#ids.size,
      lost: [...this.#ids].flatMap(([name, id]) => (idsByName.get(name)?.includes(id) ? [] : [name])),
      doubled: [...idsByName].flatMap(([name, ids]) => (ids.length > 1 ? [name] : [])),
      rejectedButStored: storedFailures(({ wasRejected }) => wasRejected),
      failedButStored: storedFailures(({ wasRejected, wasAnswered }) => !wasRejected && wasAnswered),
      unansweredButStored: storedFailures(({ wasRejected, wasAnswered }) => !wasRejected && !wasAnswered),
    };
  }
}

/** A short description of an error that does not vary between calls. */
export function describeError(error: unknown): string {
  if (error instanceof ThriftTransportError) return `${error.reason} (run: ${error.executed})`;
  if (error instanceof ThriftException || error instanceof ThriftError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Whether the server answered, possibly with a rejection. */
function isAnswer(error: unknown): boolean {
  if (error instanceof ThriftTransportError) return error.cause instanceof ThriftError;
  return error instanceof ThriftException || error instanceof ThriftError;
}
