import { signal } from '@preact/signals-core';
import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../src/api/api-error.js';
import { LiveTasks } from '../../../src/state/live-tasks.js';
import { TaskCache } from '../../../src/state/task-cache.js';
import type { Task } from '../../../src/state/task.js';
import { FakeBrowser } from '../../support/fake-browser.js';
import { settle } from '../../support/settle.js';

const PAUSE_MS = 250;
const LONG_PAUSE_MS = 2_000;

const task = (id: string, list: string): Task => ({
  id,
  list,
  name: id,
  done: false,
  createdOn: '2026-01-01T00:00:00.000Z',
});

/** Live tasks with a scripted server, queue and clock. */
class Scene {
  readonly browser = new FakeBrowser();
  readonly cache = new TaskCache();
  /** Tasks on the server, and lists that cannot be asked. */
  readonly stored = new Map<string, Task>();
  readonly unavailable = new Set<string>();
  readonly queue = { isSending: false, unsaved: signal(0), report: () => undefined };
  refreshes = 0;
  /** Holds back what is read again. */
  until: Promise<void> = Promise.resolve();
  readonly live = new LiveTasks(
    {
      get: (list, id) => {
        const found = this.stored.get(id);
        if (this.unavailable.has(list)) return Promise.reject(new ApiError(503, 'unavailable'));
        if (found?.list !== list) return Promise.reject(new ApiError(404, 'not-found'));
        return Promise.resolve({ task: found, etag: undefined });
      },
    },
    this.cache,
    this.queue,
    {
      refresh: () => {
        this.refreshes++;
        return this.until;
      },
    },
    this.browser,
  );

  /** A task that is known in one list, and is in another by now. */
  move(id: string, from: string, to: string): void {
    this.cache.put(task(id, from));
    this.stored.set(id, task(id, to));
  }

  async report(...lists: readonly string[]): Promise<void> {
    // The first starts a fetch, so that the others are fetched together.
    void this.live.onChanged('other', []);
    for (const list of lists) void this.live.onChanged(list, ['a']);
    await settle();
    this.browser.fire(PAUSE_MS);
    await settle();
  }
}

describe('LiveTasks', () => {
  it.each([
    ['B', 'C'],
    ['C', 'B'],
  ])('finds a moved task whether %s or %s reported it last', async (...lists) => {
    const scene = new Scene();
    scene.move('a', 'B', 'C');
    await scene.report(...lists);
    expect(scene.cache.find('a')?.list).toBe('C');
  });

  it('removes a task that none of the lists has', async () => {
    const scene = new Scene();
    scene.cache.put(task('a', 'B'));
    await scene.report('A', 'B');
    expect(scene.cache.find('a')).toBeUndefined();
  });

  it('keeps a task while one of the lists has not answered', async () => {
    const scene = new Scene();
    scene.move('a', 'B', 'C');
    scene.unavailable.add('C');
    await scene.report('C', 'B');
    expect(scene.cache.find('a')?.list).toBe('B');
  });

  it('waits while many changes are sent, and not while they are held up', async () => {
    const scene = new Scene();
    scene.queue.unsaved.value = 21;
    scene.queue.isSending = true;
    void scene.live.onChanged('A', undefined);
    await settle();
    expect(scene.refreshes).toBe(0);
    scene.queue.isSending = false;
    scene.browser.fire(LONG_PAUSE_MS);
    await settle();
    expect(scene.refreshes).toBe(1);
  });

  it('sets no timer and fetches nothing once it is closed', async () => {
    const scene = new Scene();
    scene.queue.unsaved.value = 21;
    scene.queue.isSending = true;
    void scene.live.onChanged('A', undefined);
    await settle();
    expect(scene.browser.pauses).toEqual([LONG_PAUSE_MS]);
    scene.live.close();
    void scene.live.onChanged('A', undefined);
    await settle();
    expect(scene.browser.pauses).toEqual([]);
    expect(scene.refreshes).toBe(0);
  });

  it('sets no timer after an answer that comes once it is closed', async () => {
    const scene = new Scene();
    let answer = (): void => undefined;
    scene.until = new Promise((resolve) => (answer = resolve));
    void scene.live.onChanged('A', undefined);
    scene.live.close();
    answer();
    await settle();
    expect(scene.browser.pauses).toEqual([]);
  });
});
