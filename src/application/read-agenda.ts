import { AgendaView, USERS_AT_ONCE } from '@tasks/idl';
import { checkedTaskId, checkedUserId, type Task } from '../domain/task.js';
import { checkedDueOn } from '../domain/task-details.js';
import { TaskError } from '../domain/task.errors.js';
import { decodeCursor, encodeCursor } from './page-cursor.js';
import { checkedPageLimit, type Caller, type PagedList, type PageReader, type TaskPage } from './page-tasks.js';
import type { DuePosition, TaskRepository } from './task.repository.js';

/** A text that stores compare with dates, a dot, a task id. Other writers may have stored a long text as a date. */
const DUE_CURSOR_PATTERN = /^(.*)\.([0-9a-f]{24})$/s;

export interface AgendaFilter {
  readonly view: AgendaView;
  /** Only tasks due at this wall clock or later; of the view of due tasks only, like `dueBefore`. */
  readonly dueFrom?: string | undefined;
  /** Only tasks due before this wall clock. */
  readonly dueBefore?: string | undefined;
}

interface ReadAgendaInput {
  readonly userIds: readonly string[];
  readonly filter: AgendaFilter;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Lists open tasks of several users that have a date, or a star, page by page. */
export class ReadAgenda {
  readonly #tasks: TaskRepository;
  readonly #pages: PageReader;

  constructor(tasks: TaskRepository, pages: PageReader) {
    this.#tasks = tasks;
    this.#pages = pages;
  }

  /** @throws TaskError INVALID_INPUT, STORE_UNAVAILABLE; the reason of the caller's signal once that is aborted. */
  async execute(input: ReadAgendaInput, caller: Caller): Promise<TaskPage> {
    const userIds = checkedUserIds(input.userIds, 'userIds');
    const limit = checkedPageLimit(input.limit, 'limit');
    const after = input.after === '' ? undefined : input.after;
    const list = this.#listOf(userIds, input.filter, after);
    return this.#pages.read(list, limit, caller);
  }

  #listOf(userIds: readonly string[], filter: AgendaFilter, cursor: string | undefined): PagedList {
    const { view, dueFrom, dueBefore } = filter;
    if (view === AgendaView.DUE) {
      const range = { from: boundOf(dueFrom, 'filter.dueFrom'), until: boundOf(dueBefore, 'filter.dueBefore') };
      const after = cursor === undefined ? undefined : decodeDueCursor(cursor);
      return {
        read: (limit, last) => this.#tasks.pageByDue({ userIds, limit, ...range, after: last ? dueAt(last) : after }),
        cursorOf: (task) => `${dueAt(task).dueOn}.${task.id}`,
      };
    }
    if (dueFrom ?? dueBefore)
      throw TaskError.invalid('filter', 'must have dueFrom and dueBefore only with the view DUE');
    const after = cursor === undefined ? undefined : decodeCursor(cursor, 'after');
    return {
      read: (limit, last) => this.#tasks.pageByStar({ userIds, limit, after: last ?? after }),
      cursorOf: encodeCursor,
    };
  }
}

/**
 * Checks the users of one call.
 *
 * @param field The caller's name of them.
 * @throws TaskError INVALID_INPUT
 */
export function checkedUserIds(userIds: readonly string[] | undefined, field: string): readonly string[] {
  if (!userIds || userIds.length < 1 || userIds.length > USERS_AT_ONCE) {
    throw TaskError.invalid(field, `must be 1-${String(USERS_AT_ONCE)}`);
  }
  return userIds.map((userId) => checkedUserId(userId, field));
}

/** Checks which tasks an agenda has. @throws TaskError INVALID_INPUT */
export function checkedAgendaView(view: AgendaView, field = 'view'): AgendaView {
  if (Object.values(AgendaView).includes(view)) return view;
  throw TaskError.invalid(field, 'must be DUE (1) or STARRED (2)');
}

function boundOf(text: string | undefined, field: string): string | undefined {
  return text === undefined || text === '' ? undefined : checkedDueOn(text, field);
}

function dueAt({ id, details: { dueOn = '' } }: Task): DuePosition {
  return { dueOn, id };
}

function decodeDueCursor(cursor: string): DuePosition {
  const [, dueOn, id] = DUE_CURSOR_PATTERN.exec(cursor) ?? [];
  if (dueOn === undefined) throw TaskError.invalid('after', 'must be the `nextCursor` of an earlier page');
  return { dueOn, id: checkedTaskId(id, 'after') };
}
