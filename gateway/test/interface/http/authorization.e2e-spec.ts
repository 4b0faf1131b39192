import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { API_CONTROLLERS } from '../../../src/interface/http/api.js';
import { routesOf } from '../../../src/interface/http/openapi/routes-of.js';
import type { Access } from '../../../src/interface/http/operation.js';
import type { Answer, TestClient } from '../../support/test-client.js';
import { firstList, newList } from '../../support/shared-list.js';
import { PASSWORD, TestGateway } from '../../support/test-gateway.js';

/** A caller of a request that the owner of the account could make. */
type Caller =
  | 'nobody'
  | 'owner'
  | 'read token'
  | 'write token'
  | 'expired session'
  | 'ended session'
  | 'expired token'
  | 'revoked token'
  | 'session of a deleted account'
  | 'token of a deleted account'
  | 'cookie and token';

const CALLERS: readonly Caller[] = [
  'nobody',
  'owner',
  'read token',
  'write token',
  'expired session',
  'ended session',
  'expired token',
  'revoked token',
  'session of a deleted account',
  'token of a deleted account',
  'cookie and token',
];

/** Expected statuses by access rule; `ok`: the same as for the owner. */
const EXPECTED: Readonly<Record<Access, Readonly<Record<Caller, number | 'ok'>>>> = {
  public: {
    nobody: 'ok',
    owner: 'ok',
    'read token': 'ok',
    'write token': 'ok',
    'expired session': 'ok',
    'ended session': 'ok',
    'expired token': 'ok',
    'revoked token': 'ok',
    'session of a deleted account': 'ok',
    'token of a deleted account': 'ok',
    'cookie and token': 400,
  },
  session: {
    nobody: 401,
    owner: 'ok',
    'read token': 403,
    'write token': 403,
    'expired session': 401,
    'ended session': 401,
    'expired token': 401,
    'revoked token': 401,
    'session of a deleted account': 401,
    'token of a deleted account': 401,
    'cookie and token': 400,
  },
  'tasks:read': {
    nobody: 401,
    owner: 'ok',
    'read token': 'ok',
    'write token': 403,
    'expired session': 401,
    'ended session': 401,
    'expired token': 401,
    'revoked token': 401,
    'session of a deleted account': 401,
    'token of a deleted account': 401,
    'cookie and token': 400,
  },
  'tasks:write': {
    nobody: 401,
    owner: 'ok',
    'read token': 403,
    'write token': 'ok',
    'expired session': 401,
    'ended session': 401,
    'expired token': 401,
    'revoked token': 401,
    'session of a deleted account': 401,
    'token of a deleted account': 401,
    'cookie and token': 400,
  },
};

/** A request, and the owner's status for it; `:list` is a list of the owner. */
interface Sample {
  readonly path?: string;
  readonly body?: object;
  readonly status: number;
}

const TASK = '6925c1f00a1b2c3d4e5f6071';
/** A task in a list that is not the first one. */
const LIST_TASK = '6925c1f00a1b2c3d4e5f6072';
const UNKNOWN = 'f'.repeat(32);
const DAY_MS = 86_400_000;

const SAMPLES: Readonly<Record<string, Sample>> = {
  'GET /accounts/rules': { status: 200 },
  'POST /accounts': { body: { username: 'x', password: 'y' }, status: 422 },
  'POST /session': { body: { username: 'nobody', password: 'wrong' }, status: 401 },
  'GET /session': { status: 200 },
  'DELETE /session': { status: 204 },
  'POST /session/confirmation': { body: { password: PASSWORD }, status: 204 },
  'POST /session/recovery': {
    body: { username: 'nobody', recoveryCode: 'none', newPassword: 'another horse battery staple' },
    status: 401,
  },
  'GET /sessions': { status: 200 },
  'DELETE /sessions': { status: 204 },
  'DELETE /sessions/:id': { path: `/sessions/${UNKNOWN}`, status: 404 },
  'PUT /account/password': {
    body: { currentPassword: PASSWORD, newPassword: 'another horse battery staple' },
    status: 204,
  },
  'POST /account/recovery-code': { status: 200 },
  'PATCH /account': { body: { timeZone: 'Europe/Berlin' }, status: 204 },
  'GET /account/export': { status: 200 },
  'DELETE /account': { body: { password: PASSWORD }, status: 204 },
  'GET /tokens': { status: 200 },
  'POST /tokens': {
    body: { name: 'sample', scopes: ['tasks:read'], expiresAt: '2027-01-01T00:00:00Z' },
    status: 201,
  },
  'DELETE /tokens/:id': { path: `/tokens/${UNKNOWN}`, status: 404 },
  'GET /tasks': { status: 200 },
  'POST /tasks': { body: { name: 'sample' }, status: 201 },
  'DELETE /tasks': { path: '/tasks?done=true', status: 200 },
  'GET /tasks/counts': { status: 200 },
  'GET /tasks/:id': { path: `/tasks/${TASK}`, status: 200 },
  'PATCH /tasks/:id': { path: `/tasks/${TASK}`, body: { done: true }, status: 200 },
  'DELETE /tasks/:id': { path: `/tasks/${TASK}`, status: 204 },
  'POST /tasks/:id/move': { path: `/tasks/${TASK}/move`, body: { list: ':list' }, status: 200 },
  'GET /lists': { status: 200 },
  'POST /lists': { body: { name: 'sample' }, status: 201 },
  'GET /lists/:list': { status: 200 },
  'PATCH /lists/:list': { body: { name: 'renamed' }, status: 200 },
  'DELETE /lists/:list': { status: 204 },
  'POST /lists/:list/restoration': { status: 200 },
  'POST /lists/:list/import': { body: { tasks: [] }, status: 200 },
  'GET /lists/:list/export': { status: 200 },
  'GET /lists/:list/tasks': { status: 200 },
  'POST /lists/:list/tasks': { body: { name: 'sample' }, status: 201 },
  'DELETE /lists/:list/tasks': { path: '/lists/:list/tasks?done=true', status: 200 },
  'GET /lists/:list/tasks/counts': { status: 200 },
  'GET /lists/:list/tasks/:id': { path: `/lists/:list/tasks/${LIST_TASK}`, status: 200 },
  'PATCH /lists/:list/tasks/:id': { path: `/lists/:list/tasks/${LIST_TASK}`, body: { done: true }, status: 200 },
  'DELETE /lists/:list/tasks/:id': { path: `/lists/:list/tasks/${LIST_TASK}`, status: 204 },
  'POST /lists/:list/tasks/:id/move': {
    path: `/lists/:list/tasks/${LIST_TASK}/move`,
    body: { list: ':list' },
    status: 200,
  },
  'GET /lists/:list/members': { status: 200 },
  'PATCH /lists/:list/members/:member': {
    path: `/lists/:list/members/${UNKNOWN}`,
    body: { role: 'viewer' },
    status: 404,
  },
  'DELETE /lists/:list/members/:member': { path: `/lists/:list/members/${UNKNOWN}`, status: 404 },
  'GET /lists/:list/invitations': { status: 200 },
  'POST /lists/:list/invitations': { body: { role: 'viewer' }, status: 201 },
  'DELETE /lists/:list/invitations/:invitation': { path: `/lists/:list/invitations/${UNKNOWN}`, status: 404 },
  'POST /invitations/lookup': { body: { secret: 'wrong' }, status: 404 },
  'POST /invitations/acceptance': { body: { secret: 'wrong', name: 'sample' }, status: 404 },
  'GET /agenda': { path: '/agenda?view=due', status: 200 },
  'POST /batch': { body: { operations: [{ op: 'remove', id: TASK }] }, status: 200 },
  'GET /events': { status: 200 },
  'GET /openapi.json': { status: 200 },
};

const routes = routesOf(API_CONTROLLERS);

describe('authorization', () => {
  const start = new Date('2026-11-25T12:00:00Z');
  let now = start;
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start({}, { now: () => now });
  });

  beforeEach(() => {
    now = start;
  });

  afterAll(() => gateway.stop());

  const cases = routes.flatMap(({ method, path, operation }) =>
    CALLERS.map((caller) => ({
      name: `${method} ${path}`,
      method,
      path,
      access: operation?.access ?? 'session',
      caller,
    })),
  );

  test.each(cases)('$name by $caller', async ({ name, method, path, access, caller }) => {
    const sample = SAMPLES[name];
    if (sample === undefined) throw new Error(`There is no sample of ${name}`);
    const { client, headers, list } = await call(caller, path);
    const expected = EXPECTED[access][caller];
    const answer = await open(
      client,
      method,
      withList(sample.path ?? path, list),
      withList(sample.body, list),
      headers,
    );
    expect(answer).toEqual({ status: expected === 'ok' ? sample.status : expected });
  });

  test('covers every route with every caller', () => {
    expect(Object.keys(SAMPLES).sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    expect(cases.length).toBe(routes.length * CALLERS.length);
  });

  const foreign = routes.filter(({ path }) => /\/:(?:id|list)(?:$|\/)/.test(path));

  test.each(foreign.map(({ method, path }) => ({ method, path })))(
    '$method $path of another user is answered like an unknown one',
    async ({ method, path }) => {
      const [owner, other] = [await gateway.user(), await gateway.user()];
      const list = await newList(owner);
      const sample = SAMPLES[`${method} ${path}`];
      const body = path.endsWith('/move') ? { list: await firstList(other) } : sample?.body;
      const pathOf = (listId: string, id: string): string => {
        const end = sample?.path?.includes('?') ? '?done=true' : '';
        return (
          path
            .replace(':list', listId)
            .replace(':id', id)
            .replace(/:(?:member|invitation)/, UNKNOWN) + end
        );
      };
      const theirs = await other.send(method, pathOf(list, await idOf(owner, path, list)), body, {});
      const unknownId = path.includes('/tasks') ? 'f'.repeat(24) : UNKNOWN;
      const unknown = await other.send(method, pathOf(UNKNOWN, unknownId), body, {});
      expect(theirs.status).toBe(404);
      expect({ ...theirs.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
      expect(namesOf(theirs)).toEqual(namesOf(unknown));
    },
  );

  test.each(
    routes.filter(({ operation }) => operation?.access !== 'public').map(({ method, path }) => ({ method, path })),
  )('$method $path does nothing for a page that shows another account', async ({ method, path }) => {
    const { path: samplePath = path, body } = SAMPLES[`${method} ${path}`] ?? { status: 0 };
    const client = await gateway.user();
    const list = await firstList(client);
    const { status, body: problem } = await client.send(method, withList(samplePath, list), withList(body, list), {
      headers: { 'tasks-account': UNKNOWN },
    });
    expect({ status, type: problem.type }).toEqual({ status: 409, type: 'urn:tasks:problem:account-changed' });
    expect((await client.get('/session')).status).toBe(200);
  });

  async function idOf(owner: TestClient, path: string, list: string): Promise<string> {
    if (path.startsWith('/lists'))
      return (await owner.post(`/lists/${list}/tasks`, { name: 'theirs' })).body.id as string;
    if (path.startsWith('/sessions')) return ((await owner.get('/session')).body.session as { id: string }).id;
    if (path.startsWith('/tokens')) return (await token(owner, ['tasks:read'])).id;
    return (await owner.post('/tasks', { name: 'theirs' })).body.id as string;
  }

  /** A caller with the list and the task of the sample, as far as its path has them. */
  async function call(
    caller: Caller,
    path: string,
  ): Promise<{ client: TestClient; headers: Record<string, string>; list: string }> {
    const owner = await gateway.user();
    const isMove = path.endsWith('/move');
    const list = path.includes(':list') || isMove ? await newList(owner) : '';
    if (path.includes(':id')) {
      for (const id of [TASK, LIST_TASK]) gateway.tasks.forget(id);
      if (path.startsWith('/lists')) await owner.post(`/lists/${list}/tasks`, { name: 'sample', id: LIST_TASK });
      else await owner.post('/tasks', { name: 'sample', id: TASK });
    }
    return { ...(await callOf(caller, owner)), list };
  }

  async function callOf(
    caller: Caller,
    owner: TestClient,
  ): Promise<{ client: TestClient; headers: Record<string, string> }> {
    const bearer = async (scopes: string[]): Promise<Record<string, string>> => ({
      authorization: `Bearer ${(await token(owner, scopes)).token}`,
    });
    const nobody = gateway.client();
    switch (caller) {
      case 'nobody':
        return { client: nobody, headers: {} };
      case 'owner':
        return { client: owner, headers: {} };
      case 'read token':
        return { client: nobody, headers: await bearer(['tasks:read']) };
      case 'write token':
        return { client: nobody, headers: await bearer(['tasks:write']) };
      case 'expired session':
        now = new Date(start.getTime() + 15 * DAY_MS);
        return { client: owner, headers: {} };
      case 'ended session':
        await owner.copy().delete('/session');
        return { client: owner, headers: {} };
      case 'expired token': {
        const headers = await bearer(['tasks:read', 'tasks:write']);
        now = new Date(start.getTime() + 400 * DAY_MS);
        return { client: nobody, headers };
      }
      case 'revoked token': {
        const { id, token: secret } = await token(owner, ['tasks:read', 'tasks:write']);
        await owner.delete(`/tokens/${id}`);
        return { client: nobody, headers: { authorization: `Bearer ${secret}` } };
      }
      case 'session of a deleted account':
        await owner.copy().delete('/account', { password: PASSWORD });
        return { client: owner, headers: {} };
      case 'token of a deleted account': {
        const headers = await bearer(['tasks:read', 'tasks:write']);
        await owner.delete('/account', { password: PASSWORD });
        return { client: nobody, headers };
      }
      case 'cookie and token':
        return { client: owner, headers: await bearer(['tasks:read', 'tasks:write']) };
    }
  }
});

async function token(owner: TestClient, scopes: string[]): Promise<{ id: string; token: string }> {
  const expiresAt = '2027-06-01T00:00:00Z';
  const { body, status } = await owner.post('/tokens', { name: 't', scopes, lists: 'all', expiresAt });
  if (status !== 201) throw new Error(`No token: ${JSON.stringify(body)}`);
  return body as { id: string; token: string };
}

/** A sample with the id of a list. */
function withList<Value>(value: Value, list: string): Value {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value).replaceAll(':list', list)) as Value);
}

/** Only the status: an event stream has no end. */
async function open(
  client: TestClient,
  method: string,
  path: string,
  body: object | undefined,
  headers: Record<string, string>,
): Promise<{ status: number }> {
  const abort = new AbortController();
  const response = await client.fetch(method, path, body, { headers, signal: abort.signal });
  abort.abort();
  return { status: response.status };
}

function namesOf({ headers }: Answer): string[] {
  return [...headers.keys()].sort();
}
