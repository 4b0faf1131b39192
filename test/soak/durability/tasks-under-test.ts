import { ThriftError, ThriftException, ThriftTransportError } from 'nestjs-thrift';
import type { BaseException, Task, TasksClient } from '@tasks/idl';
import { verify } from '../../../src/infrastructure/persistence/embedded/embedded-archive.js';
import { AppProcess, type Variables } from '../../support/app.js';
import { codeOf } from '../good-user.js';
import type { Random } from '../random.js';
import type { CallCounts } from './history.js';
import type { Lane, ServiceUnderTest } from './service-under-test.js';
import type { SeenTask } from './task-model.js';
import { NotFound, NotRun, Rejected, TaskUser, type TaskCalls } from './task-user.js';

/** One has a name that some databases cut. */
const USERS = ['alice', 'alice\0', '\ufffd 🎈'];
const CLIENTS_PER_USER = 3;
const ENDINGS = ['', '', '\0', '\0 after', '\ufffd', ' 🎈'];

/** The task service, with some users and several clients of each. */
export class TasksUnderTest implements ServiceUnderTest {
  readonly #variables: Variables;
  /** Of the embedded store. */
  readonly #folder: string | undefined;
  readonly #users: readonly { readonly id: string; readonly user: TaskUser }[];
  #app: AppProcess | undefined;

  /**
   * @param variables Choose the store.
   * @param folder Of the embedded store.
   * @param removesAll Whether `removeAll` is one step.
   */
  constructor(
    { counts, random }: { readonly counts: CallCounts; readonly random: Random },
    variables: Variables,
    { folder, removesAll }: { readonly folder?: string; readonly removesAll: boolean },
  ) {
    this.#variables = variables;
    this.#folder = folder;
    const abilities = { removesAll, isThrift: true, endings: ENDINGS };
    this.#users = USERS.map((id) => ({ id, user: new TaskUser(counts, random, abilities) }));
  }

  async start(): Promise<void> {
    this.#app = await AppProcess.start(this.#variables);
  }

  signal(signal: NodeJS.Signals): void {
    this.#started().signal(signal);
  }

  async ended(): Promise<number | null> {
    return (await this.#started().ended()).code;
  }

  lanes(): Lane[] {
    return this.#users.flatMap(({ id, user }) =>
      Array.from({ length: CLIENTS_PER_USER }, () => {
        const tasks = overThrift(this.#started().client(), id);
        return () => user.act(tasks);
      }),
    );
  }

  async check(): Promise<string[]> {
    const client = this.#started().client();
    const wrong: string[] = [];
    for (const { id, user } of this.#users) {
      if (!(await user.read(overThrift(client, id)))) wrong.push(`No list for ${id}`);
      const problem = user.check();
      if (problem !== undefined) wrong.push(`${id}: ${problem}`);
    }
    return wrong;
  }

  verifyFiles(): void {
    if (this.#folder !== undefined) verify(this.#folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app?.[Symbol.asyncDispose]();
  }

  #started(): AppProcess {
    if (this.#app === undefined) throw new Error('The service was not started');
    return this.#app;
  }
}

/** The calls of a user on one connection. */
function overThrift(client: TasksClient, userId: string): TaskCalls {
  return {
    add: (name, done) =>
      done
        ? answered(async () => seen(await client.upsert({ task: { userId, name, done } })))
        : answered(async () => seen(await client.add({ userId, name }))),
    create: (taskId, name) => answered(async () => seen(await client.create({ taskId, userId, name }))),
    change: (taskId, changes) => answered(async () => seen(await client.update({ taskId, userId, ...changes }))),
    remove: (taskId) => answered(() => client.remove({ taskId, userId })),
    get: (taskId) => answered(async () => seen(await client.get({ taskId, userId }))),
    all: () => answered(async () => (await client.all({ userId })).map(seen)),
    page: (limit, after, done) =>
      answered(async () => {
        const cursor = after !== undefined && { after };
        const { tasks = [], nextCursor } =
          done === undefined
            ? await client.page({ userId, limit, ...cursor })
            : await client.find({ userId, filter: { done }, limit, ...cursor });
        return { tasks: tasks.map(seen), cursor: nextCursor };
      }),
    count: () =>
      answered(async () => {
        const { open, done } = await client.count({ userId });
        return { open: Number(open), done: Number(done) };
      }),
    removeAll: (onlyDone) => answered(() => client.removeAll({ userId, onlyDone })),
  };
}

function seen({ id = '', name = '', done = false, createdOn = '' }: Task): SeenTask {
  return { id, name, done, createdOn };
}

async function answered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const code = codeOf(error);
    if (code === 404) throw new NotFound();
    if (error instanceof ThriftTransportError && error.executed === 'no') throw new NotRun();
    const isAnswer = error instanceof ThriftException || error instanceof ThriftError;
    if (isAnswer && code !== 503) throw new Rejected(describe(error));
    throw error;
  }
}

function describe(error: Error): string {
  return error instanceof ThriftException ? JSON.stringify(error.value as BaseException) : error.message;
}
