import { describe, expect, it } from '@jest/globals';
import type { List } from '../../../src/api/lists-api.js';
import type { LiveTasks } from '../../../src/state/live-tasks.js';
import { LiveUpdates } from '../../../src/state/live-updates.js';
import { FakeBrowser, type FakeStream } from '../../support/fake-browser.js';

const CLOSED = 2;

/** Live updates with scripted streams and clock. */
class Scene {
  readonly browser = new FakeBrowser();
  stale = 0;
  listsRead = 0;
  isLive = false;
  readonly changed: string[] = [];
  readonly live = new LiveUpdates(
    {
      refresh: () => {
        this.stale++;
        return Promise.resolve();
      },
      live: {
        onChanged: (list: string, ids: readonly string[] | undefined) =>
          Promise.resolve(void this.changed.push(`${list}: ${ids?.join() ?? 'all'}`)),
      } as LiveTasks,
      poll: () => Promise.resolve(),
      onLive: (isLive) => (this.isLive = isLive),
    },
    {
      first: { id: 'first' } as List,
      refresh: () => {
        this.listsRead++;
        return Promise.resolve();
      },
      refreshSoon: () => undefined,
    },
    this.browser,
  );

  get streams(): readonly FakeStream[] {
    return this.browser.streams;
  }

  get stream(): FakeStream {
    const stream = this.streams.at(-1);
    if (stream === undefined) throw new Error('No stream was opened');
    return stream;
  }

  /** The server rejects the stream, and time passes until the page opens another. */
  reopen(): void {
    this.stream.readyState = CLOSED;
    this.stream.dispatch('error');
    this.browser.fire(3_000);
  }
}

describe('LiveUpdates', () => {
  it('reports whether its stream reports changes', () => {
    const scene = new Scene();
    scene.live.start();
    expect(scene.isLive).toBe(false);
    scene.stream.dispatch('heartbeat');
    expect(scene.isLive).toBe(true);
    scene.stream.dispatch('error');
    expect(scene.isLive).toBe(false);
    scene.stream.dispatch('heartbeat');
    expect(scene.isLive).toBe(true);
    scene.live.stop();
    expect(scene.isLive).toBe(false);
  });

  it('reads nothing again when the first stream opens', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.dispatch('heartbeat');
    expect(scene.stale).toBe(0);
  });

  it('reads again what is shown when the browser reconnects', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.dispatch('heartbeat');
    scene.stream.dispatch('error');
    scene.stream.dispatch('heartbeat');
    expect(scene.stale).toBe(1);
  });

  it('reads again what is shown when a stream of its own follows', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.dispatch('heartbeat');
    scene.reopen();
    expect(scene.streams).toHaveLength(2);
    const before = scene.stale;
    scene.stream.dispatch('heartbeat');
    expect(scene.stale).toBe(before + 1);
  });

  it('reads again what is shown when the first stream was rejected', () => {
    const scene = new Scene();
    scene.live.start();
    scene.reopen();
    const before = scene.stale;
    scene.stream.dispatch('heartbeat');
    expect(scene.stale).toBe(before + 1);
  });

  it('names the tasks and the list of an event', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.dispatch('changed', { taskIds: ['1', '2'] });
    scene.stream.dispatch('changed', { all: true });
    scene.stream.dispatch('list-changed', { list: 'other', taskIds: ['3'] });
    expect(scene.changed).toEqual(['first: 1,2', 'first: all', 'other: 3']);
  });

  it('reads the lists again when they change', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.dispatch('lists-changed');
    expect(scene.listsRead).toBe(1);
  });

  it('leaves no timer after a stop', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.readyState = CLOSED;
    scene.stream.dispatch('error');
    scene.live.stop();
    expect(scene.browser.pauses).toEqual([]);
  });

  it('starts anew after a stop', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.dispatch('heartbeat');
    scene.stream.dispatch('error');
    scene.live.stop();
    expect(scene.stream.readyState).toBe(CLOSED);
    scene.live.start();
    scene.stream.dispatch('heartbeat');
    expect(scene.stale).toBe(0);
  });
});
