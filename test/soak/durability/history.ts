import type { RecordedCall } from '../../support/linearize.js';

/** What became of a call: a reply to an operation, completed by it; no answer; or the assurance that it was not run. */
export type Outcome<Operation, Reply> =
  { readonly operation: Operation; readonly reply: Reply } | 'no answer' | 'not run';

/** Numbers of calls by their outcomes. */
export interface CallCounts {
  answered: number;
  unanswered: number;
  rejected: number;
}

/** The calls of one round on one object, in the order of their events. */
export class History<Operation, Reply> {
  #calls: RecordedCall<Operation, Reply>[] = [];
  readonly #counts: CallCounts;
  #events = 0;

  constructor(counts: CallCounts) {
    this.#counts = counts;
  }

  /** Records a call from now until `call` has ended. @returns Its outcome. */
  async record(
    operation: Operation,
    call: () => Promise<Outcome<Operation, Reply>>,
  ): Promise<Outcome<Operation, Reply>> {
    const start = this.#events++;
    const outcome = await call();
    const end = this.#events++;
    if (outcome === 'not run') this.#counts.rejected++;
    else if (outcome === 'no answer') {
      this.#counts.unanswered++;
      this.#calls.push({ operation, reply: undefined, start, end });
    } else {
      this.#counts.answered++;
      this.#calls.push({ ...outcome, start, end });
    }
    return outcome;
  }

  /** Returns the calls so far, and begins anew. None may be under way. */
  take(): readonly RecordedCall<Operation, Reply>[] {
    return this.#calls.splice(0);
  }
}
