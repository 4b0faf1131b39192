import { TaskRepository } from '../../src/application/task.repository.js';
import { ObservedTaskRepository, type StoreOperation } from '../../src/infrastructure/observed-task.repository.js';

/** When the commands of several callers run, and which of them are interrupted. */
export class Commands {
  /** Those that ran, in order. */
  readonly names: StoreOperation[] = [];
  readonly #waiting: (() => void)[] = [];
  #isTurned = false;

  /** From now on each command waits until `runOne` picks it. */
  turn(): void {
    this.#isTurned = true;
  }

  /** Runs one of the waiting commands. @returns Whether there was one. */
  runOne(pick: (count: number) => number): boolean {
    const [run] = this.#waiting.splice(pick(this.#waiting.length), 1);
    run?.();
    return run !== undefined;
  }

  async wait(operation: StoreOperation): Promise<void> {
    if (this.#isTurned) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.names.push(operation);
  }
}

/** What happens to the commands of one caller that is interrupted. */
export interface Interruption {
  /** Number of commands that run. */
  readonly after: number;
  /** Whether the next one runs too, and only its answer is lost. */
  readonly losesAnswer: boolean;
}

/** A store whose commands run when a test lets them. */
export class TurnedRepository extends ObservedTaskRepository {
  constructor(store: TaskRepository, commands: Commands, interruption?: Interruption) {
    let count = 0;
    super(store, async (operation, run) => {
      await commands.wait(operation);
      if (!interruption || count++ < interruption.after) return run();
      if (interruption.losesAnswer && count === interruption.after + 1) await run();
      throw new Error('interrupted');
    });
  }
}
