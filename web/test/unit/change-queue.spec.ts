import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../src/api/api-error.js';
import { ChangeQueue, QUEUE_STATES, type QueueState } from '../../src/state/change-queue.js';
import type { Change, QueuedChange } from '../../src/state/change.js';
import { transition } from '../../src/state/transition.js';
import { FakeBrowser } from '../support/fake-browser.js';

const create = (id: string): Change & { kind: 'create' } => ({
  kind: 'create',
  id,
  name: id,
  createdOn: '2026-01-01T00:00:00.000Z',
});
const done = (id: string): Change => ({ kind: 'patch', id, changes: { done: true } });

/** A queue with a scripted server and clock. */
class Scene {
  readonly browser = new FakeBrowser();
  readonly sent: string[] = [];
  readonly rejected: string[] = [];
  readonly #answers: { resolve: () => void; reject: (error: ApiError) => void }[] = [];
  readonly queue = new ChangeQueue(
    {
      send: (change) => {
        this.sent.push(describeChange(change));
        return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
      },
      probe: () => {
        this.sent.push('probe');
        return new Promise<void>((resolve, reject) => this.#answers.push({ resolve, reject }));
      },
    },
    this.browser,
    (change) => this.rejected.push(describeChange(change)),
  );

  /** Answers the oldest request in flight, or the one at that place. */
  async answer(error?: ApiError, place = 0): Promise<void> {
    const [answer] = this.#answers.splice(place, 1);
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

  it('waits twice as long after each failure, up to 30 s, and retries at once on request', async () => {
    const scene = new Scene();
    scene.browser.chance = 0.5;
    scene.queue.enqueue(create('a'));
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
        scene.queue.enqueue(create('a'));
        await scene.answer(new ApiError(503, 'unavailable'));
        return Math.round(scene.browser.pauses[0] ?? 0);
      }),
    );
    expect(pauses).toEqual([500, 1_000]);
  });

  it('waits longer than a busy server asks for when it keeps asking', async () => {
    const scene = new Scene();
    scene.queue.enqueue(create('a'));
    for (const pause of [1_000, 1_000, 2_000, 4_000]) {
      await scene.answer(new ApiError(503, 'unavailable', [], 1));
      expect(scene.browser.pauses).toEqual([pause]);
      scene.browser.fire(pause);
    }
  });

  it('tries nothing while there is no network, so that a deleted row was never sent', async () => {
    const scene = new Scene();
    scene.browser.isOnlineNow = false;
    scene.queue.enqueue(create('a'));
    await scene.answer(new ApiError(0, 'unreachable'));
    scene.queue.enqueue({ kind: 'remove', id: 'a' });
    expect(scene.waiting()).toEqual([]);
    expect(scene.sent).toEqual(['probe']);
  });

  it('sends to a server that answers though the browser has no network', async () => {
    const scene = new Scene();
    scene.browser.isOnlineNow = false;
    scene.queue.enqueue(create('a'));
    await scene.answer();
    expect(scene.sent).toEqual(['probe', 'create a']);
  });

  it.each([429, 503])('waits as long as the server asks for with %i', async (status) => {
    const scene = new Scene();
    scene.queue.enqueue(create('a'));
    await scene.answer(new ApiError(status, 'unavailable', [], 7));
    expect(scene.queue.connection.value).toEqual({ state: 'busy', retryAt: scene.browser.nowMs + 7_000 });
    expect(scene.browser.pauses).toEqual([7_000]);
    // Whatever else the server answers meanwhile.
    scene.queue.report();
    expect(scene.sent).toEqual(['create a']);
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

  describe('with many creations', () => {
    const many = (count: number): (Change & { kind: 'create' })[] =>
      Array.from({ length: count }, (_, place) => create(String(place)));

    it('sends up to four at once, in order', async () => {
      const scene = new Scene();
      scene.queue.enqueueAll(many(150));
      expect(scene.sent).toEqual(['create 0', 'create 1', 'create 2', 'create 3']);
      await scene.answer();
      expect(scene.sent.at(-1)).toBe('create 4');
      expect(scene.queue.progress.value).toEqual({ stored: 1, total: 150 });
    });

    it('does not run ahead of a slow one', async () => {
      const scene = new Scene();
      scene.queue.enqueueAll(many(150));
      for (let answered = 0; answered < 3; answered++) await scene.answer(undefined, 1);
      expect(scene.sent).toHaveLength(4);
      await scene.answer();
      expect(scene.sent).toHaveLength(8);
    });

    it('sends one at a time when few are left, which keeps their order', async () => {
      const scene = new Scene();
      scene.queue.enqueueAll(many(100));
      expect(scene.sent).toEqual(['create 0']);
      await scene.answer();
      expect(scene.sent).toEqual(['create 0', 'create 1']);
    });

    it('sends a change of another kind alone', async () => {
      const scene = new Scene();
      scene.queue.enqueueAll(many(150));
      scene.queue.enqueue(done('0'));
      scene.queue.enqueueAll(many(2));
      for (let answered = 0; answered < 150; answered++) await scene.answer();
      expect(scene.sent.at(-1)).toBe('patch 0');
      await scene.answer();
      expect(scene.sent.at(-1)).toBe('create 0');
    });

    it('counts failures at the same time as one, and waits for the longest delay', async () => {
      const scene = new Scene();
      scene.queue.enqueueAll(many(150));
      await scene.answer(new ApiError(429, 'too-many-requests', [], 3));
      await scene.answer(new ApiError(429, 'too-many-requests', [], 9));
      await scene.answer();
      await scene.answer(new ApiError(429, 'too-many-requests', [], 5));
      expect(scene.browser.pauses).toEqual([9_000]);
      expect(scene.sent).toHaveLength(4);
      expect(scene.queue.connection.value.state).toBe('busy');
      scene.browser.fire(9_000);
      expect(scene.sent.slice(4)).toEqual(['create 0', 'create 1', 'create 3']);
      expect(scene.queue.progress.value).toEqual({ stored: 1, total: 150 });
    });

    it('counts no rejected one as stored', async () => {
      const scene = new Scene();
      scene.queue.enqueueAll(many(150));
      await scene.answer(new ApiError(422, 'invalid'));
      await scene.answer();
      expect(scene.queue.progress.value).toEqual({ stored: 1, total: 149 });
    });
  });

  it('does nothing more once it is closed', async () => {
    const scene = new Scene();
    scene.queue.enqueue(create('a'));
    scene.queue.enqueue(create('b'));
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
