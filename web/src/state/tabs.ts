import { computed, signal, type ReadonlySignal } from '@preact/signals-core';
import type { Change } from './change.js';
import type { Task } from './task.js';

/** A message between the tabs of this browser. */
export type TabMessage =
  | { readonly kind: 'hello' }
  | { readonly kind: 'pending'; readonly changes: readonly Change[] }
  | { readonly kind: 'confirmed'; readonly task?: Task; readonly removed?: string; readonly clearedDone?: true }
  | { readonly kind: 'logged-out' }
  | { readonly kind: 'logged-in' };

interface Envelope {
  readonly from: string;
  readonly account: string | undefined;
  readonly message: TabMessage;
}

/** The part of BroadcastChannel that is used here. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
}

/** The other tabs of this browser: their unconfirmed changes, and their messages. */
export class Tabs {
  readonly #channel: Channel;
  readonly #name: string;
  readonly #pending = signal<ReadonlyMap<string, readonly Change[]>>(new Map());
  /** Account that this tab shows; messages about others are ignored, except log-in and log-out. */
  account: string | undefined;

  /** Unconfirmed changes of the other tabs. */
  readonly pending: ReadonlySignal<readonly Change[]> = computed(() => [...this.#pending.value.values()].flat());

  /**
   * @param name Distinguishes this tab from others.
   * @param onMessage Receives the messages of others, except those already covered by `pending`.
   */
  constructor(channel: Channel, name: string, onMessage: (message: TabMessage, account: string | undefined) => void) {
    this.#channel = channel;
    this.#name = name;
    channel.onmessage = ({ data }: MessageEvent<Envelope>) => {
      const { from, account, message } = data;
      const concernsAll = message.kind === 'logged-out' || message.kind === 'logged-in';
      if (account !== this.account && !concernsAll) return;
      if (message.kind === 'pending') this.#pending.value = new Map(this.#pending.value).set(from, message.changes);
      else onMessage(message, account);
    };
  }

  send(message: TabMessage): void {
    this.#channel.postMessage({ from: this.#name, account: this.account, message } satisfies Envelope);
  }

  /** Removes the state of the others. */
  clear(): void {
    this.#pending.value = new Map();
  }
}
