import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { TasksClient } from '@tasks/idl';
import { describeWithMongo } from '@tasks/testing/describe-with-mongo';
import { ScriptedMongo, type Fault } from '@tasks/testing/scripted-mongo';
import { dropAndStop, TestApp } from '../support/app.js';
import { addSeries, DUE_ON, expectOneSuccessorEach, NOW } from '../support/series.js';

jest.setTimeout(60_000);

const UNAVAILABLE = { value: { code: 503 } };
const SHUTDOWN: Fault = {
  kind: 'reject',
  reply: { ok: 0, code: 11_600, codeName: 'InterruptedAtShutdown', errmsg: 'interrupted at shutdown' },
};
const CUT: Fault = { kind: 'cut-reply' };

await describeWithMongo('A series of tasks on a MongoDB that breaks off', (mongo) => {
  let server: ScriptedMongo;
  let app: TestApp;
  let tasks: TasksClient;
  let userId: string;
  let number = 0;

  beforeEach(async () => {
    userId = `alice ${String(number++)}`;
    // Without a replica set, so that the driver repeats no write.
    server = await ScriptedMongo.before(mongo.uri, 'single');
    app = await TestApp.start({
      STORE: 'mongo',
      MONGODB_URI: `mongodb://${server.address}/?maxPoolSize=1&retryReads=false`,
      MONGODB_DATABASE: mongo.database,
      MONGO_SERVER_SELECTION_TIMEOUT_MS: '20000',
    });
    tasks = app.client();
  });
  afterEach(async () => {
    await app.stop();
    await server.close();
  });
  afterAll(() => dropAndStop(mongo));

  const tick = (taskId = '', done = true): ReturnType<TasksClient['edit']> =>
    tasks.edit({ taskId, userId, edit: { done, now: NOW } });

  /** The commands of a call, each with the number of those of its name before it. */
  async function stepsOf(call: () => Promise<unknown>): Promise<[string, number][]> {
    const start = server.commands.length;
    await call();
    const commands = server.commands.slice(start).filter((command) => COMMANDS.includes(command));
    return commands.map((command, step) => [command, commands.slice(0, step).filter((one) => one === command).length]);
  }

  const COMMANDS = ['find', 'insert', 'findAndModify', 'delete'];
  const FAULTS = [
    ['not executed', SHUTDOWN],
    ['executed, its answer lost', CUT],
  ] as const;

  describe.each(FAULTS)('with a command that is %s', (_what, fault) => {
    it('at each step of completing a task: 503, and one successor once it is repeated', async () => {
      const [[first]] = [await addSeries(tasks, userId)];
      const steps = await stepsOf(() => tick(first?.id));
      expect(steps.map(([command]) => command)).toEqual(expect.arrayContaining(['insert', 'findAndModify']));
      for (const [command, before] of steps) {
        userId = `${userId}.`;
        const [task] = await addSeries(tasks, userId);
        server.fail(command, fault, before);
        await expect(tick(task?.id)).rejects.toMatchObject(UNAVAILABLE);
        const { successor } = await tick(task?.id);
        expect(await expectOneSuccessorEach(tasks, userId, task ? [task] : [])).toEqual([successor]);
      }
    });

    it('at each step of an undo: 503, and no successor once it is repeated', async () => {
      const [first] = await addSeries(tasks, userId);
      await tick(first?.id);
      const steps = await stepsOf(() => tick(first?.id, false));
      expect(steps.map(([command]) => command)).toEqual(expect.arrayContaining(['delete', 'findAndModify']));
      for (const [command, before] of steps) {
        userId = `${userId}.`;
        const [task] = await addSeries(tasks, userId);
        await tick(task?.id);
        server.fail(command, fault, before);
        await expect(tick(task?.id, false)).rejects.toMatchObject(UNAVAILABLE);
        const { task: undone, successor } = await tick(task?.id, false);
        expect(successor).toBeUndefined();
        expect((await tasks.page({ userId, limit: 9 })).tasks).toEqual([undone]);
        expect(undone).toMatchObject({ id: task?.id, done: false, dueOn: DUE_ON });
      }
    });
  });

  it('completes a task whose successor was stored before the end of an earlier call', async () => {
    const [first, task] = await addSeries(tasks, userId, 2);
    const steps = await stepsOf(() => tick(first?.id));
    const [command, before] = steps.at(-1) ?? ['', 0];
    expect(command).toBe('findAndModify');
    server.fail(command, SHUTDOWN, before);
    await expect(tick(task?.id)).rejects.toMatchObject(UNAVAILABLE);
    const open = await tasks.find({ userId, filter: { done: false, text: 'series 1' }, limit: 9 });
    expect(open.tasks).toHaveLength(2);
    await tick(task?.id);
    await expectOneSuccessorEach(tasks, userId, first && task ? [first, task] : []);
  });
});
