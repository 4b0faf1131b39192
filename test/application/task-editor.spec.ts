import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { revisionOf, type Sha256 } from '@tasks/idl';
import { EditTask } from '../../src/application/edit-task.js';
import { TaskEditor, type EditedTask } from '../../src/application/task-editor.js';
import { taskRevision } from '../../src/application/task-revision.js';
import { UpdateTask } from '../../src/application/update-task.js';
import { Task } from '../../src/domain/task.js';
import type { TaskEdit } from '../../src/domain/task-details.js';
import { MemoryTaskRepository } from '../../src/infrastructure/persistence/memory/memory-task.repository.js';
import { aTask, instant, taskId } from '../support/builders.js';
import { Commands, TurnedRepository } from '../support/turned-repository.js';

const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex');
const revision = taskRevision(sha256);
const WEEKLY = { dueOn: '2026-11-23', repeat: 'FREQ=WEEKLY;BYDAY=MO' };
const NEXT_MONDAY = '2026-11-30';
const id = taskId(1);
const owner = 'alice';

type Edit = TaskEdit & { readonly now?: string; readonly ifRevision?: string };

let store: MemoryTaskRepository;
let milliseconds: number;
const clock = (): Date => instant(++milliseconds);

beforeEach(() => {
  store = new MemoryTaskRepository();
  milliseconds = 0;
});

function editor(tasks: MemoryTaskRepository | TurnedRepository = store): EditTask {
  return new EditTask(new TaskEditor(tasks, clock, sha256));
}

function edit(change: Edit, tasks?: TurnedRepository): Promise<EditedTask> {
  return editor(tasks).execute({ taskId: id, userId: owner, edit: change });
}

/** As clients do that know the first four methods only. */
async function update(change: { done?: boolean; name?: string }, tasks?: TurnedRepository): Promise<Task> {
  const useCase = new UpdateTask(new TaskEditor(tasks ?? store, clock, sha256));
  const { task } = await useCase.execute({ taskId: id, userId: owner, ...change });
  return task;
}

async function added(details: Task['details'] = {}, fields: Partial<Task> = {}): Promise<Task> {
  const task = aTask({ id, userId: owner, ...fields }).with(details);
  await store.add(task);
  return task;
}

async function stored(): Promise<Task | undefined> {
  return store.find(id, owner);
}

/** All tasks of the user but the one that is edited. */
async function others(): Promise<Task[]> {
  return (await store.pageByUser(owner, 100)).filter((task) => task.id !== id);
}

describe('An edit', () => {
  it('sets what is set, by one command, and says when', async () => {
    await added();
    const all = { name: 'rent', note: 'n', dueOn: '2026-12-01T09:30', starred: true, position: 'a0' };
    const commands = new Commands();
    const { task } = await edit(all, new TurnedRepository(store, commands));
    expect(task).toEqual(aTask({ name: 'rent' }).with({ ...all, starred: true, changedOn: instant(1) }));
    expect(await stored()).toEqual(task);
    expect(commands.names).toEqual(['update']);
  });

  it('clears what is an empty text, and the star', async () => {
    await added({ note: 'n', dueOn: '2026-12-01', starred: true, repeat: 'FREQ=DAILY', position: 'a0' });
    const { task } = await edit({ note: '', dueOn: '', starred: false, repeat: '', position: '' });
    expect(task).toEqual(aTask().with({ changedOn: instant(1) }));
  });

  it('changes nothing that is as wanted already, not even the time', async () => {
    const task = await added({ note: 'n', starred: true });
    expect(await edit({ name: 'buy milk', note: 'n', starred: true })).toEqual({ task });
    expect(await edit({})).toEqual({ task });
    expect(await update({ name: 'buy milk', done: false })).toEqual(task);
    expect(await stored()).toEqual(task);
  });

  it('says when a task was done, until it is open again', async () => {
    await added();
    expect((await edit({ done: true })).task.details).toEqual({ doneOn: instant(1), changedOn: instant(1) });
    expect((await edit({ done: false })).task.details).toEqual({ changedOn: instant(2) });
    expect((await update({ done: true })).details).toEqual({ doneOn: instant(3), changedOn: instant(3) });
    expect((await update({ name: 'x', done: true })).details).toMatchObject({ doneOn: instant(3) });
  });

  it("finds neither another user's task nor an unknown one", async () => {
    await added({}, { userId: 'bob' });
    await expect(edit({ note: 'n' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(edit({ done: true })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('completes a rule from the date of the edit, else from that of the task', async () => {
    await added({ dueOn: '2026-11-23' });
    expect((await edit({ repeat: 'FREQ=MONTHLY' })).task.details.repeat).toBe('FREQ=MONTHLY;BYMONTHDAY=23');
    const { task } = await edit({ repeat: 'freq=monthly', dueOn: '2027-01-31' });
    expect(task.details).toMatchObject({ dueOn: '2027-01-31', repeat: 'FREQ=MONTHLY;BYMONTHDAY=-1' });
    expect(await edit({ repeat: 'FREQ=MONTHLY' })).toEqual({ task });
  });

  it('moves one date without touching the rule', async () => {
    await added(WEEKLY);
    expect((await edit({ dueOn: '2026-11-24' })).task.details).toMatchObject({ repeat: WEEKLY.repeat });
  });

  it.each<[Edit, string]>([
    [{ repeat: 'FREQ=DAILY' }, 'repeat must have a dueOn: clear both, or set both'],
    [{ dueOn: '2026-02-30' }, 'dueOn must be a date and time of the years 1900-2999'],
    [{ dueOn: 'soon' }, 'dueOn must be a date like 2026-12-01 or a date with a time like 2026-12-01T09:30'],
    [{ note: 'n'.repeat(8_193) }, 'note must be at most 8192 characters'],
    [{ position: 'a-b' }, 'position must be 1-48 of 0-9, A-Z and a-z'],
    [{ position: 'a'.repeat(49) }, 'position must be 1-48 of 0-9, A-Z and a-z'],
    [
      { dueOn: '2026-12-01', repeat: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' },
      'repeat must have an occurrence after dueOn',
    ],
    [{ now: 'noon' }, 'edit.now must be a date like 2026-12-01 or a date with a time like 2026-12-01T09:30'],
  ])('of %j is rejected, and changes nothing', async (change, message) => {
    const task = await added();
    await expect(edit(change)).rejects.toMatchObject({ code: 'INVALID_INPUT', message });
    expect(await stored()).toEqual(task);
  });

  it('takes no date from a task that repeats', async () => {
    await added(WEEKLY);
    await expect(edit({ dueOn: '' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect((await edit({ dueOn: '', repeat: '' })).task.details).toEqual({ changedOn: expect.any(Date) });
  });
});

describe('An edit at a revision', () => {
  it('changes the task at that revision, and no other one', async () => {
    const before = await added({ note: 'n' });
    const { task } = await edit({ note: 'm', ifRevision: revision(before) });
    await expect(edit({ note: 'o', ifRevision: revision(before) })).rejects.toMatchObject({ code: 'OTHER_REVISION' });
    expect(await stored()).toEqual(task);
  });

  it('succeeds again when it is repeated, whatever the revision is by then', async () => {
    const before = await added(WEEKLY);
    const change = { name: 'x', done: true, ifRevision: revision(before), now: '2026-11-23' };
    const first = await edit(change);
    expect(await edit(change)).toEqual(first);
    expect(await others()).toHaveLength(1);
  });

  it('lets one of two callers through, also for different fields', async () => {
    const ifRevision = revision(await added());
    const results = await Promise.allSettled([edit({ note: 'n', ifRevision }), edit({ name: 'x', ifRevision })]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('has the revision that callers compute from a reply', async () => {
    const { task } = await edit({ note: 'n' }).catch(async () => ({ task: await added({ note: 'n', starred: true }) }));
    const { name, done, createdOn } = task;
    const reply = { id, userId: owner, name, done, createdOn: createdOn.toISOString(), note: 'n', starred: true };
    expect(revisionOf(reply, sha256)).toBe(revision(task));
  });
});

describe('A task that repeats', () => {
  it('is followed by the next one when it is done', async () => {
    await added({ ...WEEKLY, note: 'n', starred: true, position: 'a0' });
    const { task, successor } = await edit({ done: true, now: '2026-11-23' });
    expect(task).toMatchObject({ done: true, details: { ...WEEKLY, doneOn: expect.any(Date) } });
    const details = { ...WEEKLY, dueOn: NEXT_MONDAY, note: 'n', starred: true, position: 'a0' };
    expect(successor).toMatchObject({ userId: owner, name: 'buy milk', done: false, details });
    expect(successor?.details.changedOn).toBeUndefined();
    expect(await others()).toEqual([successor]);
  });

  it('is followed by the next one for clients that know no repeat', async () => {
    await added({ ...WEEKLY, dueOn: '2026-11-23' });
    expect((await update({ done: true })).done).toBe(true);
    expect(await others()).toMatchObject([{ details: { dueOn: NEXT_MONDAY } }]);
    await update({ done: false });
    expect(await others()).toHaveLength(1);
    await update({ name: 'x', done: true });
    expect(await others()).toHaveLength(1);
  });

  it('is followed by none when the series ends, or its rule was written by nobody who knows rules', async () => {
    for (const repeat of ['FREQ=WEEKLY;BYDAY=MO;COUNT=1', 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20261124', 'weekly']) {
      store = new MemoryTaskRepository();
      await added({ ...WEEKLY, repeat });
      const { task, successor } = await edit({ done: true });
      expect([task.done, successor, await others()]).toEqual([true, undefined, []]);
    }
  });

  it('counts down', async () => {
    await added({ ...WEEKLY, repeat: 'FREQ=WEEKLY;BYDAY=MO;COUNT=3' });
    const { successor } = await edit({ done: true, now: '2026-12-05' });
    expect(successor?.details).toEqual({ dueOn: '2026-12-07', repeat: 'FREQ=WEEKLY;BYDAY=MO;COUNT=1' });
  });

  it('is repeated from the date and rule that the same edit sets', async () => {
    await added();
    const { task, successor } = await edit({
      done: true,
      dueOn: '2027-01-30',
      repeat: 'FREQ=MONTHLY',
      now: '2027-01-30',
    });
    expect(task.details.repeat).toBe('FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1');
    expect(successor?.details.dueOn).toBe('2027-02-28');
  });

  it.each([
    ['2026-12-07T11:59:59.999Z', '2026-12-07'],
    ['2026-12-07T12:00:00.000Z', '2026-12-14'],
  ])('skips no occurrence that is to come somewhere on earth: %s', async (time, dueOn) => {
    await added(WEEKLY);
    const at = new EditTask(new TaskEditor(store, () => new Date(time), sha256));
    const { successor } = await at.execute({ taskId: id, userId: owner, edit: { done: true } });
    expect(successor?.details.dueOn).toBe(dueOn);
  });

  it('takes its successor back when it is open again', async () => {
    await added(WEEKLY);
    const first = await edit({ done: true, now: '2026-11-23' });
    const { task, successor } = await edit({ done: false });
    expect([task.done, successor, await others()]).toEqual([false, undefined, []]);
    expect((await edit({ done: true, now: '2026-11-23' })).successor?.id).toBe(first.successor?.id);
    expect(await others()).toHaveLength(1);
  });

  it('leaves a successor that was changed, and says so', async () => {
    await added(WEEKLY);
    const { successor: made } = await edit({ done: true, now: '2026-11-23' });
    const changed = await store.update(made?.id ?? '', owner, { note: 'changed', changedOn: clock() });
    expect(await edit({ done: false })).toMatchObject({ task: { done: false }, successor: changed });
    expect(await edit({ done: true })).toMatchObject({ task: { done: true }, successor: changed });
    expect(await edit({ done: false })).toMatchObject({ successor: changed });
    expect(await others()).toEqual([changed]);
  });

  it('gets another id for its successor where somebody has the first ones', async () => {
    await added(WEEKLY);
    const squatted: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { successor } = await edit({ done: true });
      squatted.push(successor?.id ?? '');
      await edit({ done: false });
      await store.add(aTask({ id: successor?.id ?? '', userId: 'mallory' }));
    }
    expect((await edit({ done: true })).successor?.id).toMatch(/^[0-9a-f]{24}$/);
    expect(new Set(squatted).size).toBe(3);
    expect(await others()).toHaveLength(1);
  });

  it('stays open where somebody has every id of its successor', async () => {
    await added(WEEKLY);
    for (let n = 0; n < 4; n++) {
      const { successor } = await edit({ done: true });
      await edit({ done: false });
      await store.add(aTask({ id: successor?.id ?? '', userId: 'mallory' }));
    }
    await expect(edit({ done: true })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((await stored())?.done).toBe(false);
  });
});
