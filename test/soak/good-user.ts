import { ThriftException } from 'nestjs-thrift';
import type { BaseException, Task, TasksClient } from '@tasks/idl';
import type { Random } from './random.js';
import { UserModel, WrongReplyError, type Doubt } from './user-model.js';

const MAX_PAGE = 10;
const UNKNOWN_ID = 'f'.repeat(24);

/** Makes the calls of a user, with measurements, on some connection. */
type MakeCall = <Result>(method: keyof TasksClient, call: (tasks: TasksClient) => Promise<Result>) => Promise<Result>;

/** A user who calls every method, one call at a time, with a model of the expected replies. */
export class GoodUser {
  isBusy = false;
  readonly #model: UserModel;
  #page: { readonly after: string; readonly last: Task } | undefined;
  #names = 0;

  readonly #actions: readonly (() => Promise<void>)[] = [
    () => this.#add(),
    () => this.#add(),
    () => this.#upsertNew(),
    () => this.#change('update'),
    () => this.#change('update'),
    () => this.#change('upsert'),
    () => this.#list(),
    () => this.#nextPage(),
    () => this.#nextPage(),
    () => this.#remove(),
    () => this.#remove(),
    () => this.#check(),
    () => this.#mistake(),
  ];

  constructor(
    userId: string,
    private readonly maxTasks: number,
    private readonly random: Random,
    private readonly makeCall: MakeCall,
  ) {
    this.#model = new UserModel(userId);
  }

  /** Makes one call. @throws WrongReplyError for a wrong reply; other errors of the call unchanged. */
  async act(): Promise<void> {
    if (this.#model.isInDoubt) {
      this.#model.settleDoubt(await this.makeCall('all', (tasks) => tasks.all({ userId: this.#model.userId })));
      this.#page = undefined;
    } else if (this.#model.size >= this.maxTasks) await this.#remove();
    else await this.random.pick(this.#actions)();
  }

  async #add(): Promise<void> {
    const { userId } = this.#model;
    const name = this.#newName();
    const task = await this.#changing({ after: { name, done: false } }, 'add', (tasks) => tasks.add({ userId, name }));
    this.#model.store(task, { name, done: false });
  }

  async #upsertNew(): Promise<void> {
    const { userId } = this.#model;
    const [name, done] = [this.#newName(), this.random.next() < 0.5];
    const task = await this.#changing({ after: { name, done } }, 'upsert', (tasks) =>
      tasks.upsert({ task: { userId, name, done } }),
    );
    this.#model.store(task, { name, done });
  }

  async #change(method: 'update' | 'upsert'): Promise<void> {
    const before = this.#anyTask();
    if (before === undefined) return this.#add();
    const { id, userId } = before;
    const change = this.random.next() < 0.5 ? { name: this.#newName() } : { done: before.done !== true };
    const expected = { ...before, ...change };
    const task = await this.#changing({ id, after: expected }, method, (tasks) =>
      method === 'update'
        ? tasks.update({ taskId: id, userId, ...change })
        : tasks.upsert({ task: { id, userId, ...change } }),
    );
    this.#model.store(task, expected);
  }

  async #remove(): Promise<void> {
    const task = this.#anyTask();
    if (task === undefined) return this.#add();
    const { id = '', userId } = task;
    await this.#changing({ id, after: undefined }, 'remove', (tasks) => tasks.remove({ taskId: id, userId }));
    this.#model.remove(id);
  }

  async #list(): Promise<void> {
    const list = await this.makeCall('all', (tasks) => tasks.all({ userId: this.#model.userId }));
    this.#model.assertList(list, this.#model.newestFirst());
  }

  async #nextPage(): Promise<void> {
    const { userId } = this.#model;
    const limit = this.random.integer(1, MAX_PAGE);
    const after = this.#page?.after;
    const page = await this.makeCall('page', (tasks) =>
      tasks.page({ userId, limit, ...(after !== undefined && { after }) }),
    );
    const rest = this.#model.newestFirst().filter((task) => this.#page === undefined || isAfter(task, this.#page.last));
    const { tasks = [], nextCursor } = page;
    this.#model.assertList(tasks, rest.slice(0, limit));
    if ((nextCursor !== undefined) !== rest.length > limit)
      throw new WrongReplyError(`nextCursor ${String(nextCursor)}`);
    const last = tasks.at(-1);
    this.#page = nextCursor === undefined || last === undefined ? undefined : { after: nextCursor, last };
  }

  async #check(): Promise<void> {
    const { ok, message = '' } = await this.makeCall('check', (tasks) => tasks.check());
    if (ok !== true) throw new ThriftException<BaseException>('BaseException', { code: 503, message });
  }

  /** Calls that must be rejected. */
  async #mistake(): Promise<void> {
    const { userId } = this.#model;
    const [code, call] = this.random.pick<readonly [number, (tasks: TasksClient) => Promise<unknown>]>([
      [404, (tasks) => tasks.update({ taskId: UNKNOWN_ID, userId, done: true })],
      [400, (tasks) => tasks.update({ taskId: 'no id', userId, done: true })],
      [400, (tasks) => tasks.update({ taskId: UNKNOWN_ID, userId: '', done: true })],
    ]);
    try {
      await this.makeCall('update', call);
    } catch (error) {
      if (codeOf(error) === code) return;
      throw error;
    }
    throw new WrongReplyError(`a call was answered that must be rejected with ${String(code)}`);
  }

  /** Makes a changing call: after a failure its outcome is unknown. */
  async #changing<Result>(
    doubt: Doubt,
    method: keyof TasksClient,
    call: (tasks: TasksClient) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.makeCall(method, call);
    } catch (error) {
      this.#model.doubt(doubt);
      throw error;
    }
  }

  #anyTask(): Task | undefined {
    const tasks = this.#model.newestFirst();
    return tasks.length === 0 ? undefined : this.random.pick(tasks);
  }

  /** A new name, sometimes long or not ASCII. */
  #newName(): string {
    const filling = this.random.pick(['', '', ' – größer €', '🎈'.repeat(40), 'x'.repeat(2_000)]);
    return `${String(++this.#names)}${filling}`;
  }
}

function isAfter(task: Task, last: Task): boolean {
  const [a, b] = [task, last].map(({ createdOn = '', id = '' }) => createdOn + id) as [string, string];
  return a < b;
}

/** The code of a rejection, declared or in a message; undefined for other errors. */
export function codeOf(error: unknown): number | undefined {
  if (error instanceof ThriftException) return (error.value as BaseException).code;
  const code = error instanceof Error ? /^(\d{3}) /.exec(error.message)?.[1] : undefined;
  return code === undefined ? undefined : Number(code);
}
