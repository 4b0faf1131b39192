import { describe, expect, it } from '@jest/globals';
import { LiveUpdates, type Stream } from '../../src/state/live-updates.js';

const CONNECTING = 0;
const CLOSED = 2;

/** A scripted stream. */
class FakeStream implements Stream {
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();
  readyState = CONNECTING;

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, listener);
  }

  dispatch(type: string): void {
    this.#listeners.get(type)?.({} as MessageEvent<string>);
  }

  close(): void {
    this.readyState = CLOSED;
  }
}

/** Live updates with scripted streams and clock. */
class Scene {
  readonly streams: FakeStream[] = [];
  readonly timers = new Map<number, { callback: () => void; milliseconds: number }>();
  stale = 0;
  readonly live = new LiveUpdates({
    openStream: () => {
      const stream = new FakeStream();
      this.streams.push(stream);
      return stream;
    },
    onChanged: () => undefined,
    onStale: () => this.stale++,
    onPoll: () => undefined,
    setTimer: (callback, milliseconds) => {
      const timer = this.timers.size + 1;
      this.timers.set(timer, { callback, milliseconds });
      return timer;
    },
    clearTimer: (timer) => this.timers.delete(timer as number),
  });

  get stream(): FakeStream {
    const stream = this.streams.at(-1);
    if (stream === undefined) throw new Error('No stream was opened');
    return stream;
  }

  /** The server rejects the stream, and time passes until the page opens another. */
  reopen(): void {
    this.stream.readyState = CLOSED;
    this.stream.dispatch('error');
    for (const { callback, milliseconds } of this.timers.values()) if (milliseconds === 3_000) callback();
  }
}

describe('LiveUpdates', () => {
  it('reads nothing again when the first stream opens', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.dispatch('open');
    expect(scene.stale).toBe(0);
  });

  it('reads again what is shown when the browser reconnects', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.dispatch('open');
    scene.stream.dispatch('error');
    scene.stream.dispatch('open');
    expect(scene.stale).toBe(1);
  });

  it('reads again what is shown when a stream of its own follows', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.dispatch('open');
    scene.reopen();
    expect(scene.streams).toHaveLength(2);
    const before = scene.stale;
    scene.stream.dispatch('open');
    expect(scene.stale).toBe(before + 1);
  });

  it('reads again what is shown when the first stream was rejected', () => {
    const scene = new Scene();
    scene.live.start();
    scene.reopen();
    const before = scene.stale;
    scene.stream.dispatch('open');
    expect(scene.stale).toBe(before + 1);
  });

  it('starts anew after a stop', () => {
    const scene = new Scene();
    scene.live.start();
    scene.stream.dispatch('open');
    scene.stream.dispatch('error');
    scene.live.stop();
    expect(scene.stream.readyState).toBe(CLOSED);
    scene.live.start();
    scene.stream.dispatch('open');
    expect(scene.stale).toBe(0);
  });
});
