import type { View } from './view.js';

export type Screen = 'tasks' | 'log-in' | 'sign-up' | 'recovery' | 'settings' | 'join' | 'unknown';

export const PATHS: Record<Exclude<Screen, 'unknown'>, string> = {
  tasks: '/',
  'log-in': '/login',
  'sign-up': '/sign-up',
  recovery: '/recovery',
  settings: '/settings',
  join: '/join',
};

export interface Route {
  readonly screen: Screen;
  /** What the tasks screen shows; undefined at `/`: Today if it has anything, else the first list. */
  readonly view?: View;
  /** Id of the task whose details are open. */
  readonly task?: string;
  /** Words searched for; empty: none. */
  readonly text: string;
}

const VIEW = /^\/(?:(today|upcoming|starred|all)|lists\/([0-9a-f]{32}))(?:\/tasks\/([0-9a-f]{24}))?$/;

export function toRoute({ pathname, searchParams }: URL): Route {
  const text = searchParams.get('q') ?? '';
  const screen = Object.entries(PATHS).find(([, path]) => path === pathname)?.[0] as Screen | undefined;
  if (screen !== undefined) return { screen, text };
  const [, kind, list, task] = VIEW.exec(pathname) ?? [];
  const view = list === undefined ? kind && { kind } : { kind: 'list', list };
  if (!view) return { screen: 'unknown', text };
  return { screen: 'tasks', view: view as View, text, ...(task !== undefined && { task }) };
}

/** Returns the address of a view, of a task's details in it, and of a search. */
export function pathOf(
  view: View | undefined,
  { task, text = '' }: { task?: string | undefined; text?: string } = {},
): string {
  const path = view === undefined ? '' : view.kind === 'list' ? `/lists/${view.list}` : `/${view.kind}`;
  const query = text === '' ? '' : `?${new URLSearchParams({ q: text }).toString()}`;
  return (task === undefined ? path || '/' : `${path}/tasks/${task}`) + query;
}
