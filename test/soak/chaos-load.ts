import type { Task, TasksClient } from '@tasks/idl';
import { codeOf } from './good-user.js';
import { describeError, Ledger } from './ledger.js';

const USERS = 50;

/** Outcomes of the calls of one phase. */
export class PhaseTally {
  answered = 0;
  /** Answered with 503. */
  unavailable = 0;
  greatestMs = 0;
  readonly errors = new Map<string, number>();

  /** Records an error other than 503. */
  fail(error: unknown): void {
    const kind = describeError(error);
    this.errors.set(kind, (this.errors.get(kind) ?? 0) + 1);
  }

  get calls(): number {
    return this.answered + this.unavailable + [...this.errors.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** A user with a task that is changed over and over. */
interface Counter {
  readonly id: string;
  sent: number;
  acknowledged: number;
  isChanging: boolean;
}

/** Adds, changes and lists, with a record of what was acknowledged. */
export class ChaosLoad {
  /** Of the adds. */
  readonly ledger = new Ledger();
  /** Lists without a task that was acknowledged before the call. */
  incompleteLists = 0;
  /** Durations of calls without a fault. */
  readonly healthy = new PhaseTally();
  /** The current phase. A call during the beginning or the end of a fault counts for the fault. */
  phase = this.healthy;
  /** Time of the last successful answer to a call started after `markedAtMs`. */
  firstSuccess: { readonly afterMs: number } | undefined;

  readonly #added = Array.from({ length: USERS }, () => new Set<string>());
  readonly #counters: Counter[] = [];
  #markedAtMs = 0;

  private constructor(private readonly tasks: TasksClient) {}

  /** Gives every user a task to change. */
  static async start(tasks: TasksClient): Promise<ChaosLoad> {
    const load = new ChaosLoad(tasks);
    for (let user = 0; user < USERS; user++) {
      const { id = '' } = await tasks.add({ userId: userId(user), name: 'version 0' });
      load.ledger.acknowledge(`counter of ${userId(user)}`, id);
      load.#counters.push({ id, sent: 0, acknowledged: 0, isChanging: false });
    }
    return load;
  }

  /** Makes `firstSuccess` wait for a call that starts from now on. */
  mark(): void {
    this.#markedAtMs = performance.now();
    this.firstSuccess = undefined;
  }

  /** Makes one call: seven adds, two changes, then a list, for which the MongoDB stand-in reads all tasks. */
  async call(number: number): Promise<void> {
    const user = number % USERS;
    const turn = Math.floor(number / USERS + number) % 10;
    const startedIn = this.phase;
    const startedAtMs = performance.now();
    const tally = (): PhaseTally => (startedIn === this.healthy ? this.phase : startedIn);
    try {
      if (turn < 7) await this.#add(user, `task ${String(number)}`);
      else if (turn < 9) await this.#change(user);
      else await this.#list(user);
      tally().answered++;
      if (startedAtMs >= this.#markedAtMs) this.firstSuccess ??= { afterMs: performance.now() - this.#markedAtMs };
    } catch (error) {
      if (codeOf(error) === 503) tally().unavailable++;
      else tally().fail(error);
    }
    tally().greatestMs = Math.max(tally().greatestMs, performance.now() - startedAtMs);
  }

  /** The users whose task is older than the last acknowledged change, or newer than any sent. */
  async wrongVersions(): Promise<string[]> {
    const wrong: string[] = [];
    for (const [user, { id, acknowledged, sent }] of this.#counters.entries()) {
      const task = (await this.tasks.all({ userId: userId(user) })).find((one) => one.id === id);
      const version = Number(task?.name?.replace('version ', ''));
      if (!(version >= acknowledged && version <= sent)) wrong.push(userId(user));
    }
    return wrong;
  }

  /** The ids of the changed tasks; all others are checked by the ledger by name. */
  get counterIds(): ReadonlySet<string> {
    return new Set(this.#counters.map(({ id }) => id));
  }

  async #add(user: number, name: string): Promise<void> {
    try {
      const { id = '' } = await this.tasks.add({ userId: userId(user), name });
      this.ledger.acknowledge(name, id);
      this.#added[user]?.add(id);
    } catch (error) {
      this.ledger.fail(name, error);
      throw error;
    }
  }

  /** One change at a time: otherwise the last one would be unknown. */
  async #change(user: number): Promise<void> {
    const counter = this.#counters[user];
    if (counter === undefined || counter.isChanging) return this.#list(user);
    counter.isChanging = true;
    const version = ++counter.sent;
    try {
      await this.tasks.update({ taskId: counter.id, userId: userId(user), name: `version ${String(version)}` });
      counter.acknowledged = version;
    } finally {
      counter.isChanging = false;
    }
  }

  async #list(user: number): Promise<void> {
    const expected = [...(this.#added[user] ?? [])];
    const listed = new Set((await this.tasks.all({ userId: userId(user) })).map(({ id }: Task) => id));
    if (!expected.every((id) => listed.has(id))) this.incompleteLists++;
  }
}

function userId(user: number): string {
  return `user ${String(user)}`;
}
