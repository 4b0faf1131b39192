import { computed, signal, type ReadonlySignal } from '@preact/signals-core';
import type { Change } from './change.js';
import type { Task } from './task.js';

/** A change that the server confirmed. */
export interface Confirmed {
  readonly task?: Task;
  readonly removed?: string;
  /** Done tasks of a list that were removed. */
  readonly cleared?: { readonly list: string; readonly ids: readonly string[] };
}

/** A message between the tabs of one account. `hello`: a new tab asks for the unconfirmed changes of the others. */
type TabMessage =
  | { readonly kind: 'hello' }
  | { readonly kind: 'pending'; readonly changes: readonly Change[] }
  | { readonly kind: 'confirmed'; readonly confirmed: Confirmed };

interface Envelope {
  readonly from: string;
  readonly message: TabMessage;
}

/** The part of BroadcastChannel that is used here. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
  close(): void;
}

/** The other tabs of this browser with the same account: their unconfirmed changes, and what they confirmed. */
export class Tabs {
  readonly #channel: Channel;
  readonly #name: string;
  readonly #pending = signal<ReadonlyMap<string, readonly Change[]>>(new Map());
  readonly #newest = signal(0);

  /** Unconfirmed changes of the other tabs. */
  readonly pending: ReadonlySignal<readonly Change[]> = computed(() => [...this.#pending.value.values()].flat());

  /**
   * @param channel Reaches the tabs of this account alone.
   * @param name Distinguishes this tab from others.
   */
  constructor(channel: Channel, name: string) {
    this.#channel = channel;
    this.#name = name;
  }

  /** Number of tabs that have greeted this one: each of them needs its unconfirmed changes. */
  get greetings(): ReadonlySignal<number> {
    return this.#newest;
  }

  /** Starts to listen, and asks the others for their unconfirmed changes. */
  open(onConfirmed: (confirmed: Confirmed) => void): void {
    this.#channel.onmessage = ({ data }: MessageEvent<Envelope>) => {
      const { from, message } = data;
      if (message.kind === 'pending') this.#pending.value = new Map(this.#pending.value).set(from, message.changes);
      else if (message.kind === 'confirmed') onConfirmed(message.confirmed);
      else this.#newest.value++;
    };
    this.#send({ kind: 'hello' });
  }

  /** Notifies the others of the unconfirmed changes of this tab. */
  sendPending(changes: readonly Change[]): void {
    this.#send({ kind: 'pending', changes });
  }

  sendConfirmed(confirmed: Confirmed): void {
    this.#send({ kind: 'confirmed', confirmed });
  }

  close(): void {
    this.#channel.onmessage = null;
    this.#channel.close();
  }

  #send(message: TabMessage): void {
    this.#channel.postMessage({ from: this.#name, message } satisfies Envelope);
  }
}
