import { randomBytes } from 'node:crypto';
import { linearize, type RecordedCall } from '../../support/linearize.js';
import type { Random } from '../random.js';
import { History, type CallCounts, type Outcome } from './history.js';
import { taskModel, taskOf, type SeenTask, type TaskOperation, type TaskReply, type TaskState } from './task-model.js';

/** A list with the cursor of its next page. */
export interface SeenPage {
  readonly tasks: readonly SeenTask[];
  readonly cursor: string | undefined;
}

/** The tasks of one user as a service offers them. Methods throw `NotFound`, `NotRun`, `Rejected`, or anything else for no answer. */
export interface TaskCalls {
  add(name: string, done: boolean): Promise<SeenTask>;
  create(id: string, name: string): Promise<SeenTask>;
  change(id: string, changes: { readonly name?: string; readonly done?: boolean }): Promise<SeenTask>;
  remove(id: string): Promise<void>;
  get(id: string): Promise<SeenTask>;
  all(): Promise<readonly SeenTask[]>;
  page(limit: number, after: string | undefined, done: boolean | undefined): Promise<SeenPage>;
  count(): Promise<{ readonly open: number; readonly done: number }>;
  removeAll(onlyDone: boolean): Promise<number>;
}

/** There is no such task. */
export class NotFound extends Error {}

/** The answer says that the call was not run. */
export class NotRun extends Error {}

/** Any other rejection: no correct service answers like this. */
export class Rejected extends Error {}

/** What a service can do. */
export interface Abilities {
  /** Whether it removes several tasks in one step. */
  readonly removesAll: boolean;
  /** Whether new tasks can be done, and `removeAll` can remove open ones. */
  readonly isThrift: boolean;
  /** How names may end. */
  readonly endings: readonly string[];
}

/** Number of tasks from which one is removed. More would need several reads for a list. */
const MAX_TASKS = 7;
const MAX_PAGE = 3;

/** A user with several clients, and the history of their calls. */
export class TaskUser {
  readonly #history: History<TaskOperation, TaskReply>;
  readonly #random: Random;
  readonly #abilities: Abilities;
  /** Tasks of answers that may still be there. */
  readonly #known = new Map<string, SeenTask>();
  #state: TaskState = [];
  /** Where the next check begins after one that has found an error. */
  #lastList: TaskState = [];
  #names = 0;

  constructor(counts: CallCounts, random: Random, abilities: Abilities) {
    this.#history = new History(counts);
    this.#random = random;
    this.#abilities = abilities;
  }

  /** Makes a call of any kind. @returns False when no answer came. */
  async act(tasks: TaskCalls): Promise<boolean> {
    const random = this.#random.integer(0, this.#abilities.removesAll ? 20 : 18);
    if (this.#known.size >= MAX_TASKS && random < 18) return this.#remove(tasks);
    if (random < 4) return this.#add(tasks);
    if (random < 6) return this.#create(tasks);
    if (random < 10) return this.#change(tasks);
    if (random < 12) return this.#remove(tasks);
    if (random < 14) return this.#get(tasks);
    if (random < 16) return this.#pages(tasks);
    if (random < 17)
      return this.#call({ kind: 'count' }, async (operation) => ({ operation, reply: counts(await tasks.count()) }));
    if (random < 19) return this.read(tasks);
    return this.#removeAll(tasks);
  }

  /** Lists all tasks: to be called alone before a check. @returns False when no answer came. */
  read(tasks: TaskCalls): Promise<boolean> {
    return this.#call({ kind: 'list' }, async (operation) => {
      this.#lastList = await tasks.all();
      return { operation, reply: this.#seen(this.#lastList, false) };
    });
  }

  /** Checks the calls since the last check, which end with `read`. @returns What is wrong; undefined when all is well. */
  check(): string | undefined {
    const calls = completed(this.#history.take());
    const verdict = linearize(taskModel, this.#state, calls);
    this.#state = verdict.isLinearizable ? verdict.state : this.#lastList;
    if (verdict.isLinearizable) return undefined;
    return JSON.stringify({ calls: calls.length, state: verdict.state, stuck: verdict.stuck });
  }

  #add(tasks: TaskCalls): Promise<boolean> {
    const [name, done] = [this.#newName(), this.#abilities.isThrift && this.#random.next() < 0.3];
    return this.#call({ kind: 'add', id: '', name, done, createdOn: '' }, async () => {
      const task = this.#know(await tasks.add(name, done));
      return { operation: { kind: 'add', ...task, name, done }, reply: task };
    });
  }

  /** Often with an id that is there, or was removed a moment ago. */
  #create(tasks: TaskCalls): Promise<boolean> {
    const id = this.#random.next() < 0.6 ? this.#anyId() : newId();
    const name = this.#newName();
    return this.#call({ kind: 'create', id, name, done: false, createdOn: '' }, async () => {
      const task = this.#know(await tasks.create(id, name));
      return { operation: { kind: 'create', id, name, done: false, createdOn: task.createdOn }, reply: task };
    });
  }

  #change(tasks: TaskCalls): Promise<boolean> {
    const id = this.#anyId();
    const changes = this.#random.next() < 0.5 ? { name: this.#newName() } : { done: this.#random.next() < 0.5 };
    return this.#call({ kind: 'change', id, ...changes }, async (operation) => ({
      operation,
      reply: this.#know(await tasks.change(id, changes)),
    }));
  }

  #remove(tasks: TaskCalls): Promise<boolean> {
    const id = this.#anyId();
    return this.#call({ kind: 'remove', id }, async (operation) => {
      await tasks.remove(id);
      this.#known.delete(id);
      return { operation, reply: 'done' };
    });
  }

  #get(tasks: TaskCalls): Promise<boolean> {
    const id = this.#anyId();
    return this.#call({ kind: 'get', id }, async (operation) => ({
      operation,
      reply: this.#know(await tasks.get(id)),
    }));
  }

  async #pages(tasks: TaskCalls): Promise<boolean> {
    const limit = this.#random.integer(1, MAX_PAGE);
    const done = this.#random.pick([undefined, true, false]);
    let page: SeenPage | undefined;
    const read = (after?: SeenTask): Promise<boolean> =>
      this.#call({ kind: 'list', limit, after, done }, async (operation) => {
        page = await tasks.page(limit, page?.cursor, done);
        return { operation, reply: this.#seen(page.tasks, page.cursor !== undefined) };
      });
    if (!(await read())) return false;
    return page?.cursor === undefined || read(page.tasks.at(-1));
  }

  #removeAll(tasks: TaskCalls): Promise<boolean> {
    const onlyDone = !this.#abilities.isThrift || this.#random.next() < 0.7;
    return this.#call({ kind: 'removeAll', onlyDone }, async (operation) => {
      const reply = await tasks.removeAll(onlyDone);
      this.#known.clear();
      return { operation, reply };
    });
  }

  async #call(
    operation: TaskOperation,
    call: (operation: TaskOperation) => Promise<Outcome<TaskOperation, TaskReply>>,
  ): Promise<boolean> {
    const outcome = await this.#history.record(operation, async () => {
      try {
        return await call(operation);
      } catch (error) {
        if (error instanceof NotRun) return 'not run';
        if (error instanceof Rejected) return { operation, reply: { rejected: error.message } };
        if (!(error instanceof NotFound)) return 'no answer';
        if ('id' in operation) this.#known.delete(operation.id);
        return { operation, reply: 'not found' };
      }
    });
    return outcome !== 'no answer';
  }

  #know(task: SeenTask): SeenTask {
    this.#known.set(task.id, task);
    return taskOf(task);
  }

  #seen(tasks: readonly SeenTask[], hasMore: boolean): TaskReply {
    return { tasks: tasks.map((task) => this.#know(task)), hasMore };
  }

  #anyId(): string {
    return this.#known.size === 0 ? newId() : this.#random.pick([...this.#known.keys()]);
  }

  /** A new name, often with characters that stores treat in different ways. */
  #newName(): string {
    return `${String(++this.#names)}${this.#random.pick(this.#abilities.endings)}`;
  }
}

function newId(): string {
  return randomBytes(12).toString('hex');
}

function counts({ open, done }: { readonly open: number; readonly done: number }): TaskReply {
  return { open, done };
}

/** Adds to calls without an answer what the service has chosen, as far as later answers show it. Names are unique. */
function completed(
  calls: readonly RecordedCall<TaskOperation, TaskReply>[],
): readonly RecordedCall<TaskOperation, TaskReply>[] {
  const seen = new Map<string, SeenTask>();
  for (const { reply } of calls) {
    if (typeof reply !== 'object') continue;
    const tasks = 'tasks' in reply ? reply.tasks : 'id' in reply ? [reply] : [];
    for (const task of tasks) seen.set(task.name, task);
  }
  return calls.map((call) => {
    const { operation, reply } = call;
    if (reply !== undefined || (operation.kind !== 'add' && operation.kind !== 'create')) return call;
    const { id, createdOn } = seen.get(operation.name) ?? { id: operation.id || operation.name, createdOn: '' };
    return { ...call, operation: { ...operation, id, createdOn } };
  });
}
