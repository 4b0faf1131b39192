import { signal, type Signal } from '@preact/signals';
import type { CallAnswer, MethodDescription } from '../../src/description.js';
import type { Contract } from './contract.js';
import type { LinkedCall } from './route.js';

export const DEFAULT_TIMEOUT_MS = '10000';

/** What came of the last call. */
export type CallState =
  | { readonly kind: 'none' | 'running' }
  | { readonly kind: 'answered'; readonly answer: CallAnswer }
  /** It was not made. */
  | { readonly kind: 'rejected'; readonly message: string };

/** A call in the making. It is kept for the tab, so that a reload or a look at another method loses nothing. */
export class Draft {
  /** The arguments as JSON. */
  readonly args: Signal<string>;
  /** One header a line. */
  readonly headers: Signal<string>;
  readonly timeoutMs: Signal<string>;
  readonly state = signal<CallState>({ kind: 'none' });
  readonly #key: string;

  constructor(contract: Contract, service: string, method: MethodDescription, { args, timeoutMs }: LinkedCall) {
    this.#key = `explorer:${service}.${method.name}`;
    const kept = read(this.#key);
    this.args = signal(args ?? kept.args ?? textOf(contract.initialArguments(method)));
    this.headers = signal(kept.headers ?? '');
    this.timeoutMs = signal(timeoutMs ?? kept.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  }

  save(): void {
    const kept: Kept = { args: this.args.value, headers: this.headers.value, timeoutMs: this.timeoutMs.value };
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // The storage is full or off: the draft lives as long as the page.
    }
  }
}

interface Kept {
  readonly args?: string;
  readonly headers?: string;
  readonly timeoutMs?: string;
}

function read(key: string): Kept {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Kept;
  } catch {
    return {};
  }
}

/** A value as people read JSON. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
