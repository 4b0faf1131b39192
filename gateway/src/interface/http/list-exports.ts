import { Readable } from 'node:stream';
import { toMarkdown } from '../../application/imports/line-tasks.js';
import type { ListAccess } from '../../application/lists/list-access.js';
import type { ManageTasks } from '../../application/tasks/manage-tasks.js';
import type { Task, TaskPage } from '../../application/tasks/task-service.js';
import { CSV_HEADER, toCsvLine } from './csv-tasks.js';
import type { Authentication } from './principal.js';
import { toTaskBody } from './tasks.schemas.js';

const PAGE_SIZE = 200;
/** Maximum duration of an export, in milliseconds: a client that reads slowly must not keep it running. */
export const EXPORT_LIMIT_MS = 120_000;

export const EXPORT_FORMATS = ['json', 'csv', 'md'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How tasks are written. */
interface Writer {
  readonly type: string;
  readonly head: (listName: string | null) => string;
  /** Separates two tasks. */
  readonly separator: string;
  readonly write: (task: Task) => string;
  readonly tail: string;
}

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  json: {
    type: 'application/json; charset=utf-8',
    head: (name) => `{"list":${JSON.stringify({ name })},"tasks":[`,
    separator: ',',
    write: toJson,
    tail: '],"complete":true}',
  },
  csv: {
    type: 'text/csv; charset=utf-8',
    head: () => `${CSV_HEADER}\r\n`,
    separator: '\r\n',
    write: toCsvLine,
    tail: '\r\n',
  },
  md: {
    type: 'text/markdown; charset=utf-8',
    head: (name) => (name === null ? '' : `# ${name.replace(/\s+/g, ' ')}\n\n`),
    separator: '\n',
    write: toMarkdown,
    tail: '\n',
  },
};

/** Writes lists as files. */
export class ListExports {
  readonly #tasks: ManageTasks;
  readonly #access: ListAccess;

  constructor(tasks: ManageTasks, access: ListAccess) {
    this.#tasks = tasks;
    this.#access = access;
  }

  /**
   * Streams the tasks of a list. The stream fails when the session or the membership ends, or at the time limit. Rejects if
   * the first tasks can't be read, while a problem can still be sent.
   */
  async open(
    authentication: Authentication,
    list: string,
    format: ExportFormat,
  ): Promise<{ stream: Readable; type: string }> {
    const { name } = await this.#access.requireList(authentication.principal, list, 'viewer');
    const writer = WRITERS[format];
    const pages = pagesOf(this.#tasks, authentication, list);
    const first = await pages.next();
    const pieces = piecesOf(writer, name, first, pages);
    return { stream: Readable.from(pieces, { signal: AbortSignal.timeout(EXPORT_LIMIT_MS) }), type: writer.type };
  }
}

/**
 * Reads all tasks of a list. Session and membership are checked before each page, and again after it was read, which can
 * take seconds: nothing that was written after their end is returned.
 *
 * @param list Undefined: the first list.
 */
export async function* pagesOf(
  tasks: ManageTasks,
  { principal, repeat }: Authentication,
  list?: string,
): AsyncGenerator<TaskPage, undefined> {
  let after: string | undefined;
  do {
    await repeat();
    const page = await tasks.find({ principal, list }, { limit: PAGE_SIZE, after });
    await repeat();
    await tasks.requireReadable({ principal, list });
    yield page;
    after = page.nextCursor ?? undefined;
  } while (after !== undefined);
}

async function* piecesOf(
  { head, separator, write, tail }: Writer,
  name: string | null,
  first: IteratorResult<TaskPage, undefined>,
  rest: AsyncGenerator<TaskPage, undefined>,
): AsyncGenerator<string> {
  yield head(name);
  yield* tasksOf(first, rest, separator, write);
  yield tail;
}

/** Writes the tasks of pages, of which the first one is read, with a separator between two tasks. */
export async function* tasksOf(
  first: IteratorResult<TaskPage, undefined>,
  rest: AsyncGenerator<TaskPage, undefined>,
  separator: string,
  write: (task: Task) => string,
): AsyncGenerator<string> {
  let isFirst = true;
  for (let next = first; next.done !== true; next = await rest.next()) {
    const { items } = next.value;
    if (items.length === 0) continue;
    yield (isFirst ? '' : separator) + items.map(write).join(separator);
    isFirst = false;
  }
}

/** Writes a task as exports in JSON have it. */
export function toJson(task: Task): string {
  return JSON.stringify(toTaskBody(task));
}
