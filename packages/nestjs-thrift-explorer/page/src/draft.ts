import { signal, type Signal } from '@preact/signals';
import type { CallAnswer, MethodDescription } from '../../src/description.js';
import type { Contract } from './contract.js';
import { textOf } from './json-text.js';
import type { LinkedCall } from './route.js';

export const DEFAULT_TIMEOUT_MS = '10000';

/** What came of the last call. */
export type CallState =
  | { readonly kind: 'none' | 'running' }
  | { readonly kind: 'answered'; readonly answer: CallAnswer }
  /** It was not made. */
  | { readonly kind: 'rejected'; readonly message: string };

/** Where the headers of a tab are kept. They are the same for all methods, and credentials among them end with the tab. */
const HEADERS_KEY = 'explorer:headers';

/**
 * A call in the making. It is kept for the tab, so that a reload or a look at another method loses nothing. The arguments of the
 * last call are kept for later visits too.
 */
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
    const kept = parse(read('sessionStorage', this.#key) ?? read('localStorage', this.#key) ?? '{}');
    this.args = signal(args ?? kept.args ?? textOf(contract.initialArguments(method)));
    this.headers = signal(read('sessionStorage', HEADERS_KEY) ?? '');
    this.timeoutMs = signal(timeoutMs ?? kept.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  }

  save(): void {
    write('sessionStorage', this.#key, this.#text());
    write('sessionStorage', HEADERS_KEY, this.headers.value);
  }

  /** Keeps the arguments for later visits. */
  saveCall(): void {
    write('localStorage', this.#key, this.#text());
  }

  #text(): string {
    return JSON.stringify({ args: this.args.value, timeoutMs: this.timeoutMs.value } satisfies Kept);
  }
}

interface Kept {
  readonly args?: string;
  readonly timeoutMs?: string;
}

function parse(text: string): Kept {
  try {
    return JSON.parse(text) as Kept;
  } catch {
    return {};
  }
}

type StorageName = 'sessionStorage' | 'localStorage';

function read(storage: StorageName, key: string): string | undefined {
  try {
    return globalThis[storage].getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(storage: StorageName, key: string, text: string): void {
  try {
    globalThis[storage].setItem(key, text);
  } catch {
    // The storage is full or off: the draft lives as long as the page.
  }
}
