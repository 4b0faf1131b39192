import { pathOfAgenda, pathOfLists, pathOfTaskPage } from '../api/paths.js';
import type { Route } from './route.js';
import { dayOf } from './wall-clock.js';

/** Storage key of the account whose tasks are requested before the session is confirmed; the id alone grants no access. */
export const LAST_ACCOUNT = 'tasks-account';

/** Returns the paths that `TaskList.start` asks for, so that they can be asked for before its script is here. */
export function pathsOfStart({ view, text }: Pick<Route, 'view' | 'text'>, now: number): readonly string[] {
  const paths = [pathOfLists(dayOf(now)), pathOfAgenda('due', dayOf(now, 1))];
  if (view === undefined) return [...paths, pathOfTaskPage(undefined, false)];
  if (text !== '') return paths;
  switch (view.kind) {
    case 'list':
      return [...paths, pathOfTaskPage(view.list, false)];
    case 'upcoming':
      return [...paths, pathOfAgenda('due')];
    case 'starred':
      return [...paths, pathOfAgenda('starred')];
    case 'today':
    case 'all':
      return paths;
  }
}
