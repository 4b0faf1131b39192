import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { loadSchema } from 'nestjs-thrift';
import { TASKS_IDL, TestApp } from '../support/app.js';
import { dialectsOf } from '../../packages/nestjs-thrift/test/interop/cases.js';
import { nameOf } from '../../packages/nestjs-thrift/test/interop/dialects.js';
import type { PeerConnection, RunningPeer } from '../../packages/nestjs-thrift/test/interop/peer.js';
import { goPeers, npmPeer, pythonPeers } from '../../packages/nestjs-thrift/test/interop/peers.js';
import type { Portable } from '../../packages/nestjs-thrift/test/interop/portable.js';

// The first run builds the programs of the other libraries.
jest.setTimeout(60_000);

const schema = loadSchema(TASKS_IDL);
const NOT_FOUND = { result: { ouch: { code: 404, message: 'Task not found' } } };
const ID_TAKEN = { result: { ouch: { code: 409, message: 'Task id is taken' } } };
const INTERNAL_ERROR = 6;
let created = 1;

type Call = (method: string, args: Record<string, Portable>) => Promise<Portable>;

/** The result of a call that must succeed; nothing for void. */
function succeeding(connection: PeerConnection, count: () => void): Call {
  return async (method, args) => {
    count();
    const reply = await connection.call('Tasks', method, args);
    if (!('result' in reply)) throw new Error(`${method}: ${reply.error.message}`);
    const { success = {}, ...raised } = reply.result;
    expect(raised).toEqual({});
    return success;
  };
}

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

describe.each([npmPeer, ...pythonPeers(), ...goPeers()])('The Tasks service, called by $name', (peer) => {
  const spoken = dialectsOf(peer, 'client');
  let running: RunningPeer;
  let calls = 0;
  const count = (): void => {
    calls += 1;
  };
  beforeAll(() => {
    running = peer.start(schema);
  });
  afterAll(async () => {
    await running.stop();
    process.stderr.write(
      `interop: ${peer.name} made ${String(calls)} calls of Tasks in ${String(spoken.length)} dialects\n`,
    );
  });

  const sessions = spoken.flatMap((dialect) =>
    [false, true].map((multiplexed) => ({
      how: `${nameOf(dialect)}${multiplexed ? ', multiplexed' : ''}`,
      dialect,
      multiplexed,
    })),
  );

  it.each(sessions)('stores tasks: $how', async ({ how, dialect, multiplexed }) => {
    const connection = await running.connect({ port: app.port, dialect, multiplexed });
    const call = succeeding(connection, count);
    const userId = `${peer.name}, ${how}`;

    expect(await call('all', { userId })).toEqual([]);
    const first = (await call('add', { userId, name: 'kaufe Käse' })) as { id: string; createdOn: string };
    expect(first.id).toMatch(/^[\da-f]{24}$/);
    expect(first.createdOn).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(first).toMatchObject({ userId, name: 'kaufe Käse', done: false });

    const done = { ...first, done: true };
    expect(await call('update', { taskId: first.id, userId, done: true })).toEqual(done);
    const renamed = { ...done, name: '' };
    expect(await call('update', { taskId: first.id, userId, name: '' })).toEqual(renamed);
    expect(await call('upsert', { task: { id: first.id, userId, done: false } })).toEqual({ ...renamed, done: false });

    const second = (await call('upsert', { task: { userId, name: '買い物', done: true } })) as { id: string };
    expect(second).toMatchObject({ userId, name: '買い物', done: true });
    const page = (await call('page', { userId, limit: 1 })) as { tasks: Portable; nextCursor: string };
    const rest = (await call('page', { userId, limit: 1, after: page.nextCursor })) as { tasks: Portable };
    // The first four methods leave out the time of a change.
    const changed = { ...renamed, done: false, changedOn: expect.any(String) };
    expect([page.tasks, rest.tasks]).toEqual([[second], [changed]]);

    await call('remove', { taskId: first.id, userId });
    expect(await call('all', { userId })).toEqual([second]);
    expect(await call('check', {})).toEqual({ ok: true, message: 'OK' });
    await connection.close();
  });

  it.each(sessions)('creates, finds, counts and clears tasks: $how', async ({ how, dialect, multiplexed }) => {
    const connection = await running.connect({ port: app.port, dialect, multiplexed });
    const call = succeeding(connection, count);
    const userId = `${peer.name}, ${how}, by id`;
    const taskId = (created++).toString(16).padStart(24, '0');

    const task = (await call('create', { taskId, userId, name: 'Käse und MILCH' })) as { [name: string]: Portable };
    expect(task).toMatchObject({ id: taskId, userId, name: 'Käse und MILCH', done: false });
    expect(await call('create', { taskId, userId, name: 'again' })).toEqual(task);
    expect(await call('get', { taskId, userId })).toEqual(task);
    const done = await call('upsert', { task: { userId, name: 'Brot', done: true } });

    expect(await call('find', { userId, filter: { text: 'milch' }, limit: 5, after: '' })).toEqual({ tasks: [task] });
    expect(await call('find', { userId, filter: { done: true }, limit: 5 })).toEqual({ tasks: [done] });
    expect(await call('find', { userId, filter: { done: true, text: 'milch' }, limit: 5 })).toEqual({ tasks: [] });
    const page = (await call('find', { userId, filter: {}, limit: 1 })) as { tasks: Portable; nextCursor: string };
    expect(page.tasks).toEqual([done]);
    expect(await call('find', { userId, filter: {}, limit: 1, after: page.nextCursor })).toEqual({ tasks: [task] });

    expect(await call('count', { userId })).toEqual({ open: '1', done: '1' });
    expect(await call('removeAll', { userId, onlyDone: true })).toBe(1);
    expect(await call('count', { userId })).toEqual({ open: '1', done: '0' });
    expect(await call('removeAll', { userId, onlyDone: false })).toBe(1);
    expect(await call('removeAll', { userId, onlyDone: false })).toBe(0);
    await connection.close();
  });

  it.each(sessions)('is rejected as documented: $how', async ({ dialect, multiplexed }) => {
    const connection = await running.connect({ port: app.port, dialect, multiplexed });
    const { id } = (await succeeding(connection, count)('add', { userId: 'alice', name: 'hers' })) as { id: string };
    const rejected = (method: string, args: Record<string, Portable>): Promise<unknown> => {
      count();
      return connection.call('Tasks', method, args);
    };
    expect(await rejected('update', { taskId: id, userId: 'mallory', name: 'his', done: true })).toMatchObject(
      NOT_FOUND,
    );
    expect(await rejected('remove', { taskId: id, userId: 'mallory' })).toMatchObject(NOT_FOUND);
    expect(await rejected('get', { taskId: id, userId: 'mallory' })).toMatchObject(NOT_FOUND);
    expect(await rejected('create', { taskId: id, userId: 'mallory', name: 'his' })).toMatchObject(ID_TAKEN);
    expect(await rejected('removeAll', { userId: '', onlyDone: false })).toMatchObject({
      result: { ouch: { code: 400 } },
    });
    expect(await rejected('page', { userId: 'alice', limit: 0 })).toMatchObject({ result: { ouch: { code: 400 } } });
    expect(await rejected('add', { userId: '', name: 'nobody’s' })).toMatchObject({
      error: { type: INTERNAL_ERROR, message: expect.stringContaining('400 userId') },
    });
    await connection.close();
  });
});
