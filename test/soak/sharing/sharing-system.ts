import { join } from 'node:path';
import { NOTE_MAX_LENGTH } from '@tasks/idl';
import { createObjectIdGenerator } from '@tasks/service';
import { AppProcess } from '../../support/app.js';
import { GatewayProcess } from '../../support/gateway-process.js';
import { send, type Answer, type Credential } from '../durability/rest.js';
import { say } from '../report.js';

const PASSWORD = 'velvet tractor sings loudly';
/** Three bytes in UTF-8, and two in memory. */
const LETTER = '€';
/** Tasks of one batch: its body is smaller than 2 MiB. */
const FULL_TASKS_AT_ONCE = 80;
/** Lists that are joined by their members at the same time. */
const LISTS_AT_ONCE = 16;

export const newTaskId = createObjectIdGenerator();

/** How many of each there are. */
export interface SharingSizes {
  readonly accounts: number;
  /** Lists of the first account, its first list included; the others are spread over them as members. */
  readonly lists: number;
  /** Members of each list, its owner included. */
  readonly members: number;
  readonly streamsPerAccount: number;
  /** Lists with tasks that have a note of the maximum length. */
  readonly fullLists: number;
  readonly tasksPerFullList: number;
}

/** A list, with the sessions of its members. */
export interface SharedList {
  readonly id: string;
  readonly members: readonly Credential[];
}

/** Accounts, and the lists that they share. */
export interface Sharing {
  readonly accounts: readonly Credential[];
  /** The account that owns all lists. */
  readonly owner: Credential;
  readonly lists: readonly SharedList[];
  readonly fullLists: readonly string[];
}

/** The gateway and the task service on their embedded stores, each in a process of its own. */
export class SharingSystem implements AsyncDisposable {
  readonly tasks: AppProcess;
  readonly gateway: GatewayProcess;

  private constructor(tasks: AppProcess, gateway: GatewayProcess) {
    this.tasks = tasks;
    this.gateway = gateway;
  }

  /** Starts both on the data in a folder. Request limits are off: they would slow the load down. */
  static async start(folder: string): Promise<SharingSystem> {
    const tasks = await AppProcess.start({ STORE: 'embedded', DATA_DIR: join(folder, 'tasks') });
    try {
      const gateway = await GatewayProcess.start({
        GATEWAY_STORE: 'embedded',
        GATEWAY_DATA_DIR: join(folder, 'gateway'),
        GATEWAY_REQUESTS_PER_NETWORK: 'off',
        GATEWAY_REQUESTS_PER_ACCOUNT: 'off',
        TASKS_SERVERS: `127.0.0.1:${String(tasks.port)}`,
      });
      return new SharingSystem(tasks, gateway);
    } catch (error) {
      await tasks[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Signs up, shares and fills by the REST API, as users do. */
  async populate(sizes: SharingSizes): Promise<Sharing> {
    say(`signing up ${String(sizes.accounts)} accounts`);
    const accounts: Credential[] = [];
    for (let n = 0; n < sizes.accounts; n++) accounts.push(await this.#signUp(`user-${String(n)}`));
    const [owner, ...others] = accounts as [Credential, ...Credential[]];
    say(`sharing ${String(sizes.lists)} lists of ${String(sizes.members)} members`);
    const ids = [await this.#firstList(owner)];
    while (ids.length < sizes.lists) ids.push(await this.#addList(owner));
    const lists: SharedList[] = [];
    const left = [...ids.entries()];
    const shareAll = async (): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift()) {
        const [n, id] = next;
        const guests = Array.from(
          { length: sizes.members - 1 },
          (_, i) => others[(n * (sizes.members - 1) + i) % others.length] as Credential,
        );
        await this.#share(id, owner, guests);
        lists[n] = { id, members: [owner, ...guests] };
      }
    };
    await Promise.all(Array.from({ length: LISTS_AT_ONCE }, shareAll));
    const fullLists = ids.slice(-sizes.fullLists);
    say(`filling ${String(fullLists.length)} of them with ${String(sizes.tasksPerFullList)} tasks each`);
    await Promise.all(fullLists.map((list) => this.#fill(owner, list, sizes.tasksPerFullList)));
    return { accounts, owner, lists, fullLists };
  }

  /** Sends a request. @throws Error for an answer that is no success. */
  async request(method: string, path: string, credential: Credential, body?: object): Promise<Answer> {
    const answer = await send(this.gateway.origin, method, path, credential, body);
    if (answer.status < 300) return answer;
    throw new Error(`${method} ${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
  }

  /** Requests of the gateway to the task service so far, by method. */
  async taskCalls(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`http://127.0.0.1:${String(this.gateway.httpPort)}/metrics`);
    const counts = new Map<string, number>();
    for (const [, method = '', count] of (await response.text()).matchAll(CALLS)) {
      counts.set(method, (counts.get(method) ?? 0) + Number(count));
    }
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.gateway[Symbol.asyncDispose](), this.tasks[Symbol.asyncDispose]()]);
  }

  async #signUp(username: string): Promise<Credential> {
    const nobody = { name: username, headers: {} };
    const { cookie } = await this.request('POST', '/accounts', nobody, { username, password: PASSWORD });
    return { name: username, headers: { cookie } };
  }

  async #firstList(owner: Credential): Promise<string> {
    const { body } = await this.request('GET', '/lists', owner);
    return (body.items as { id: string }[])[0]?.id ?? '';
  }

  async #addList(owner: Credential): Promise<string> {
    return (await this.request('POST', '/lists', owner, { name: 'Groceries' })).body.id as string;
  }

  async #share(list: string, owner: Credential, guests: readonly Credential[]): Promise<void> {
    const invitation = { role: 'editor', uses: guests.length };
    const { body } = await this.request('POST', `/lists/${list}/invitations`, owner, invitation);
    for (const guest of guests) {
      await this.request('POST', '/invitations/acceptance', guest, { secret: body.secret, name: guest.name });
    }
  }

  async #fill(owner: Credential, list: string, tasks: number): Promise<void> {
    const fields = { op: 'insert', list, name: 'buy milk and bread', note: LETTER.repeat(NOTE_MAX_LENGTH) };
    for (let n = 0; n < tasks; n += FULL_TASKS_AT_ONCE) {
      const operations = Array.from({ length: Math.min(FULL_TASKS_AT_ONCE, tasks - n) }, () => ({
        ...fields,
        id: newTaskId(),
      }));
      const { body } = await this.request('POST', '/batch', owner, { operations });
      const isWrong = (body.results as { status: number }[]).some(({ status }) => status !== 201);
      if (isWrong) throw new Error(`Not inserted: ${JSON.stringify(body).slice(0, 300)}`);
    }
  }
}

/** The number of calls in the gateway's metrics, with their method. */
const CALLS = /^task_service_request_duration_seconds_count\{.*?rpc_method="(\w+)".*?\} (\d+)$/gm;
