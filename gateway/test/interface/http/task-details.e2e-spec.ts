import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestClient } from '../../support/test-client.js';
import { TestGateway } from '../../support/test-gateway.js';

describe('details of tasks', () => {
  let gateway: TestGateway;
  let user: TestClient;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    user = await gateway.user();
  });

  afterAll(() => gateway.stop());

  const details = {
    note: 'milk',
    dueOn: '2026-12-01T09:30',
    starred: true,
    repeat: 'FREQ=WEEKLY;BYDAY=TU',
    position: 'a0Z',
  };

  test('are stored with a new task, changed by PATCH, and removed by null', async () => {
    const { body } = await user.post('/tasks', { name: 'all of it', ...details });
    expect(body).toMatchObject({ ...details, noteLength: 4, done: false });
    const path = `/tasks/${String(body.id)}`;
    const changed = await user.patch(path, { note: 'bread', starred: false, dueOn: '2026-12-02', position: 'b' });
    expect(changed.body).toMatchObject({ note: 'bread', starred: false, dueOn: '2026-12-02', position: 'b' });
    expect(changed.body.changedOn).toEqual(expect.any(String));
    const cleared = await user.patch(path, { note: null, dueOn: null, repeat: null, position: null });
    for (const field of ['note', 'noteLength', 'dueOn', 'repeat', 'position']) {
      expect(cleared.body).not.toHaveProperty(field);
    }
    expect((await user.get(path)).body).toEqual(cleared.body);
  });

  test('of a task from elsewhere are its times as well', async () => {
    const times = { createdOn: '2020-01-02T03:04:05.000Z', doneOn: '2020-02-03T04:05:06.000Z' };
    expect((await user.post('/tasks', { name: 'old', done: true, ...times })).body).toMatchObject({
      done: true,
      ...times,
    });
  });

  test('a long note is whole with its task, and shortened in lists, with its length and steps', async () => {
    const reader = await gateway.user();
    const steps = '- [x] milk\n- [ ] bread\n* [X] eggs\n';
    const note = steps + '🥛'.repeat(2_000);
    const { body } = await reader.post('/tasks', { name: 'shop', note });
    const expected = { noteLength: note.length, steps: { done: 2, total: 3 } };
    expect((await reader.get(`/tasks/${String(body.id)}`)).body).toMatchObject({ note, ...expected });
    const { items } = (await reader.get('/tasks')).body as { items: { note: string }[] };
    expect(items).toEqual([expect.objectContaining(expected)]);
    const [{ note: shown } = { note: '' }] = items;
    expect(note.startsWith(shown)).toBe(true);
    expect([1_023, 1_024]).toContain(shown.length);
    expect(shown.isWellFormed()).toBe(true);
  });

  test('a page of notes of line ends is read at once', async () => {
    const reader = await gateway.user();
    const note = '\n'.repeat(8_190);
    for (let n = 0; n < 20; n++) await reader.post('/tasks', { name: 'x', note });
    const { items } = (await reader.get('/tasks')).body as { items: object[] };
    expect(items).toHaveLength(20);
  });

  test.each([
    ['a note of 8,193 characters', { note: 'x'.repeat(8_193) }],
    ['an escape in a note', { note: '\u001b[31m' }],
    ['a date in words', { dueOn: 'tomorrow' }],
    ['a day that no calendar has', { dueOn: '2026-02-30' }],
    ['a time that no clock has', { dueOn: '2026-12-01T24:00' }],
    ['a year before 1900', { dueOn: '1899-12-31' }],
    ['a time zone', { dueOn: '2026-12-01T09:30Z' }],
    ['a position with a dot', { position: 'a.b' }],
    ['a position of 49 characters', { position: 'a'.repeat(49) }],
    ['a repeat without a date', { repeat: 'FREQ=DAILY' }],
    ['null for a star', { starred: null }],
  ])('reject %s', async (_what, fields) => {
    expect((await user.post('/tasks', { name: 'x', ...fields })).status).toBe(422);
  });

  test('a name and a note of the greatest length fit in a body, with every character escaped', async () => {
    const text = `{"name":"${'\\u00e9'.repeat(4_096)}","note":"${'\\u00e9'.repeat(8_192)}"}`;
    const { status, body } = await user.post('/tasks', text);
    expect({ status, length: body.noteLength }).toEqual({ status: 201, length: 8_192 });
    expect((await user.post('/tasks', `{"name":"x","note":"${' '.repeat(98_304)}"}`)).status).toBe(413);
    expect((await user.post('/tokens', `{"name":"${' '.repeat(32_768)}"}`)).status).toBe(413);
  });
});
