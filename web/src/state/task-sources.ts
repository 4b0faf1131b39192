import type { TaskPage, TasksApi } from '../api/tasks-api.js';
import type { Task } from './task.js';
import { newestFirst, type Selection } from './view.js';

/** Number of requests at the same time. A browser opens six connections. */
const READ_AT_ONCE = 4;

/** Tasks that are read together, page by page. */
export interface Source {
  readonly key: string;
  readonly page: (after: string | undefined) => Promise<TaskPage>;
  /** Which of the known tasks its pages contain. */
  readonly isOfKind: (task: Task) => boolean;
}

/** Returns what has to be read to show a selection. */
export function sourcesOf(api: TasksApi, { view, text, tomorrow }: Selection, lists: readonly string[]): Source[] {
  if (text !== '' || view.kind === 'all') return lists.map((list) => openTasksOf(api, list));
  switch (view.kind) {
    case 'today':
      return [dueTasks(api, tomorrow)];
    case 'upcoming':
      return [dueTasks(api)];
    case 'starred':
      return [
        {
          key: 'starred',
          page: (after) => api.agenda('starred', undefined, after),
          isOfKind: ({ done, starred }) => !done && starred === true,
        },
      ];
    case 'list':
      return [openTasksOf(api, view.list)];
  }
}

/** The open tasks of a list. */
export function openTasksOf(api: TasksApi, list: string): Source {
  return {
    key: `open ${list}`,
    page: (after) => api.list(list, { done: false }, after),
    isOfKind: (task) => !task.done && task.list === list,
  };
}

/** The open tasks of the first list, whose id is on its way. */
export function tasksOfFirst(api: TasksApi, list: Promise<string>): Pick<Source, 'page'> {
  return {
    page: async (after) => (after === undefined ? api.firstPage(list) : api.list(await list, { done: false }, after)),
  };
}

/** The open tasks with a date. @param until Day before which they are due; unset: any. */
export function dueTasks(api: TasksApi, until?: string): Source {
  return {
    key: `due ${until ?? ''}`,
    page: (after) => api.agenda('due', until, after),
    isOfKind: ({ done, dueOn }) => !done && dueOn !== undefined && (until === undefined || dueOn < until),
  };
}

/** Whether a first page, the newest tasks of a list, reaches as far as a task. */
export function includes({ items, nextCursor }: TaskPage, task: Task): boolean {
  const last = items.at(-1);
  return nextCursor === null || (last !== undefined && newestFirst(task, last) <= 0);
}

/** Returns the answer for each of the items. A few are asked for at a time, and none after a failure. */
export async function readEach<T, R>(items: readonly T[], read: (item: T) => Promise<R>): Promise<readonly R[]> {
  const left = [...items.entries()];
  const answers: R[] = [];
  const readNext = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) answers[next[0]] = await read(next[1]);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(READ_AT_ONCE, left.length) }, readNext));
  } finally {
    left.length = 0;
  }
  return answers;
}
