import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { API_CONTROLLERS } from '../../../src/interface/http/api.js';
import { routesOf } from '../../../src/interface/http/openapi/routes-of.js';
import { accountId, firstList, invite, joined, memberId, newList } from '../../support/shared-list.js';
import type { TestClient } from '../../support/test-client.js';
import { PASSWORD, TestGateway } from '../../support/test-gateway.js';

const DAY_MS = 86_400_000;
const TASK = '6925c1f00a1b2c3d4e5f6081';
const UNKNOWN = 'f'.repeat(32);

/** Somebody who asks for a list, and how. */
const CALLERS = [
  'owner',
  'editor',
  'viewer',
  'former member',
  'stranger',
  'read token',
  'token of this list',
  'token of another list',
  'expired token',
  'revoked token',
  'ended session',
  'deleted account',
] as const;
type Caller = (typeof CALLERS)[number];

/** What a route of a list needs. `read`, `change`: of its tasks; `own`: everything else; `self`: any member, by session. */
type Need = 'read' | 'change' | 'settings' | 'own' | 'self';

/** Expected statuses; `ok`: that of the sample. Tokens are those of an editor. */
const EXPECTED: Readonly<Record<Need, Readonly<Record<Caller, number | 'ok'>>>> = {
  read: row({ owner: 'ok', editor: 'ok', viewer: 'ok', 'read token': 'ok', 'token of this list': 'ok' }),
  change: row({ owner: 'ok', editor: 'ok', viewer: 403, 'read token': 403, 'token of this list': 'ok' }),
  settings: row({ owner: 'ok', editor: 403, viewer: 403, 'read token': 403, 'token of this list': 403 }),
  self: row({
    owner: 'ok',
    editor: 'ok',
    viewer: 'ok',
    'read token': 403,
    'token of this list': 403,
    'token of another list': 403,
  }),
  own: row({
    owner: 'ok',
    editor: 403,
    viewer: 403,
    'read token': 403,
    'token of this list': 403,
    'token of another list': 403,
  }),
};

function row(members: Partial<Record<Caller, number | 'ok'>>): Readonly<Record<Caller, number | 'ok'>> {
  return {
    owner: 'ok',
    editor: 'ok',
    viewer: 'ok',
    'former member': 404,
    stranger: 404,
    'read token': 'ok',
    'token of this list': 'ok',
    'token of another list': 404,
    'expired token': 401,
    'revoked token': 401,
    'ended session': 401,
    'deleted account': 401,
    ...members,
  };
}

interface Sample {
  readonly need: Need;
  readonly status: number;
  readonly path?: string;
  readonly body?: object;
}

/** Routes of one list; `:list` is the shared list, `:own` the first list of the caller. */
const SAMPLES: Readonly<Record<string, Sample>> = {
  'GET /lists/:list': { need: 'read', status: 200 },
  'PATCH /lists/:list': { need: 'settings', body: { name: 'renamed' }, status: 200 },
  'DELETE /lists/:list': { need: 'own', status: 204 },
  'POST /lists/:list/restoration': { need: 'own', status: 200 },
  'POST /lists/:list/import': { need: 'own', body: { tasks: [] }, status: 200 },
  'GET /lists/:list/export': { need: 'read', status: 200 },
  'GET /lists/:list/tasks': { need: 'read', status: 200 },
  'POST /lists/:list/tasks': { need: 'change', body: { name: 'sample' }, status: 201 },
  'DELETE /lists/:list/tasks': { need: 'change', path: '/lists/:list/tasks?done=true', status: 200 },
  'GET /lists/:list/tasks/counts': { need: 'read', status: 200 },
  'GET /lists/:list/tasks/:id': { need: 'read', path: `/lists/:list/tasks/${TASK}`, status: 200 },
  'PATCH /lists/:list/tasks/:id': {
    need: 'change',
    path: `/lists/:list/tasks/${TASK}`,
    body: { done: true },
    status: 200,
  },
  'DELETE /lists/:list/tasks/:id': { need: 'change', path: `/lists/:list/tasks/${TASK}`, status: 204 },
  'POST /lists/:list/tasks/:id/move': {
    need: 'change',
    path: `/lists/:list/tasks/${TASK}/move`,
    body: { list: ':list' },
    status: 200,
  },
  'GET /lists/:list/members': { need: 'self', status: 200 },
  'PATCH /lists/:list/members/:member': {
    need: 'own',
    path: `/lists/:list/members/${UNKNOWN}`,
    body: { role: 'viewer' },
    status: 404,
  },
  'DELETE /lists/:list/members/:member': { need: 'self', path: `/lists/:list/members/${UNKNOWN}`, status: 404 },
  'GET /lists/:list/invitations': { need: 'own', status: 200 },
  'POST /lists/:list/invitations': { need: 'own', body: { role: 'viewer' }, status: 201 },
  'DELETE /lists/:list/invitations/:invitation': {
    need: 'own',
    path: `/lists/:list/invitations/${UNKNOWN}`,
    status: 404,
  },
};

/** Differs from its row: editors import, too. */
const EDITORS_TOO = 'POST /lists/:list/import';

const routes = routesOf(API_CONTROLLERS).filter(({ path }) => path.includes(':list'));

interface CallerRequest {
  readonly client: TestClient;
  readonly headers: Record<string, string>;
  readonly list: string;
}

describe('sharing', () => {
  const start = new Date();
  let now = start;
  let gateway: TestGateway;
  /** Texts of all answers. */
  const answers: string[] = [];

  beforeAll(async () => {
    gateway = await TestGateway.start({}, { now: () => now });
  });

  afterAll(() => gateway.stop());

  const cases = routes.map(({ method, path }) => `${method} ${path}`);

  test.each(cases)('%s by everybody', async (name) => {
    const sample = SAMPLES[name];
    if (sample === undefined) throw new Error(`There is no sample of ${name}`);
    const [method = '', path = ''] = name.split(' ');
    const found: Partial<Record<Caller, number>> = {};
    const expected: Partial<Record<Caller, number>> = {};
    for (const caller of CALLERS) {
      now = start;
      const { client, headers, list } = await call(caller);
      const body = sample.body && (JSON.parse(JSON.stringify(sample.body).replace(':list', list)) as object);
      const requestPath = (sample.path ?? path).replace(':list', list);
      const { status, text } = await client.send(method, requestPath, body, { headers });
      answers.push(text);
      found[caller] = status;
      const wanted = name === EDITORS_TOO && caller === 'editor' ? 'ok' : EXPECTED[sample.need][caller];
      expected[caller] = wanted === 'ok' ? sample.status : wanted;
    }
    expect(found).toEqual(expected);
  });

  test('covers every route of a list', () => {
    expect(Object.keys(SAMPLES).sort()).toEqual([...cases].sort());
  });

  test('shows nobody the owner of tasks, nor accounts and log-in names of others', async () => {
    const [ada, bob] = [await gateway.user('ada-the-owner'), await gateway.user('bob-the-member')];
    const list = await newList(ada);
    const first = await firstList(ada);
    for (const shared of [list, first]) {
      const secret = await invite(ada, shared, 'editor');
      for (const [path, body] of [
        ['/invitations/lookup', { secret }],
        ['/invitations/acceptance', { secret, name: 'Bob' }],
      ] as const) {
        answers.push((await bob.post(path, body)).text);
      }
      await ada.post(`/lists/${shared}/tasks`, { name: 'milk', dueOn: '2026-12-01', starred: true });
    }
    const adas = await accountId(ada);
    const seen: string[] = [];
    for (const path of [
      '/lists',
      ...['', '/tasks', '/members', '/export', '/export?format=csv', '/tasks/counts'].flatMap((end) => [
        `/lists/${list}${end}`,
        `/lists/${first}${end}`,
      ]),
      '/agenda?view=due',
      '/agenda?view=starred',
      '/account/export',
      '/lists?deleted=true',
    ]) {
      const { status, text, headers } = await bob.get(path);
      expect({ path, status }).toEqual({ path, status: 200 });
      seen.push(text, JSON.stringify([...headers]));
    }
    for (const text of seen) {
      expect(text).not.toContain(adas);
      expect(text).not.toContain('ada-the-owner');
    }
    const hidden = await hiddenOwners();
    expect(hidden.length).toBeGreaterThan(cases.length);
    const written = [...answers, ...seen, JSON.stringify(gateway.logged)].join('\n');
    expect(hidden.filter((ownerId) => written.includes(ownerId))).toEqual([]);
    // The check would find one.
    expect(`${written} ${hidden[0] ?? ''}`.includes(hidden[0] ?? 'none')).toBe(true);
  });

  /** The owners of tasks in lists that are no first ones. */
  async function hiddenOwners(): Promise<string[]> {
    const accounts = new Set(
      gateway.logged.flatMap(({ audit }) => (audit as { accountId?: string } | undefined)?.accountId ?? []),
    );
    return Promise.resolve([...gateway.tasks.seenOwners].filter((ownerId) => !accounts.has(ownerId)));
  }

  /** A caller for a shared list with a task. */
  async function call(caller: Caller): Promise<CallerRequest> {
    const owner = await gateway.user();
    const list = await newList(owner);
    gateway.tasks.forget(TASK);
    await owner.post(`/lists/${list}/tasks`, { name: 'sample', id: TASK });
    const nobody = gateway.client();
    const asEditor = async (
      fields: object,
    ): Promise<{ editor: TestClient; id: string; headers: Record<string, string> }> => {
      const editor = await joined(gateway, owner, list, 'editor');
      const expiresAt = new Date(start.getTime() + DAY_MS).toISOString();
      const scopes = ['tasks:read', 'tasks:write'];
      const { body } = await editor.post('/tokens', { name: 't', scopes, lists: [list], expiresAt, ...fields });
      return { editor, id: String(body.id), headers: { authorization: `Bearer ${String(body.token)}` } };
    };
    switch (caller) {
      case 'owner':
        return { client: owner, headers: {}, list };
      case 'editor':
      case 'viewer':
        return { client: await joined(gateway, owner, list, caller), headers: {}, list };
      case 'former member': {
        const client = await joined(gateway, owner, list, 'editor');
        await owner.delete(`/lists/${list}/members/${await memberId(owner, list, 'a editor')}`);
        return { client, headers: {}, list };
      }
      case 'stranger':
        return { client: await gateway.user(), headers: {}, list };
      case 'read token':
        return { client: nobody, headers: (await asEditor({ scopes: ['tasks:read'] })).headers, list };
      case 'token of this list':
        return { client: nobody, headers: (await asEditor({})).headers, list };
      case 'token of another list':
        return { client: nobody, headers: (await asEditor({ lists: undefined })).headers, list };
      case 'expired token': {
        const { headers } = await asEditor({});
        now = new Date(start.getTime() + DAY_MS);
        return { client: nobody, headers, list };
      }
      case 'revoked token': {
        const { editor, id, headers } = await asEditor({});
        await editor.delete(`/tokens/${id}`);
        return { client: nobody, headers, list };
      }
      case 'ended session': {
        const client = await joined(gateway, owner, list, 'editor');
        await client.copy().delete('/session');
        return { client, headers: {}, list };
      }
      case 'deleted account': {
        const client = await joined(gateway, owner, list, 'editor');
        await client.copy().delete('/account', { password: PASSWORD });
        return { client, headers: {}, list };
      }
    }
  }
});
