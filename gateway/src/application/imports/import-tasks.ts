import { BATCH_MAX_TASKS, PAGE_MAX_TASKS } from '@tasks/idl';
import type { SessionPrincipal } from '../../domain/principal.js';
import type { Secrets } from '../accounts/secrets.js';
import type { ListAccess } from '../lists/list-access.js';
import type { ChangeFeed } from '../tasks/change-feed.js';
import { TaskServiceError } from '../tasks/task-service.error.js';
import type { Insertion, NewTask, TaskService } from '../tasks/task-service.js';
import { type FileEntry, type ImportedTask, isRejected, type RejectedLine } from './imported-task.js';

/** Maximum number of tasks in a file. */
export const IMPORT_MAX_TASKS = 10_000;

/** Number of lines that are read before other requests have their turn. */
const SLICE = 200;
/** Maximum duration of an import, in milliseconds. */
const TIME_LIMIT_MS = 120_000;

/** What became of a file. */
export interface ImportReport {
  /** Number of tasks that were added. */
  readonly added: number;
  /** Number of tasks that an earlier import had added already. */
  readonly present: number;
  readonly rejected: readonly RejectedLine[];
}

interface ImportRequest {
  readonly principal: SessionPrincipal;
  /** Rejects once the session has ended. */
  readonly repeat: () => Promise<unknown>;
  readonly list: string;
  /** The content of the file, in its order. */
  readonly entries: Iterable<FileEntry>;
  /** Whether to report only, without adding anything. */
  readonly isDryRun: boolean;
}

/** A task of the file with the id that it gets in this list, at every import. */
interface IdentifiedTask {
  readonly line: number;
  readonly task: NewTask;
}

interface ImportParts {
  readonly tasks: TaskService;
  readonly access: ListAccess;
  readonly feed: ChangeFeed;
  readonly secrets: Secrets;
  readonly now: () => Date;
  /** Lets other requests have their turn. */
  readonly yieldToOthers: () => Promise<void>;
}

/** Adds the tasks of a file to a list. A repeated import adds what is missing, and nothing twice. */
export class ImportTasks {
  readonly #parts: ImportParts;

  constructor(parts: ImportParts) {
    this.#parts = parts;
  }

  /**
   * The list and the session are checked before each hundred tasks.
   *
   * @throws ListError NOT_FOUND, ROLE_TOO_LOW, READ_ONLY; TooManyTasks; ImportTimeout, TaskServiceError: any of the tasks
   * may have been added; AccountError UNAUTHENTICATED, STORE_UNAVAILABLE
   */
  async execute(request: ImportRequest): Promise<ImportReport> {
    const { access, feed } = this.#parts;
    const ownerId = await access.requireTasks(request.principal, request.list, 'editor');
    const rejected: RejectedLine[] = [];
    const found = await this.#read(ownerId, request.entries, rejected);
    if (request.isDryRun) return this.#compare(request, found, rejected);
    try {
      return await this.#insert(request, await this.#dated(ownerId, found), rejected);
    } finally {
      if (found.length > 0) feed.publishTasks(ownerId, { all: true });
    }
  }

  async #read(ownerId: string, entries: Iterable<FileEntry>, rejected: RejectedLine[]): Promise<IdentifiedTask[]> {
    const found: IdentifiedTask[] = [];
    const equal = new Map<string, number>();
    let lines = 0;
    for (const entry of entries) {
      if (++lines % SLICE === 0) await this.#parts.yieldToOthers();
      if (entry === undefined) continue;
      if (found.length + rejected.length >= IMPORT_MAX_TASKS) throw new TooManyTasks();
      if (isRejected(entry)) rejected.push(entry);
      else found.push(this.#identified(ownerId, entry, equal));
    }
    return found;
  }

  /** The id follows from the list, the content and the number of equal ones before, so that equal lines stay apart. */
  #identified(ownerId: string, { line, content, task }: ImportedTask, equal: Map<string, number>): IdentifiedTask {
    const digest = this.#parts.secrets.digest(content);
    const ordinal = (equal.get(digest) ?? 0) + 1;
    equal.set(digest, ordinal);
    const id = this.#parts.secrets.digest(`import ${ownerId} ${digest} ${String(ordinal)}`).slice(0, 24);
    return { line, task: { id, ...task } };
  }

  /**
   * Gives tasks without a time one each, a millisecond apart, so that lists have them in the order of the file. A repeated
   * import counts from the time of the first task.
   */
  async #dated(ownerId: string, found: readonly IdentifiedTask[]): Promise<readonly IdentifiedTask[]> {
    const [first] = found;
    if (!first) return found;
    const start = (await this.#createdOn(ownerId, first.task.id)) ?? this.#parts.now().getTime();
    return found.map(({ line, task }, n) => ({
      line,
      task: { ...task, createdOn: task.createdOn ?? new Date(start - n).toISOString() },
    }));
  }

  async #createdOn(ownerId: string, taskId: string): Promise<number | undefined> {
    try {
      return Date.parse((await this.#parts.tasks.get(ownerId, taskId)).createdOn);
    } catch (error) {
      if (error instanceof TaskServiceError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  async #insert(
    { principal, repeat, list }: ImportRequest,
    found: readonly IdentifiedTask[],
    rejected: RejectedLine[],
  ): Promise<ImportReport> {
    const { tasks, access } = this.#parts;
    const startMs = performance.now();
    let [added, present] = [0, 0];
    for (let start = 0; start < found.length; start += BATCH_MAX_TASKS) {
      if (performance.now() - startMs > TIME_LIMIT_MS) {
        throw new ImportTimeout('The import takes too long: repeat it to add the rest');
      }
      const chunk = found.slice(start, start + BATCH_MAX_TASKS);
      await repeat();
      const ownerId = await access.requireTasks(principal, list, 'editor');
      const results = await tasks.insertAll(
        ownerId,
        chunk.map(({ task }) => task),
      );
      for (const [n, result] of results.entries()) {
        if ('task' in result) {
          if (result.isNew) added++;
          else present++;
        } else rejected.push({ line: chunk[n]?.line ?? 0, ...rejectionOf(result) });
      }
    }
    return { added, present, rejected: rejected.toSorted((one, other) => one.line - other.line) };
  }

  /** Reads the list to find what is there already. */
  async #compare(
    { principal, repeat, list }: ImportRequest,
    found: readonly IdentifiedTask[],
    rejected: readonly RejectedLine[],
  ): Promise<ImportReport> {
    const { tasks, access } = this.#parts;
    const missing = new Set(found.map(({ task }) => task.id));
    const startMs = performance.now();
    for (let after: string | undefined; missing.size > 0;) {
      if (performance.now() - startMs > TIME_LIMIT_MS)
        throw new ImportTimeout('The list takes too long to read: import without trying it out');
      await repeat();
      const ownerId = await access.requireTasks(principal, list, 'editor');
      const page = await tasks.find(ownerId, { limit: PAGE_MAX_TASKS, after });
      for (const { id } of page.items) missing.delete(id);
      if (page.nextCursor === null) break;
      after = page.nextCursor;
    }
    return { added: missing.size, present: found.length - missing.size, rejected };
  }
}

function rejectionOf({ rejected, message }: Extract<Insertion, { rejected: string }>): Omit<RejectedLine, 'line'> {
  return rejected === 'ID_TAKEN'
    ? { code: 'id-taken', reason: 'This task is in another list: it was moved there, or somebody took its id' }
    : { code: 'invalid', reason: message };
}

/** An import that is over its time. Its message says what to do. */
export class ImportTimeout extends Error {
  override readonly name = 'ImportTimeout';
}

/** A file with more tasks than an import takes. */
export class TooManyTasks extends Error {
  override readonly name = 'TooManyTasks';

  constructor() {
    super(`A file may have at most ${String(IMPORT_MAX_TASKS)} tasks`);
  }
}
