import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TasksClient } from '@tasks/idl';
import { projectRoot } from '@tasks/testing/project-copy';
import { describeWithPython } from '@tasks/testing/describe-with-python';
import { loadSchema } from 'nestjs-thrift';
import { dialectsOf } from '../../packages/nestjs-thrift/test/interop/cases.js';
import { nameOf } from '../../packages/nestjs-thrift/test/interop/dialects.js';
import type { RunningPeer } from '../../packages/nestjs-thrift/test/interop/peer.js';
import { pythonPeers } from '../../packages/nestjs-thrift/test/interop/peers.js';
import type { Portable } from '../../packages/nestjs-thrift/test/interop/portable.js';
import { TestApp } from '../support/app.js';

const schema = loadSchema(join(projectRoot, 'test/fixtures/first-contract.thrift'));
const EVERYTHING = { note: 'n', dueOn: '2026-12-01', starred: true, repeat: 'FREQ=DAILY', position: 'a0' };
const [thriftpy2] = pythonPeers();

let app: TestApp;
let tasks: TasksClient;

beforeAll(async () => {
  app = await TestApp.start();
  tasks = app.client();
});
afterAll(() => app.stop());

describeWithPython('A client of the first contract', () => {
  const peer = thriftpy2 as NonNullable<typeof thriftpy2>;
  let running: RunningPeer;
  beforeAll(() => {
    running = peer.start(schema);
  });
  afterAll(() => running.stop());

  const dialects = dialectsOf(peer, 'client').filter(({ protocol }) => protocol !== 'old-binary');
  it('speaks six dialects', () => {
    expect(dialects).toHaveLength(6);
  });

  it.each(dialects.map((dialect) => [nameOf(dialect), dialect] as const))(
    'reads each reply after another client wrote every field: %s',
    async (userId, dialect) => {
      // A connection for each call: with JSON, thriftpy2 repeats the first reply.
      const call = async (method: string, args: Record<string, Portable>): Promise<unknown> => {
        const connection = await running.connect({ port: app.port, dialect, multiplexed: false });
        const reply = await connection.call('Tasks', method, args);
        await connection.close();
        return 'result' in reply ? (reply.result.success ?? reply.result) : reply;
      };
      const added = (await call('add', { userId, name: 'milk' })) as { readonly id: string };
      const written = (await tasks.edit({ taskId: added.id, userId, edit: EVERYTHING })).task;
      expect(written).toMatchObject({ changedOn: expect.any(String), ...EVERYTHING });

      const plain = { ...added, done: false };
      expect(await call('all', { userId })).toEqual([plain]);
      expect(await call('update', { taskId: added.id, userId, name: 'oat milk' })).toEqual({
        ...plain,
        name: 'oat milk',
      });
      const done = { ...plain, name: 'bread', done: true };
      expect(await call('upsert', { task: { id: added.id, userId, name: 'bread', done: true } })).toEqual(done);
      expect(await call('all', { userId })).toMatchObject([{ name: 'bread', done: false }, done]);
      expect(await call('update', { taskId: added.id, userId, done: false })).toEqual({ ...done, done: false });
      expect(await call('add', { userId, name: 'eggs' })).toMatchObject({ name: 'eggs' });
      expect(await tasks.get({ taskId: added.id, userId })).toMatchObject(EVERYTHING);
    },
  );
});
