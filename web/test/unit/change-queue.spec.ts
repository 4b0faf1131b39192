import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../src/api/api-error.js';
import { ChangeQueue } from '../../src/state/change-queue.js';
import type { Change, QueuedChange } from '../../src/state/change.js';

const create = (id: string): Change => ({ kind: 'create', id, name: id, createdOn: '2026-01-01T00:00:00.000Z' });
const done = (id: string): Change => ({ kind: 'patch', id, changes: { done: true } });

/** A queue with a scripted server and clock. */
class Scene {
  now = 1_000_000;
  online = true;
  readonly sent: string[] = [];
  readonly rejected: string[] = [];
  readonly lost: string[] = [];
  readonly #answers: { resolve: () => void; reject: (error: ApiError) => void }[] = [];
  readonly timers: { callback: () => void; milliseconds: number }[] = [];
  readonly queue = new ChangeQueue({
    send: (change) => {
      this.sent.push(describeChange(change));
      return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
    },
    probe: () => {
      this.sent.push('probe');
      return new Promise<void>((resolve, reject) => this.#answers.push({ resolve, reject }));
    },
    isOnline: () => this.online,
    onRejected: (change) => this.rejected.push(describeChange(change)),
    onSessionLost: (error) => this.lost.push(error.type),
    onChanged: () => undefined,
    now: () => this.now,
    setTimer: (callback, milliseconds) => this.timers.push({ callback, milliseconds }),
    clearTimer: () => this.timers.pop(),
  });

  async answer(error?: ApiError): Promise<void> {
    const answer = this.#answers.shift();
    if (error) answer?.reject(error);
    else answer?.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }

  waiting(): string[] {
    return this.queue.changes.value.map(describeChange);
  }
}

function describeChange(change: Change | QueuedChange): string {
  return change.kind === 'clear-done' ? change.kind : `${change.kind} ${change.id}`;
}

describe('ChangeQueue', () => {
  it('sends one change at a time, in order', async () => {
    const scene = new Scene();
    scene.queue.enqueue(create('a'));
    scene.queue.enqueue(create('b'));
    expect(scene.sent).toEqual(['create a']);
    await scene.answer();
    expect(scene.sent).toEqual(['create a', 'create b']);
    await scene.answer();
    expect(scene.waiting()).toEqual([]);
  });

  it('waits longer after each failure, and retries at once on request', async () => {
    const scene = new Scene();
    scene.queue.enqueue(create('a'));
    await scene.answer(new ApiError(0, 'unreachable'));
    expect(scene.queue.connection.value).toEqual({ state: 'offline' });
    scene.timers[0]?.callback();
    await scene.answer(new ApiError(0, 'unreachable'));
    expect(scene.timers.map(({ milliseconds }) => milliseconds)).toContain(2_000);
    scene.queue.retryNow();
    await scene.answer();
    await scene.answer();
    expect(scene.sent).toEqual(['create a', 'probe', 'probe', 'create a']);
    expect(scene.queue.connection.value).toEqual({ state: 'online' });
  });

  it('tries nothing while there is no network, so that a deleted row was never sent', async () => {
    const scene = new Scene();
    scene.online = false;
    scene.queue.enqueue(create('a'));
    await scene.answer(new ApiError(0, 'unreachable'));
    scene.queue.enqueue({ kind: 'remove', id: 'a' });
    expect(scene.waiting()).toEqual([]);
    expect(scene.sent).toEqual(['probe']);
  });

  it('sends to a server that answers though the browser has no network', async () => {
    const scene = new Scene();
    scene.online = false;
    scene.queue.enqueue(create('a'));
    await scene.answer();
    expect(scene.sent).toEqual(['probe', 'create a']);
  });

  it.each([429, 503])('waits as long as the server asks for with %i', async (status) => {
    const scene = new Scene();
    scene.queue.enqueue(create('a'));
    await scene.answer(new ApiError(status, 'unavailable', [], 7));
    expect(scene.queue.connection.value).toEqual({ state: 'busy', retryAt: scene.now + 7_000 });
    expect(scene.timers.map(({ milliseconds }) => milliseconds)).toEqual([7_000]);
  });

  it('drops a rejected creation and dependent changes, and continues', async () => {
    const scene = new Scene();
    scene.queue.enqueue(create('a'));
    scene.queue.enqueue(done('a'));
    scene.queue.enqueue(create('b'));
    await scene.answer(new ApiError(422, 'invalid'));
    expect(scene.rejected).toEqual(['create a']);
    expect(scene.sent).toEqual(['create a', 'create b']);
  });

  it.each([
    [401, 'log-in-required'],
    [409, 'account-changed'],
  ])('pauses on %i %s and resumes with the same change', async (status, type) => {
    const scene = new Scene();
    scene.queue.enqueue(create('a'));
    await scene.answer(new ApiError(status, type));
    expect(scene.lost).toEqual([type]);
    scene.queue.enqueue(create('b'));
    expect(scene.sent).toEqual(['create a']);
    scene.queue.resume();
    expect(scene.sent).toEqual(['create a', 'create a']);
  });

  it('holds a change until it is released, and lets others pass', async () => {
    const scene = new Scene();
    const sequence = scene.queue.enqueue({ kind: 'remove', id: 'a' }, true);
    scene.queue.enqueue(create('b'));
    await scene.answer();
    expect(scene.sent).toEqual(['create b']);
    scene.queue.release(sequence);
    expect(scene.sent).toEqual(['create b', 'remove a']);
  });

  it('withdraws a held change, and no longer a released one', () => {
    const scene = new Scene();
    const held = scene.queue.enqueue({ kind: 'remove', id: 'a' }, true);
    expect(scene.queue.withdraw(held)).toBe(true);
    const released = scene.queue.enqueue({ kind: 'remove', id: 'b' }, true);
    scene.queue.release(released);
    expect(scene.queue.withdraw(released)).toBe(false);
    expect(scene.sent).toEqual(['remove b']);
  });

  it('sends the changes of an earlier page before new ones', () => {
    const scene = new Scene();
    scene.queue.restore([create('a')]);
    scene.queue.enqueue(create('b'));
    expect(scene.waiting()).toEqual(['create a', 'create b']);
    expect(scene.queue.changes.value[0]?.state).toBe('sending');
  });
});
