import { signal } from '@preact/signals-core';
import type { Browser, Stream } from '../../src/state/browser.js';
import type { ItemStorage } from '../../src/state/safe-storage.js';
import type { Channel } from '../../src/state/tabs.js';
import type { View } from '../../src/state/view.js';

const CONNECTING = 0;
const CLOSED = 2;

export class FakeStream implements Stream {
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();
  readyState = CONNECTING;

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, listener);
  }

  dispatch(type: string, data: object = {}): void {
    this.#listeners.get(type)?.({ data: JSON.stringify(data) } as MessageEvent<string>);
  }

  close(): void {
    this.readyState = CLOSED;
  }
}

export class FakeStorage implements ItemStorage {
  readonly items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}

/** The browser features of one tab, with a clock and timers that tests move. */
export class FakeBrowser implements Browser {
  readonly localStorage = new FakeStorage();
  readonly sessionStorage = new FakeStorage();
  readonly isVisible = signal(true);
  readonly timeZone = 'Europe/Berlin';
  shown: { view: View | undefined; text: string } = { view: undefined, text: '' };
  readonly streams: FakeStream[] = [];
  readonly channels = new Map<string, Channel & { readonly sent: unknown[]; isClosed: boolean }>();
  readonly timers = new Map<number, { readonly callback: () => void; readonly milliseconds: number }>();
  #timerKey = 0;
  isOnlineNow = true;
  nowMs = 1_000_000;
  /** What `random` returns. */
  chance = 0;

  openChannel(name: string): Channel {
    const channel = {
      sent: [] as unknown[],
      isClosed: false,
      onmessage: null,
      postMessage: (message: unknown) => void channel.sent.push(message),
      close: () => void (channel.isClosed = true),
    };
    this.channels.set(name, channel);
    return channel;
  }

  openStream(): FakeStream {
    const stream = new FakeStream();
    this.streams.push(stream);
    return stream;
  }

  isOnline(): boolean {
    return this.isOnlineNow;
  }

  now(): number {
    return this.nowMs;
  }

  random(): number {
    return this.chance;
  }

  randomBytes(bytes: Uint8Array): void {
    bytes.fill(0x12);
  }

  setTimer(callback: () => void, milliseconds: number): unknown {
    this.timers.set(++this.#timerKey, { callback, milliseconds });
    return this.#timerKey;
  }

  clearTimer(timer: unknown): void {
    this.timers.delete(timer as number);
  }

  /** Lets every timer with that time fire. */
  fire(milliseconds: number): void {
    for (const [key, timer] of this.timers) {
      if (timer.milliseconds !== milliseconds) continue;
      this.timers.delete(key);
      timer.callback();
    }
  }

  /** Times of the running timers. */
  get pauses(): number[] {
    return [...this.timers.values()].map(({ milliseconds }) => milliseconds);
  }
}
