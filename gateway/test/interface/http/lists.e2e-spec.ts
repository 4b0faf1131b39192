import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { unique } from '../../support/builders.js';
import { firstList, invite, joined, memberId, newList } from '../../support/shared-list.js';
import type { Answer, TestClient } from '../../support/test-client.js';
import { TestGateway } from '../../support/test-gateway.js';

const DAY_MS = 86_400_000;

describe('lists', () => {
  const start = Date.now();
  let now = new Date(start);
  let gateway: TestGateway;
  let owner: TestClient;

  beforeAll(async () => {
    gateway = await TestGateway.start({}, { now: () => now });
  });

  beforeEach(async () => {
    now = new Date(start);
    owner = await gateway.user();
  });

  afterAll(() => gateway.stop());

  const idsOf = ({ body }: Answer): string[] => (body.items as { id: string }[]).map(({ id }) => id);

  test('of a new account are one without a name, whose tasks are those of /tasks', async () => {
    const { body } = await owner.get('/lists');
    expect(body.items).toEqual([
      {
        id: expect.stringMatching(/^[\da-f]{32}$/),
        name: null,
        color: null,
        position: null,
        role: 'owner',
        members: 1,
        isFirst: true,
        totals: { open: 0, done: 0, overdue: 0, dueToday: 0 },
      },
    ]);
    const first = await firstList(owner);
    const { body: task } = await owner.post(`/lists/${first}/tasks`, { name: 'milk' });
    expect((await owner.get(`/tasks/${String(task.id)}`)).body).toEqual(task);
    expect((await owner.get(`/lists/${first}`)).body).toMatchObject({ totals: { open: 1 } });
  });

  test('have tasks of their own', async () => {
    const list = await newList(owner);
    const created = await owner.post(`/lists/${list}/tasks`, { name: 'milk' });
    expect(created.status).toBe(201);
    const path = created.headers.get('location') ?? '';
    expect(path).toBe(`/api/v1/lists/${list}/tasks/${String(created.body.id)}`);
    expect((await owner.get(path)).body).toEqual(created.body);
    expect((await owner.get(`/tasks/${String(created.body.id)}`)).status).toBe(404);
    expect((await owner.get('/tasks')).body.items).toEqual([]);
    await owner.post(`/lists/${list}/tasks`, { name: 'bread' });
    const page = await owner.get(`/lists/${list}/tasks?limit=1`);
    expect(page.headers.get('link')).toContain(`</api/v1/lists/${list}/tasks?limit=1&after=`);
    await owner.patch(path, { done: true });
    expect((await owner.get(`/lists/${list}/tasks/counts`)).body).toEqual({ open: 1, done: 1 });
    expect((await owner.delete(`/lists/${list}/tasks?done=true`)).body).toEqual({ removed: 1, more: false });
  });

  test('are added once per id, which the client may choose', async () => {
    const list = { id: unique(), name: 'Groceries', color: 'teal', position: 'a0' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => owner.copy().post('/lists', list)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    for (const { body, headers } of answers) {
      expect(body).toMatchObject({ ...list, role: 'owner', isFirst: false });
      expect(headers.get('location')).toBe(`/api/v1/lists/${list.id}`);
    }
    expect(idsOf(await owner.get('/lists'))).toEqual([await firstList(owner), list.id]);
    expect((await owner.post('/lists', { name: 'Party' })).status).toBe(201);
    expect((await (await gateway.user()).post('/lists', list)).status).toBe(409);
  });

  test("have an id that is nobody else's first list, which its owner can still rename", async () => {
    const id = await firstList(owner);
    const other = await gateway.user();
    expect((await other.post('/lists', { id, name: 'x' })).body).toMatchObject({
      type: expect.stringContaining('id-taken'),
    });
    expect((await owner.patch(`/lists/${id}`, { name: 'Home' })).body).toMatchObject({ id, name: 'Home' });
  });

  test.each([
    ['no name', {}],
    ['an invisible name', { name: ' \u200b' }],
    ['a name of 101 characters', { name: 'x'.repeat(101) }],
    ['an id in upper case', { name: 'x', id: 'F'.repeat(32) }],
    ['a color that is none', { name: 'x', color: '#ff0000' }],
  ])('reject %s', async (_what, body) => {
    expect((await owner.post('/lists', body)).status).toBe(422);
  });

  test('are at most 200, also by concurrent requests', async () => {
    const names = Array.from({ length: 198 }, (_one, n) => `list ${String(n)}`);
    for (const name of names) expect((await owner.post('/lists', { name })).status).toBe(201);
    const answers = await Promise.all(Array.from({ length: 5 }, () => owner.copy().post('/lists', { name: 'last' })));
    expect(answers.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(1);
    expect(answers.filter(({ status }) => ![201, 409].includes(status))).toEqual([]);
    expect(idsOf(await owner.get('/lists')).length).toBeLessThanOrEqual(200);
  });

  test('are counted by one call to the task service', async () => {
    for (const name of ['one', 'two', 'three']) await newList(owner, name);
    const before = { ...gateway.tasks.calls };
    await owner.get('/lists');
    expect(gateway.tasks.calls).toEqual({ ...before, totals: (before.totals ?? 0) + 1 });
  });

  test('count what is due by the day of the reader', async () => {
    for (const dueOn of ['2026-12-01', '2026-12-02T09:30', '2026-12-03'])
      await owner.post('/tasks', { name: 'x', dueOn });
    const path = `/lists/${await firstList(owner)}`;
    expect((await owner.get(`${path}?today=2026-12-02`)).body.totals).toMatchObject({ overdue: 1, dueToday: 1 });
  });

  test('are renamed by their owner, the first one too', async () => {
    for (const list of [await firstList(owner), await newList(owner)]) {
      expect((await owner.patch(`/lists/${list}`, { name: 'Party' })).body).toMatchObject({ id: list, name: 'Party' });
      expect((await owner.get(`/lists/${list}`)).body).toMatchObject({ name: 'Party' });
    }
    expect(idsOf(await owner.get('/lists'))).toHaveLength(2);
  });

  test('have a color and a position for each member', async () => {
    const list = await newList(owner);
    const viewer = await joined(gateway, owner, list, 'viewer');
    await owner.patch(`/lists/${list}`, { color: 'red', position: 'a' });
    expect((await viewer.patch(`/lists/${list}`, { color: 'blue' })).body).toMatchObject({
      color: 'blue',
      position: null,
    });
    expect((await owner.get(`/lists/${list}`)).body).toMatchObject({ color: 'red', position: 'a' });
    expect((await owner.patch(`/lists/${list}`, { color: null })).body).toMatchObject({ color: null, position: 'a' });
  });

  test('keep every one of 20 concurrent changes by members', async () => {
    const list = await newList(owner);
    const viewer = await joined(gateway, owner, list, 'viewer');
    const changes = Array.from({ length: 10 }, (_one, n) => [
      owner.patch(`/lists/${list}`, { position: `a${String(n)}` }),
      viewer.patch(`/lists/${list}`, { color: n % 2 === 0 ? 'red' : 'blue' }),
    ]);
    for (const { status } of await Promise.all(changes.flat())) expect(status).toBe(200);
    expect((await owner.get(`/lists/${list}`)).body).toMatchObject({
      position: expect.stringMatching(/^a\d$/),
      color: null,
    });
    expect((await viewer.get(`/lists/${list}`)).body).toMatchObject({
      position: null,
      color: expect.stringMatching(/^(red|blue)$/),
    });
  });

  describe('that are deleted', () => {
    test('are hidden from all at once, and restored with members and tasks', async () => {
      const list = await newList(owner);
      const editor = await joined(gateway, owner, list, 'editor');
      await editor.post(`/lists/${list}/tasks`, { name: 'milk' });
      expect((await owner.delete(`/lists/${list}`)).status).toBe(204);
      for (const user of [owner, editor]) {
        expect((await user.get(`/lists/${list}/tasks`)).status).toBe(404);
        expect(idsOf(await user.get('/lists'))).not.toContain(list);
      }
      expect((await owner.delete(`/lists/${list}`)).status).toBe(404);
      const { items } = (await owner.get('/lists?deleted=true')).body as { items: { id: string; endsOn: string }[] };
      expect(items).toEqual([
        expect.objectContaining({ id: list, endsOn: new Date(start + 7 * DAY_MS).toISOString() }),
      ]);
      expect((await editor.get('/lists?deleted=true')).body.items).toEqual([]);
      expect((await editor.post(`/lists/${list}/restoration`)).status).toBe(404);
      for (let n = 0; n < 2; n++) expect((await owner.post(`/lists/${list}/restoration`)).status).toBe(200);
      expect((await editor.get(`/lists/${list}/tasks`)).body.items).toMatchObject([{ name: 'milk' }]);
    });

    test('are shown to a token only if it reaches them', async () => {
      const [list, other] = [await newList(owner), await newList(owner)];
      const expiresAt = new Date(start + DAY_MS).toISOString();
      const tokenOf = async (lists: unknown): Promise<string> => {
        const { body } = await owner.post('/tokens', { name: 't', scopes: ['tasks:read'], lists, expiresAt });
        return String(body.token);
      };
      const tokens = { limited: await tokenOf([list]), full: await tokenOf('all'), first: await tokenOf(undefined) };
      for (const id of [list, other]) await owner.delete(`/lists/${id}`);
      const deletedBy = async (token: string): Promise<string[]> => {
        const headers = { authorization: `Bearer ${token}` };
        return idsOf(await gateway.client().get('/lists?deleted=true', { headers })).sort();
      };
      expect(await deletedBy(tokens.limited)).toEqual([list]);
      expect(await deletedBy(tokens.full)).toEqual([list, other].sort());
      expect(await deletedBy(tokens.first)).toEqual([]);
    });

    test('can be restored for seven days', async () => {
      const list = await newList(owner);
      await owner.delete(`/lists/${list}`);
      now = new Date(start + 7 * DAY_MS);
      expect((await owner.get('/lists?deleted=true')).body.items).toEqual([]);
      expect((await owner.post(`/lists/${list}/restoration`)).status).toBe(404);
      now = new Date(now.getTime() - 1);
      expect((await owner.post(`/lists/${list}/restoration`)).status).toBe(200);
    });

    test('are never the first one', async () => {
      const first = await firstList(owner);
      const answer = await owner.delete(`/lists/${first}`);
      expect(answer).toMatchObject({ status: 403, body: { type: 'urn:tasks:problem:first-list' } });
      expect((await owner.post('/tasks', { name: 'still there' })).status).toBe(201);
    });
  });

  describe('that are shared', () => {
    test('are read by viewers, changed by editors, renamed by the owner alone', async () => {
      const list = await newList(owner);
      const [editor, viewer] = [
        await joined(gateway, owner, list, 'editor'),
        await joined(gateway, owner, list, 'viewer'),
      ];
      const { body: task } = await editor.post(`/lists/${list}/tasks`, { name: 'milk' });
      const path = `/lists/${list}/tasks/${String(task.id)}`;
      for (const user of [owner, editor, viewer]) expect((await user.get(path)).body).toEqual(task);
      for (const change of [
        await viewer.patch(path, { done: true }),
        await viewer.delete(path),
        await viewer.post(`/lists/${list}/tasks`, { name: 'x' }),
        await viewer.delete(`/lists/${list}/tasks?done=true`),
        await viewer.patch(`/lists/${list}`, { name: 'x' }),
        await editor.patch(`/lists/${list}`, { name: 'x' }),
        await editor.delete(`/lists/${list}`),
        await editor.post(`/lists/${list}/invitations`, { role: 'viewer' }),
        await editor.get(`/lists/${list}/invitations`),
      ]) {
        expect(change).toMatchObject({ status: 403, body: { type: 'urn:tasks:problem:role-too-low' } });
      }
      expect((await owner.get(path)).body).toEqual(task);
      expect((await editor.get(`/lists/${list}`)).body).toMatchObject({ role: 'editor', members: 3, isFirst: false });
    });

    test('may be first lists, which are no first lists of others', async () => {
      const list = await firstList(owner);
      const editor = await joined(gateway, owner, list, 'editor');
      await editor.post(`/lists/${list}/tasks`, { name: 'ours' });
      expect((await owner.get('/tasks')).body.items).toMatchObject([{ name: 'ours' }]);
      expect((await editor.get('/tasks')).body.items).toEqual([]);
      expect((await editor.get(`/lists/${list}`)).body).toMatchObject({ name: null, isFirst: false, role: 'editor' });
      expect(idsOf(await owner.get('/lists'))).toEqual([list]);
      expect(idsOf(await editor.get('/lists'))).toEqual([await firstList(editor), list]);
    });

    test('show members by the name that they chose, never by account or log-in name', async () => {
      const list = await newList(owner);
      const viewer = await joined(gateway, owner, list, 'viewer');
      const { body } = await viewer.get(`/lists/${list}/members`);
      expect(body.items).toEqual([
        { id: expect.any(String), name: null, role: 'owner', isSelf: false },
        { id: expect.any(String), name: 'a viewer', role: 'viewer', isSelf: true },
      ]);
      const [{ id: ownerMember } = { id: '' }, { id: self } = { id: '' }] = body.items as { id: string }[];
      expect((await owner.patch(`/lists/${list}/members/${ownerMember}`, { name: 'Ada' })).body.name).toBe('Ada');
      expect((await viewer.patch(`/lists/${list}/members/${self}`, { name: null })).body.name).toBeNull();
      expect(await owner.patch(`/lists/${list}/members/${self}`, { name: 'Bob' })).toMatchObject({
        status: 403,
        body: { detail: 'Only the member itself changes its name.' },
      });
      expect((await viewer.patch(`/lists/${list}/members/${ownerMember}`, { name: 'Bob' })).status).toBe(403);
    });

    test('obey a changed role at the next request', async () => {
      const list = await newList(owner);
      const member = await joined(gateway, owner, list, 'viewer');
      const path = `/lists/${list}/members/${await memberId(owner, list, 'a viewer')}`;
      expect((await member.patch(path, { role: 'editor' })).status).toBe(403);
      expect((await owner.patch(path, { role: 'editor' })).body).toMatchObject({ role: 'editor' });
      expect((await member.post(`/lists/${list}/tasks`, { name: 'x' })).status).toBe(201);
      await owner.patch(path, { role: 'viewer' });
      expect((await member.post(`/lists/${list}/tasks`, { name: 'x' })).status).toBe(403);
    });

    test('are left by members, and never by the owner', async () => {
      const list = await newList(owner);
      const viewer = await joined(gateway, owner, list, 'viewer');
      const { items } = (await owner.get(`/lists/${list}/members`)).body as { items: { id: string }[] };
      const [ownerPath = '', viewerPath = ''] = items.map(({ id }) => `/lists/${list}/members/${id}`);
      expect((await viewer.delete(ownerPath)).status).toBe(403);
      for (const answer of [await owner.delete(ownerPath), await owner.patch(ownerPath, { role: 'viewer' })]) {
        expect(answer).toMatchObject({ status: 403, body: { type: 'urn:tasks:problem:owner-stays' } });
      }
      expect((await viewer.delete(viewerPath)).status).toBe(204);
      expect((await viewer.get(`/lists/${list}`)).status).toBe(404);
      expect((await owner.get(`/lists/${list}`)).body).toMatchObject({ members: 1 });
    });

    test('end for a removed member at once, with all open invitations', async () => {
      const list = await newList(owner);
      const editor = await joined(gateway, owner, list, 'editor');
      const secret = await invite(owner, list, 'editor', 5);
      const path = `/lists/${list}/members/${await memberId(owner, list, 'a editor')}`;
      expect((await owner.delete(path)).status).toBe(204);
      expect((await editor.get(`/lists/${list}/tasks`)).status).toBe(404);
      expect((await editor.post('/invitations/acceptance', { secret, name: 'again' })).status).toBe(404);
      expect((await owner.get(`/lists/${list}/invitations`)).body.items).toEqual([]);
      expect((await owner.delete(path)).status).toBe(404);
    });
  });

  describe('invitations', () => {
    test('are shown to a person, then accepted, once for each use', async () => {
      const list = await newList(owner);
      const secret = await invite(owner, list, 'editor', 2);
      const [one, two, three] = [await gateway.user(), await gateway.user(), await gateway.user()];
      expect((await one.post('/invitations/lookup', { secret })).body).toEqual({
        list: { name: 'Groceries' },
        role: 'editor',
      });
      for (let n = 0; n < 2; n++) {
        const { status, body } = await one.post('/invitations/acceptance', { secret, name: 'One' });
        expect({ status, body }).toMatchObject({ status: 200, body: { id: list, role: 'editor', members: 2 } });
      }
      expect((await two.post('/invitations/acceptance', { secret, name: 'Two' })).status).toBe(200);
      expect((await three.post('/invitations/acceptance', { secret, name: 'Three' })).status).toBe(404);
      expect((await three.post('/invitations/lookup', { secret })).status).toBe(404);
      expect((await two.post('/invitations/acceptance', { secret, name: 'Two' })).status).toBe(200);
    });

    test('with one use let one of ten accounts in at once', async () => {
      const list = await newList(owner);
      const secret = await invite(owner, list, 'viewer');
      const users = await Promise.all(Array.from({ length: 10 }, () => gateway.user()));
      const answers = await Promise.all(
        users.map((user) => user.post('/invitations/acceptance', { secret, name: 'x' })),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 404)).toHaveLength(9);
      expect((await owner.get(`/lists/${list}`)).body).toMatchObject({ members: 2 });
    });

    test('change no role of a member', async () => {
      const list = await newList(owner);
      const viewer = await joined(gateway, owner, list, 'viewer');
      const secret = await invite(owner, list, 'editor');
      expect((await viewer.post('/invitations/acceptance', { secret, name: 'x' })).body).toMatchObject({
        role: 'viewer',
      });
      expect((await owner.post('/invitations/acceptance', { secret, name: 'x' })).body).toMatchObject({
        role: 'owner',
      });
      expect((await owner.get(`/lists/${list}/invitations`)).body.items).toMatchObject([{ uses: 1 }]);
    });

    test.each<[string, (list: string, id: string) => Promise<unknown> | undefined]>([
      ['withdrawn', (list, id) => owner.delete(`/lists/${list}/invitations/${id}`)],
      ['expired', () => void (now = new Date(start + 7 * DAY_MS))],
      ['of a deleted list', (list) => owner.delete(`/lists/${list}`)],
    ])('that are %s are 404, as wrong ones are', async (_what, end) => {
      const list = await newList(owner);
      const { body } = await owner.post(`/lists/${list}/invitations`, { role: 'viewer' });
      const user = await gateway.user();
      await end(list, body.id as string);
      const wrong = await user.post('/invitations/lookup', { secret: `${list}.${'x'.repeat(43)}` });
      for (const path of ['/invitations/lookup', '/invitations/acceptance']) {
        const named = path.endsWith('acceptance') ? { name: 'x' } : {};
        const answer = await user.post(path, { secret: body.secret, ...named });
        expect({ ...answer.body, instance: '' }).toEqual({ ...wrong.body, instance: '' });
        expect(answer.status).toBe(404);
      }
    });

    test('show no secret again, and are 20 at most', async () => {
      const list = await newList(owner);
      for (let n = 0; n < 20; n++) await invite(owner, list, 'viewer');
      expect((await owner.post(`/lists/${list}/invitations`, { role: 'viewer' })).status).toBe(409);
      const { items } = (await owner.get(`/lists/${list}/invitations`)).body as { items: object[] };
      expect(items).toHaveLength(20);
      for (const item of items) expect(Object.keys(item).sort()).toEqual(['expiresAt', 'id', 'role', 'uses']);
      now = new Date(start + 7 * DAY_MS);
      expect((await owner.get(`/lists/${list}/invitations`)).body.items).toEqual([]);
    });

    test('let 50 members in at most', async () => {
      const list = await newList(owner);
      const secret = await invite(owner, list, 'viewer', 50);
      for (let n = 0; n < 49; n++) {
        const user = await gateway.user();
        expect((await user.post('/invitations/acceptance', { secret, name: 'x' })).status).toBe(200);
      }
      const last = await (await gateway.user()).post('/invitations/acceptance', { secret, name: 'x' });
      expect(last).toMatchObject({ status: 409, body: { type: 'urn:tasks:problem:limit-reached' } });
    });

    test.each([
      ['the role owner', { role: 'owner' }],
      ['an expiry in the past', { role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }],
      ['an expiry after a year', { role: 'viewer', expiresAt: new Date(start + 367 * DAY_MS).toISOString() }],
      ['no use', { role: 'viewer', uses: 0 }],
      ['51 uses', { role: 'viewer', uses: 51 }],
    ])('reject %s', async (_what, body) => {
      expect((await owner.post(`/lists/${await newList(owner)}/invitations`, body)).status).toBe(422);
    });
  });
});
