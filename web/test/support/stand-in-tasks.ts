import { createHash } from 'node:crypto';
import { folded, noteFields } from '../../src/state/task.js';
import { dayOf } from '../../src/state/wall-clock.js';
import { Rejection, type Reply } from './rejection.js';
import { randomId, type StandInStore, type StoredAccount, type StoredList, type StoredTask } from './stand-in-store.js';

/** A request for tasks or lists. */
export interface TasksRequest {
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly account: StoredAccount;
  readonly ifMatch: string | undefined;
}

/** What is reported to the streams. `taskIds` unset: all. */
export interface ListChange {
  readonly taskIds?: readonly string[];
}

/** Reports to the streams of the members. `change` unset: the list itself changed. */
export type OnListChanged = (list: StoredList, change?: ListChange) => void;

const DAY_MS = 86_400_000;
const FIELDS = ['name', 'done', 'note', 'dueOn', 'starred', 'repeat', 'position', 'createdOn', 'doneOn'] as const;
/** One call of a search compares at most 1,000 tasks, as in the Tasks service. */
const SEARCHED_AT_ONCE = 1000;

/** The routes for lists and tasks, in memory. */
export class StandInTasks {
  readonly #store: StandInStore;
  readonly #onChanged: OnListChanged;

  constructor(store: StandInStore, onChanged: OnListChanged) {
    this.#store = store;
    this.#onChanged = onChanged;
  }

  /** Answers a request; undefined: it is for none of these routes. */
  answer(request: TasksRequest): Reply | undefined {
    const { method, path, query, body, account } = request;
    if (path === '/agenda') return { status: 200, etag: true, body: this.#agenda(account, query) };
    if (path === '/batch') return { status: 200, body: { results: this.#batch(request) } };
    if (path === '/lists') return this.#allLists(method, body, account);
    const [, id, rest = ''] = /^\/(?:tasks|lists\/([0-9a-f]{32})(?:\/tasks)?)(\/.*)?$/.exec(path) ?? [];
    if (path.startsWith('/lists/') && !/^\/lists\/[0-9a-f]{32}\/tasks/.test(path)) {
      return id === undefined ? undefined : this.#oneList(method, id, rest, body, account);
    }
    if (!path.startsWith('/tasks') && id === undefined) return undefined;
    const list = this.#list(account, id, method !== 'GET');
    return rest === '' || rest === '/counts'
      ? this.#listTasks(method + rest, list, query, body)
      : this.#oneTask(request, list, rest.slice(1));
  }

  /** The list, if the account may use it. */
  #list(account: StoredAccount, id: string | undefined, isChange: boolean): StoredList {
    const list = id === undefined ? account.first : this.#store.lists.get(id);
    const member = list?.members.find((one) => one.account === account);
    if (list === undefined || member === undefined || list.isDeleted) throw new Rejection(404, 'not-found');
    if (isChange && member.role === 'viewer') throw new Rejection(403, 'role-too-low');
    return list;
  }

  #allLists(method: string, body: Readonly<Record<string, unknown>>, account: StoredAccount): Reply {
    if (method === 'GET') {
      const items = this.#store.listsOf(account).map((list) => shownList(list, account, true));
      return { status: 200, etag: true, body: { items } };
    }
    const id = (body['id'] as string | undefined) ?? randomId();
    const known = this.#store.lists.get(id);
    if (known) return { status: 200, body: shownList(known, account) };
    const list: StoredList = {
      id,
      name: body['name'] as string,
      tasks: new Map(),
      members: [],
      invitations: [],
      isDeleted: false,
    };
    this.#store.lists.set(id, list);
    this.#store.addMember(list, account, 'owner');
    this.#onChanged(list);
    return { status: 201, body: shownList(list, account) };
  }

  #oneList(
    method: string,
    id: string,
    rest: string,
    body: Readonly<Record<string, unknown>>,
    account: StoredAccount,
  ): Reply | undefined {
    const list = this.#store.lists.get(id);
    const member = list?.members.find((one) => one.account === account);
    if (list === undefined || member === undefined) throw new Rejection(404, 'not-found');
    if (rest === '/restoration') list.isDeleted = false;
    else if (rest !== '') return undefined;
    else if (method === 'DELETE') {
      if (list === account.first) throw new Rejection(409, 'first-list');
      if (member.role !== 'owner') throw new Rejection(403, 'role-too-low');
      list.isDeleted = true;
    } else if (method === 'PATCH') {
      if (body['name'] !== undefined) list.name = body['name'] as string;
      for (const field of ['color', 'position'] as const)
        if (body[field] !== undefined) member[field] = body[field] as string | null;
    }
    if (method !== 'GET') this.#onChanged(list);
    return method === 'DELETE' ? { status: 204 } : { status: 200, body: shownList(list, account, method === 'GET') };
  }

  #listTasks(route: string, list: StoredList, query: URLSearchParams, body: Readonly<Record<string, unknown>>): Reply {
    const { tasks } = list;
    switch (route) {
      case 'GET': {
        const { items, nextCursor } = pageOf([...tasks.values()], query);
        return { status: 200, etag: true, body: { items: items.map(shownInList), nextCursor } };
      }
      case 'GET/counts': {
        const done = [...tasks.values()].filter((one) => one.done).length;
        return { status: 200, etag: true, body: { open: tasks.size - done, done } };
      }
      case 'POST':
        return this.#insert(list, body);
      case 'DELETE': {
        const done = [...tasks.values()].filter((one) => one.done).slice(0, 1000);
        for (const one of done) tasks.delete(one.id);
        if (done.length > 0) this.#onChanged(list, {});
        return { status: 200, body: { removed: done.length, more: done.length === 1000 } };
      }
      default:
        throw new Rejection(405, 'method-not-allowed');
    }
  }

  #oneTask({ method, body, account, ifMatch }: TasksRequest, list: StoredList, path: string): Reply {
    const [id = '', verb] = path.split('/');
    if (verb === 'move') return { status: 200, body: shown(this.#move(account, list, id, String(body['list']))) };
    const task = list.tasks.get(id);
    if (task === undefined) throw new Rejection(404, 'not-found');
    if (ifMatch !== undefined && ifMatch !== revisionOf(task)) throw new Rejection(412, 'precondition-failed');
    if (method === 'GET') return { status: 200, etag: revisionOf(task), body: shown(task) };
    if (method === 'DELETE') {
      list.tasks.delete(id);
      this.#onChanged(list, { taskIds: [id] });
      return { status: 204 };
    }
    return { status: 200, ...this.#edit(list, task, body) };
  }

  #insert(list: StoredList, body: Readonly<Record<string, unknown>>): Reply & { status: 200 | 201; body: object } {
    checkName(body['name']);
    const id = String(body['id']);
    const known = list.tasks.get(id);
    if (known) return { status: 200, body: shown(known) };
    if ([...this.#store.lists.values()].some(({ tasks }) => tasks.has(id))) throw new Rejection(409, 'id-taken');
    const made: StoredTask = { id, name: '', done: false, createdOn: new Date().toISOString() };
    assign(made, body);
    list.tasks.set(id, made);
    this.#onChanged(list, { taskIds: [id] });
    return { status: 201, etag: revisionOf(made), body: shown(made) };
  }

  #edit(list: StoredList, task: StoredTask, body: Readonly<Record<string, unknown>>): { body: object; etag: string } {
    if (body['name'] !== undefined) checkName(body['name']);
    const wasDone = task.done;
    assign(task, body);
    task.changedOn = new Date().toISOString();
    if (task.done && !wasDone) task.doneOn = task.changedOn;
    if (!task.done) delete task.doneOn;
    const successorId = createHash('sha256')
      .update(`${task.id} ${task.dueOn ?? ''}`)
      .digest('hex')
      .slice(0, 24);
    let next: StoredTask | undefined;
    if (task.repeat !== undefined && task.dueOn !== undefined && task.done && !wasDone) {
      const { name, note, starred, repeat, position } = task;
      const copied = Object.entries({ note, starred, repeat, position }).filter(([, value]) => value !== undefined);
      const due = { dueOn: following(task.dueOn), createdOn: task.changedOn };
      next = { id: successorId, name, done: false, ...due, ...Object.fromEntries(copied) };
      list.tasks.set(next.id, next);
    } else if (wasDone && !task.done) list.tasks.delete(successorId);
    this.#onChanged(list, { taskIds: [task.id, ...(next ? [next.id] : [])] });
    return { body: { ...shown(task), ...(next && { next: shown(next) }) }, etag: revisionOf(task) };
  }

  #move(account: StoredAccount, from: StoredList, id: string, to: string): StoredTask {
    const target = this.#list(account, to, true);
    const task = from.tasks.get(id) ?? target.tasks.get(id);
    if (task === undefined) throw new Rejection(404, 'not-found');
    from.tasks.delete(id);
    target.tasks.set(id, task);
    for (const list of [from, target]) this.#onChanged(list, { taskIds: [id] });
    return task;
  }

  #batch({ body, account }: TasksRequest): object[] {
    const operations = body['operations'] as Readonly<Record<string, unknown>>[];
    if (operations.length > 100) throw new Rejection(422, 'invalid');
    for (const [at, { op, name }] of operations.entries()) {
      if (op === 'insert' && (typeof name !== 'string' || name.length > 4096 || name === ''))
        throw new Rejection(422, 'invalid', {}, [{ pointer: `/operations/${String(at)}/name`, code: 'too-long' }]);
    }
    return operations.map((operation) => {
      try {
        return this.#operation(account, operation);
      } catch (error) {
        if (!(error instanceof Rejection)) throw error;
        return { status: error.status, problem: { type: `urn:tasks:problem:${error.type}` } };
      }
    });
  }

  #operation(
    account: StoredAccount,
    { op, list: listId, to, ...fields }: Readonly<Record<string, unknown>>,
  ): { status: number; task?: object } {
    const list = this.#list(account, listId as string | undefined, true);
    const id = String(fields['id']);
    if (op === 'insert') {
      const { status, body } = this.#insert(list, fields);
      return { status, task: body };
    }
    if (op === 'move') return { status: 200, task: shown(this.#move(account, list, id, String(to))) };
    const task = list.tasks.get(id);
    if (task === undefined) throw new Rejection(404, 'not-found');
    if (op === 'edit') return { status: 200, task: this.#edit(list, task, fields).body };
    list.tasks.delete(id);
    this.#onChanged(list, { taskIds: [id] });
    return { status: 204 };
  }

  #agenda(account: StoredAccount, query: URLSearchParams): object {
    const [from, until] = [query.get('from') ?? '', query.get('until') ?? '~'];
    const isDue = query.get('view') === 'due';
    const found = this.#store.listsOf(account).flatMap(({ id: list, tasks }) =>
      [...tasks.values()]
        .filter(({ done }) => !done)
        .filter(({ dueOn, starred }) => (isDue ? dueOn !== undefined && dueOn >= from && dueOn < until : starred))
        .map((task) => ({ ...shownInList(task), list })),
    );
    const items = found.sort((a, b) =>
      ((isDue ? a.dueOn : a.createdOn) ?? '').localeCompare((isDue ? b.dueOn : b.createdOn) ?? ''),
    );
    return { items, nextCursor: null };
  }
}

function following(dueOn: string): string {
  const next = new Date(Date.parse(dueOn.slice(0, 10)) + DAY_MS).toISOString().slice(0, 10);
  return next + dueOn.slice(10);
}

function assign(task: StoredTask, body: Readonly<Record<string, unknown>>): void {
  for (const field of FIELDS) {
    if (body[field] === null || body[field] === '') Reflect.deleteProperty(task, field);
    else if (body[field] !== undefined) Object.assign(task, { [field]: body[field] });
  }
  if (task.starred === false) delete task.starred;
}

function shown({ note, ...task }: StoredTask): StoredTask {
  return note === undefined ? task : { ...task, ...noteFields(note) };
}

function shownInList(task: StoredTask): StoredTask {
  const { note, ...whole } = shown(task);
  return note === undefined ? whole : { ...whole, note: note.slice(0, 1_024) };
}

function revisionOf(task: StoredTask): string {
  return `"${createHash('sha256').update(JSON.stringify(task)).digest('hex').slice(0, 32)}"`;
}

function shownList(list: StoredList, account: StoredAccount, hasTotals = false): object {
  const { id, name, members, tasks } = list;
  const member = members.find((one) => one.account === account);
  const today = dayOf(Date.now());
  const count = (isCounted: (task: StoredTask) => boolean): number => [...tasks.values()].filter(isCounted).length;
  const totals = {
    open: count(({ done }) => !done),
    done: count(({ done }) => done),
    overdue: count(({ done, dueOn = '~' }) => !done && dueOn.slice(0, 10) < today),
    dueToday: count(({ done, dueOn = '~' }) => !done && dueOn.slice(0, 10) === today),
  };
  return {
    id,
    name,
    color: member?.color ?? null,
    position: member?.position ?? null,
    role: member?.role,
    members: members.length,
    isFirst: list === account.first,
    ...(hasTotals && { totals }),
  };
}

function pageOf(all: StoredTask[], query: URLSearchParams): { items: StoredTask[]; nextCursor: string | null } {
  const sorted = all.sort((a, b) =>
    a.createdOn === b.createdOn ? (a.id < b.id ? 1 : -1) : a.createdOn < b.createdOn ? 1 : -1,
  );
  const after = query.get('after');
  const start = after === null ? 0 : sorted.findIndex(({ id }) => id === after) + 1;
  const limit = Number(query.get('limit') ?? 50);
  const words = folded(query.get('text') ?? '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const items: StoredTask[] = [];
  let place = start;
  while (place < sorted.length && items.length < limit && (words.length === 0 || place - start < SEARCHED_AT_ONCE)) {
    const task = sorted[place++];
    if (task === undefined || (query.has('done') && String(task.done) !== query.get('done'))) continue;
    if (words.every((word) => folded(task.name).includes(word))) items.push(task);
  }
  return { items, nextCursor: place < sorted.length ? (sorted[place - 1]?.id ?? null) : null };
}

function checkName(name: unknown): void {
  if (typeof name === 'string' && name !== '' && name.length <= 4096) return;
  throw new Rejection(422, 'invalid', {}, [{ in: 'body', pointer: '/name', code: 'too-long', limit: 4096 }]);
}
