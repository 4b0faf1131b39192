import type { ReadonlySignal } from '@preact/signals-core';
import type { ItemStorage } from './safe-storage.js';
import type { Channel } from './tabs.js';
import type { View } from './view.js';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  setTimer(callback: () => void, milliseconds: number): unknown;
  clearTimer(timer: unknown): void;
  /** A number from 0 up to, but not including, 1. */
  random(): number;
}

/** The part of EventSource that is used here. */
export interface Stream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/** Browser features that the model needs. */
export interface Browser extends Clock {
  /** Both never throw: see `safeStorage`. */
  readonly sessionStorage: ItemStorage;
  readonly localStorage: ItemStorage;
  readonly isVisible: ReadonlySignal<boolean>;
  /** IANA name, as `Europe/Berlin`. */
  readonly timeZone: string;
  /** View and search in the address. */
  readonly shown: { readonly view: View | undefined; readonly text: string };
  /** Opens a channel to the tabs of this browser that open the same name. */
  openChannel(name: string): Channel;
  openStream(): Stream;
  /** Whether the browser reports a network. May be wrong: a server on this machine needs none. */
  isOnline(): boolean;
  randomBytes(bytes: Uint8Array<ArrayBuffer>): void;
}
