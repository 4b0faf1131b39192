import { batch, computed, signal, untracked, type ReadonlySignal } from '@preact/signals-core';
import { asApiError, type ApiError } from '../api/api-error.js';
import type { TasksApi } from '../api/tasks-api.js';
import type { ChangeQueue } from './change-queue.js';
import { toRevision, type ChangeSender } from './change-sender.js';
import type { Change, QueuedChange } from './change.js';
import type { TaskCache } from './task-cache.js';
import type { TaskList } from './task-list.js';
import type { Row } from './task.js';

/** The whole note: lists have only its beginning. */
type Note =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly text: string }
  | { readonly state: 'failed'; readonly error: ApiError };

/** The task whose details are shown. */
export interface OpenTask {
  readonly id: string;
  /** Undefined: not read yet, or deleted. */
  readonly row: Row | undefined;
  readonly note: Note;
  /** That of the revision which the shown note was read or typed with. */
  readonly etag: string | undefined;
  /** A note that was typed while another device changed it; the shown one is that of the other device. */
  readonly typed: string | undefined;
}

/** Reads the task whose details are open, and keeps what was typed when another device changes its note. */
export class OpenTaskModel {
  readonly #api: TasksApi;
  readonly #cache: TaskCache;
  readonly #sender: ChangeSender;
  readonly #queue: ChangeQueue;
  readonly #list: Pick<TaskList, 'find'>;
  readonly #id = signal<string | undefined>(undefined);
  readonly #error = signal<ApiError | undefined>(undefined);
  /** Notes that were typed while another device changed them, by the task. */
  readonly #typed = signal<ReadonlyMap<string, string>>(new Map());

  readonly current: ReadonlySignal<OpenTask | undefined>;

  constructor(api: TasksApi, cache: TaskCache, sender: ChangeSender, queue: ChangeQueue, list: Pick<TaskList, 'find'>) {
    this.#api = api;
    this.#cache = cache;
    this.#sender = sender;
    this.#queue = queue;
    this.#list = list;
    this.current = computed(() => this.#current());
  }

  /** Shows a task. @param list Its list; undefined: that of the known task. */
  async show(id: string, list: string | undefined): Promise<void> {
    if (this.#id.peek() !== id) {
      this.#sender.openRevision.value = undefined;
      this.#error.value = undefined;
      this.#id.value = id;
    }
    const of = this.#cache.find(id)?.list ?? list;
    if (of !== undefined) await this.#read(id, of);
  }

  close(): void {
    this.#id.value = undefined;
    this.#sender.openRevision.value = undefined;
  }

  /** Reads the task again after a change elsewhere; to be run as an effect. */
  follow(): void {
    const revision = this.#sender.openRevision.value;
    const known = revision && this.#cache.find(revision.id);
    if (!known || known.changedOn === revision.changedOn) return;
    const isChanging = untracked(() =>
      this.#queue.changes.value.some((change) => change.kind !== 'clear-done' && change.id === known.id),
    );
    if (!isChanging) void this.#read(known.id, known.list);
  }

  /** Keeps a note that was typed while another device changed it, also while the details are closed. */
  keepTyped(id: string, typed: string): void {
    this.#typed.value = new Map(this.#typed.peek()).set(id, typed);
  }

  /** Forgets it: the user has decided. */
  dropTyped(id: string): void {
    this.#typed.value = new Map([...this.#typed.peek()].filter(([of]) => of !== id));
  }

  /** The server rejected a note, since another device changed it. */
  async onConflict(id: string, list: string, typed: string): Promise<void> {
    this.keepTyped(id, typed);
    if (this.#id.peek() === id) await this.#read(id, list);
  }

  async #read(id: string, list: string): Promise<void> {
    const asked = this.#cache.now();
    try {
      const { task, etag } = await this.#api.get(list, id);
      if (this.#id.peek() !== id) return;
      if (this.#cache.changedSince(id, asked)) {
        await this.#read(id, list);
        return;
      }
      batch(() => {
        this.#sender.openRevision.value = toRevision(task, etag);
        this.#error.value = undefined;
        this.#cache.adopt([task], asked);
      });
    } catch (error) {
      const failure = asApiError(error);
      if (this.#id.peek() === id && !this.#isNew(id)) this.#error.value = failure;
    }
  }

  #current(): OpenTask | undefined {
    const id = this.#id.value;
    if (id === undefined) return undefined;
    const row = this.#list.find(id);
    const revision = this.#sender.openRevision.value;
    const etag = this.#pendingNote(id)?.base?.etag ?? (revision?.id === id ? revision.etag : undefined);
    return { id, row, etag, note: this.#note(id, row), typed: this.#typed.value.get(id) };
  }

  #note(id: string, row: Row | undefined): Note {
    // While it is on its way the row has the whole note.
    if (row && (row.unsaved === 'new' || this.#pendingNote(id))) return { state: 'ready', text: row.note ?? '' };
    const revision = this.#sender.openRevision.value;
    if (revision?.id === id) return { state: 'ready', text: revision.note };
    const error = this.#error.value;
    return error ? { state: 'failed', error } : { state: 'loading' };
  }

  #pendingNote(id: string): (Change & { kind: 'edit' }) | undefined {
    return this.#queue.changes.value.findLast(
      (change): change is QueuedChange & { kind: 'edit' } =>
        change.kind === 'edit' && change.id === id && change.changes.note !== undefined,
    );
  }

  #isNew(id: string): boolean {
    return this.#queue.changes.peek().some((change) => change.kind === 'create' && change.id === id);
  }
}
