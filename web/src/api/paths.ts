/** Number of tasks in a page. */
const PAGE_SIZE = 1_000;

/** The path of all lists. @param today The reader's day, as `2026-12-01`, by which due tasks are counted. */
export function pathOfLists(today: string): string {
  return `/lists?today=${today}`;
}

/** The path of a list's tasks. @param list Undefined: the account's first list. */
export function pathOfTasks(list: string | undefined): string {
  return list === undefined ? '/tasks' : `/lists/${list}/tasks`;
}

/** The path of a page of open or done tasks. @param text Words in their names; empty: any. */
export function pathOfTaskPage(list: string | undefined, done: boolean, text = '', after?: string): string {
  const parameters = new URLSearchParams({ done: String(done), limit: String(PAGE_SIZE) });
  if (text !== '') parameters.set('text', text);
  return `${pathOfTasks(list)}?${withCursor(parameters, after)}`;
}

/** The path of a page of open tasks of all lists. @param until Day before which those with a date are due. */
export function pathOfAgenda(view: 'due' | 'starred', until?: string, after?: string): string {
  const parameters = new URLSearchParams({ view, limit: String(PAGE_SIZE) });
  if (until !== undefined) parameters.set('until', until);
  return `/agenda?${withCursor(parameters, after)}`;
}

function withCursor(parameters: URLSearchParams, after: string | undefined): string {
  if (after !== undefined) parameters.set('after', after);
  return parameters.toString();
}
