import type { EmbeddedStoreError } from './errors.js';

/** Operations of one step of the writer. Readers see its changes only when they are on the disk. */
export interface Transaction {
  /** Returns the value of a key, including changes of earlier steps and of this step. */
  readonly get: (key: string) => string | undefined;
  /** Stores a value. Key and value must be well-formed Unicode. */
  readonly put: (key: string, value: string) => void;
  /** Removes a key, if it exists. */
  readonly remove: (key: string) => void;
}

/** Changes by their keys; undefined removes. */
export type Changes = ReadonlyMap<string, string | undefined>;

/** Storage behind the queue. */
interface WriteTarget {
  /** @throws Error for a damaged value, which fails the calling step. */
  get(key: string): string | undefined;
  /** Resolves once all changes are on the disk. */
  commit(changes: Changes): Promise<void>;
  /** Returns why nothing can be written now; called before each batch. */
  checkWritable(): Promise<EmbeddedStoreError | undefined>;
}

/** A step waiting for execution. */
interface WaitingStep {
  /** Runs it over the changes of the batch; returns the function that settles it once the batch is on the disk. */
  readonly run: (batch: Map<string, string | undefined>) => void;
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
}

/** Bounds of one batch. They limit the time of its steps on the event loop, and the memory of their changes. */
const MAX_STEPS = 512;
const MAX_CHANGES = 4_096;

/**
 * Runs steps one after the other, each atomic, and writes them in batches: steps that arrive while a batch is being
 * written go into the next.
 */
export class WriteQueue {
  readonly #target: WriteTarget;
  #waiting: WaitingStep[] = [];
  #draining: Promise<void> | undefined;

  constructor(target: WriteTarget) {
    this.#target = target;
  }

  /**
   * Runs a step after the earlier ones.
   *
   * @returns The result of the step, once everything that it read and changed is on the disk.
   */
  run<Result>(step: (transaction: Transaction) => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      let result: Result;
      this.#waiting.push({
        run: (batch) => (result = this.#runStep(step, batch)),
        succeed: () => {
          resolve(result);
        },
        fail: reject,
      });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves once all waiting steps were written or failed. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    // Steps that arrive in the same event-loop iteration join the batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const unwritable = await this.#target.checkWritable();
      if (unwritable) this.#failAll(unwritable);
      else await this.#writeBatch();
    }
    this.#draining = undefined;
  }

  async #writeBatch(): Promise<void> {
    const batch = new Map<string, string | undefined>();
    const ran: WaitingStep[] = [];
    let taken = 0;
    for (const step of this.#waiting) {
      if (taken === MAX_STEPS || batch.size >= MAX_CHANGES) break;
      taken++;
      try {
        step.run(batch);
        ran.push(step);
      } catch (error) {
        step.fail(error);
      }
    }
    this.#waiting = this.#waiting.slice(taken);
    try {
      if (batch.size > 0) await this.#target.commit(batch);
    } catch (error) {
      for (const step of ran) step.fail(error);
      return;
    }
    for (const step of ran) step.succeed();
  }

  #failAll(error: EmbeddedStoreError): void {
    const failed = this.#waiting;
    this.#waiting = [];
    for (const step of failed) step.fail(error);
  }

  /** A step that throws changes nothing. */
  #runStep<Result>(step: (transaction: Transaction) => Result, batch: Map<string, string | undefined>): Result {
    const own = new Map<string, string | undefined>();
    const result = step({
      get: (key) => (own.has(key) ? own.get(key) : batch.has(key) ? batch.get(key) : this.#target.get(key)),
      put: (key, value) => void own.set(key, value),
      remove: (key) => void own.set(key, undefined),
    });
    for (const [key, value] of own) batch.set(key, value);
    return result;
  }
}
