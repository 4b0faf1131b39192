import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../src/api/api-error.js';
import { ChangeQueue, QUEUE_STATES, type QueueState } from '../../../src/state/change-queue.js';
import type { Change, QueuedChange } from '../../../src/state/change.js';
import { transition } from '../../../src/state/transition.js';
import { FakeBrowser } from '../../support/fake-browser.js';

const create = (id: string): Change & { kind: 'create' } => ({
  kind: 'create',
  list: 'l',
  id,
  name: id,
  createdOn: '2026-01-01T00:00:00.000Z',
});
const done = (id: string): Change => ({ kind: 'edit', list: 'l', id, changes: { done: true } });

/** A queue with a scripted server and clock. */
class Scene {
  readonly browser = new FakeBrowser();
  readonly sent: string[] = [];
  readonly rejected: string[] = [];
  readonly #answers: {
    resolve: (results: readonly (ApiError | undefined)[]) => void;
    reject: (error: ApiError) => void;
  }[] = [];
  /** Ids of the changes that can't be sent with others. */
  readonly alone = new Set<string>();
  readonly queue = new ChangeQueue(
    {
      canBatch: (change) => change.kind !== 'clear-done' && !this.alone.has(change.id),
      send: (changes) => {
        this.sent.push(changes.map(describeChange).join(', '));
        return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
      },
      probe: () => {
        this.sent.push('probe');
        return new Promise<void>((resolve, reject) =>
          this.#answers.push({
            resolve: () => {
              resolve();
            },
            reject,
          }),
        );
      },
    },
    this.browser,
    (change) => this.rejected.push(describeChange(change)),
  );

  /** Answers the request in flight: with an error, or with one for some of its changes. */
  async answer(error?: ApiError, results: readonly (ApiError | undefined)[] = []): Promise<void> {
    const answer = this.#answers.shift();
    if (error) answer?.reject(error);
    else answer?.resolve(results);
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
  it('is slow from three seconds without an answer until the next one', async () => {
    const scene = new Scene();
    scene.queue.enqueue([create('a')]);
    expect(scene.queue.isSlow.value).toBe(false);
    scene.browser.fire(3_000);
    expect(scene.queue.isSlow.value).toBe(true);
    await scene.answer();
    expect(scene.queue.isSlow.value).toBe(false);
  });

  it('sends one request at a time, in order', async () => {
    const scene = new Scene();
    for (const id of ['a', 'b', 'c']) scene.queue.enqueue([create(id)]);
    expect(scene.sent).toEqual(['create a']);
    await scene.answer();
    expect(scene.sent).toEqual(['create a', 'create b, create c']);
    await scene.answer();
    expect(scene.waiting()).toEqual([]);
  });

  it('waits twice as long after each failure, up to 30 s, and retries at once on request', async () => {
    const scene = new Scene();
    scene.browser.chance = 0.5;
    scene.queue.enqueue([create('a')]);
    await scene.answer(new ApiError(0, 'unreachable'));
    expect(scene.queue.connection.value).toEqual({ state: 'offline' });
    for (const pause of [750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500]) {
      expect(scene.browser.pauses).toEqual([pause]);
      scene.browser.fire(pause);
      await scene.answer(new ApiError(0, 'unreachable'));
    }
    scene.queue.retryNow();
    await scene.answer();
    await scene.answer();
    expect(scene.sent.at(-1)).toBe('create a');
    expect(scene.queue.connection.value).toEqual({ state: 'online' });
    expect(scene.browser.pauses).toEqual([]);
  });

  it('spreads the retries of many pages over half of the pause', async () => {
    const pauses = await Promise.all(
      [0, 0.999].map(async (chance) => {
        const scene = new Scene();
        scene.browser.chance = chance;
        scene.queue.enqueue([create('a')]);
        await scene.answer(new ApiError(503, 'unavailable'));
        return Math.round(scene.browser.pauses[0] ?? 0);
      }),
    );
    expect(pauses).toEqual([500, 1_000]);
  });

  it('waits longer than a busy server asks for when it keeps asking', async () => {
    const scene = new Scene();
    scene.queue.enqueue([create('a')]);
    for (const pause of [1_000, 1_000, 2_000, 4_000]) {
      await scene.answer(new ApiError(503, 'unavailable', [], 1));
      expect(scene.browser.pauses).toEqual([pause]);
      scene.browser.fire(pause);
    }
  });

  it('tries nothing while there is no network, so that a deleted row was never sent', async () => {
    const scene = new Scene();
    scene.browser.isOnlineNow = false;
    scene.queue.enqueue([create('a')]);
    await scene.answer(new ApiError(0, 'unreachable'));
    scene.queue.enqueue([{ kind: 'remove', list: 'l', id: 'a' }]);
    expect(scene.waiting()).toEqual([]);
    expect(scene.sent).toEqual(['probe']);
  });

  it('sends to a server that answers though the browser has no network', async () => {
    const scene = new Scene();
    scene.browser.isOnlineNow = false;
    scene.queue.enqueue([create('a')]);
    await scene.answer();
    expect(scene.sent).toEqual(['probe', 'create a']);
  });

  it.each([429, 503])('waits as long as the server asks for with %i', async (status) => {
    const scene = new Scene();
    scene.queue.enqueue([create('a')]);
    await scene.answer(new ApiError(status, 'unavailable', [], 7));
    expect(scene.queue.connection.value).toEqual({ state: 'busy', retryAt: scene.browser.nowMs + 7_000 });
    expect(scene.browser.pauses).toEqual([7_000]);
    // Whatever else the server answers meanwhile.
    scene.queue.report();
    expect(scene.sent).toEqual(['create a']);
  });

  it('drops a rejected creation and dependent changes, and continues', async () => {
    const scene = new Scene();
    scene.queue.enqueue([create('a')]);
    scene.queue.enqueue([done('a')]);
    scene.queue.enqueue([create('b')]);
    await scene.answer(new ApiError(422, 'invalid'));
    expect(scene.rejected).toEqual(['create a']);
    expect(scene.sent).toEqual(['create a', 'create b']);
  });

  it.each([
    [401, 'log-in-required'],
    [409, 'account-changed'],
  ])('pauses on %i %s and resumes with the same change', async (status, type) => {
    const scene = new Scene();
    scene.queue.enqueue([create('a')]);
    await scene.answer(new ApiError(status, type));
    scene.queue.enqueue([create('b')]);
    expect(scene.sent).toEqual(['create a']);
    scene.queue.resume();
    expect(scene.sent).toEqual(['create a', 'create a, create b']);
  });

  it('holds a change until it is released, and lets others pass', async () => {
    const scene = new Scene();
    const sequence = scene.queue.enqueue([{ kind: 'remove', list: 'l', id: 'a' }], true);
    scene.queue.enqueue([create('b')]);
    await scene.answer();
    expect(scene.sent).toEqual(['create b']);
    scene.queue.release(sequence);
    expect(scene.sent).toEqual(['create b', 'remove a']);
  });

  it('releases what all commands hold together, in their order', () => {
    const scene = new Scene();
    for (const id of ['a', 'b', 'c']) scene.queue.enqueue([{ kind: 'remove', list: 'l', id }], true);
    scene.queue.releaseAll();
    expect(scene.sent).toEqual(['remove a, remove b, remove c']);
  });

  it('withdraws a held change, and no longer a released one', () => {
    const scene = new Scene();
    const held = scene.queue.enqueue([{ kind: 'remove', list: 'l', id: 'a' }], true);
    expect(scene.queue.withdraw(held, 1)).toBe(true);
    const released = scene.queue.enqueue([{ kind: 'remove', list: 'l', id: 'b' }], true);
    scene.queue.release(released);
    expect(scene.queue.withdraw(released, 1)).toBe(false);
    expect(scene.sent).toEqual(['remove b']);
  });

  it('withdraws no command of which a part was sent', async () => {
    const scene = new Scene();
    const remove = (id: string): Change => ({ kind: 'remove', list: 'l', id });
    const command = scene.queue.enqueue([remove('a'), remove('b')], true);
    scene.alone.add('b');
    scene.queue.release(command);
    await scene.answer();
    scene.queue.enqueue([create('c')]);
    expect(scene.queue.withdraw(command, 2)).toBe(false);
    let isSettled = false;
    void scene.queue.whenSettled(command).then(() => (isSettled = true));
    await scene.answer();
    expect(isSettled).toBe(true);
  });

  it('sends the changes of an earlier page before new ones', () => {
    const scene = new Scene();
    scene.queue.restore([create('a')]);
    scene.queue.enqueue([create('b')]);
    expect(scene.waiting()).toEqual(['create a', 'create b']);
    expect(scene.queue.changes.value[0]?.state).toBe('sending');
  });

  describe('with many changes', () => {
    const many = (count: number): Change[] => Array.from({ length: count }, (_, place) => create(String(place)));
    const sizes = (scene: Scene): number[] => scene.sent.map((sent) => sent.split(', ').length);

    it('sends a hundred at once', async () => {
      const scene = new Scene();
      scene.queue.enqueue(many(250));
      await scene.answer();
      expect(scene.queue.progress.value).toEqual({ stored: 100, total: 250 });
      await scene.answer();
      expect(sizes(scene)).toEqual([100, 100, 50]);
      await scene.answer();
      expect(scene.queue.unsaved.value).toBe(0);
    });

    it('sends fewer at once when they are long', () => {
      const scene = new Scene();
      const name = 'x'.repeat(250_000);
      scene.queue.enqueue(many(5).map((change) => ({ ...change, name }) as Change));
      expect(sizes(scene)).toEqual([3]);
    });

    it('sends alone what can be in no batch, without changing the order', async () => {
      const scene = new Scene();
      scene.alone.add('1');
      scene.queue.enqueue(many(3));
      await scene.answer();
      await scene.answer();
      expect(scene.sent).toEqual(['create 0', 'create 1', 'create 2']);
    });

    it('sends each alone when the server rejects them together', async () => {
      const scene = new Scene();
      scene.queue.enqueue(many(3));
      await scene.answer(new ApiError(422, 'invalid'));
      await scene.answer(new ApiError(422, 'invalid'));
      await scene.answer();
      expect(scene.sent).toEqual(['create 0, create 1, create 2', 'create 0', 'create 1', 'create 2']);
      expect(scene.rejected).toEqual(['create 0']);
    });

    it('sends again what failed, and what was not begun for it, after a pause', async () => {
      const scene = new Scene();
      scene.queue.enqueue([create('a'), create('b'), done('a')]);
      await scene.answer(undefined, [
        new ApiError(503, 'unavailable'),
        undefined,
        new ApiError(424, 'failed-dependency'),
      ]);
      expect(scene.waiting()).toEqual(['create a', 'edit a']);
      expect(scene.rejected).toEqual([]);
      scene.browser.fire(500);
      expect(scene.sent.at(-1)).toBe('create a, edit a');
    });

    it('drops what the server rejects, with the changes that depend on it', async () => {
      const scene = new Scene();
      scene.queue.enqueue([create('a'), create('b'), done('a')]);
      await scene.answer(undefined, [new ApiError(422, 'invalid'), undefined, new ApiError(404, 'not-found')]);
      expect(scene.rejected).toEqual(['create a']);
      expect(scene.waiting()).toEqual([]);
    });

    it('counts no rejected one as stored', async () => {
      const scene = new Scene();
      scene.queue.enqueue(many(150));
      await scene.answer(undefined, [new ApiError(422, 'invalid')]);
      expect(scene.queue.progress.value).toEqual({ stored: 99, total: 149 });
    });
  });

  it('does nothing more once it is closed', async () => {
    const scene = new Scene();
    scene.queue.enqueue([create('a')]);
    scene.queue.enqueue([create('b')]);
    scene.queue.close();
    await scene.answer(new ApiError(503, 'unavailable'));
    scene.queue.resume();
    scene.queue.retryNow();
    expect(scene.sent).toEqual(['create a']);
    expect(scene.browser.pauses).toEqual([]);
    expect(scene.waiting()).toEqual(['create a', 'create b']);
  });
});

describe('The states of the queue', () => {
  const states = Object.keys(QUEUE_STATES) as QueueState[];
  const allowed: Readonly<Record<QueueState, string>> = {
    ready: 'probing waiting paused closed',
    probing: 'ready waiting paused closed',
    waiting: 'ready waiting paused closed',
    paused: 'ready paused closed',
    closed: 'closed',
  };

  it.each(states.flatMap((from) => states.map((to) => [from, to] as const)))('%s to %s', (from, to) => {
    const change = (): QueueState => transition(QUEUE_STATES, from, to);
    if (allowed[from].split(' ').includes(to)) expect(change()).toBe(to);
    else expect(change).toThrow(`no transition from ${from} to ${to}`);
  });
});
