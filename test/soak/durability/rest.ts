import type { SeenTask } from './task-model.js';
import { NotFound, NotRun, Rejected, type TaskCalls } from './task-user.js';

/** A session or token: its name, and what its user sends. */
export interface Credential {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The cookies that it sets, as a request sends them. */
  readonly cookie: string;
}

/** Sends a request. @throws Error when no answer came. */
export async function send(
  origin: string,
  method: string,
  path: string,
  { headers }: Pick<Credential, 'headers'>,
  body?: object,
): Promise<Answer> {
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { origin, ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const cookies = response.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
    cookie: cookies.join('; '),
  };
}

/** The calls on tasks with a credential. @param onAnswer Receives each answer. */
export function overRest(origin: string, credential: Credential, onAnswer: (answer: Answer) => void): TaskCalls {
  const call = async (method: string, path: string, body?: object): Promise<Answer['body']> => {
    const answer = await send(origin, method, `/tasks${path}`, credential, body);
    onAnswer(answer);
    const { status } = answer;
    if (status < 300) return answer.body;
    if (status === 404) throw new NotFound();
    if (status === 401 || status === 429) throw new NotRun();
    const problem = `${String(status)} ${JSON.stringify(answer.body)}`;
    throw status < 500 ? new Rejected(problem) : new Error(problem);
  };
  const page = async (query: Readonly<Record<string, string>>): ReturnType<TaskCalls['page']> => {
    const body = await call('GET', `?${new URLSearchParams(query).toString()}`);
    const cursor = body.nextCursor as string | null;
    return { tasks: (body.items as SeenTask[]).map(seen), cursor: cursor ?? undefined };
  };
  return {
    // The API adds no done tasks.
    add: async (name) => seen(await call('POST', '', { name })),
    create: async (id, name) => seen(await call('POST', '', { id, name })),
    change: async (id, changes) => seen(await call('PATCH', `/${id}`, changes)),
    remove: async (id) => {
      await call('DELETE', `/${id}`);
    },
    get: async (id) => seen(await call('GET', `/${id}`)),
    all: async () => (await page({})).tasks,
    page: (limit, after, done) =>
      page({ limit: String(limit), ...(after && { after }), ...(done !== undefined && { done: String(done) }) }),
    count: async () => {
      const { open, done } = await call('GET', '/counts');
      return { open: Number(open), done: Number(done) };
    },
    // The API removes done tasks only.
    removeAll: async () => Number((await call('DELETE', '?done=true')).removed),
  };
}

function seen(body: Partial<SeenTask>): SeenTask {
  const { id = '', name = '', done = false, createdOn = '' } = body;
  return { id, name, done, createdOn };
}
