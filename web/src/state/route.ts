import type { TaskQuery } from './task.js';

export type Screen = 'tasks' | 'log-in' | 'sign-up' | 'recovery' | 'settings' | 'unknown';

export const PATHS: Record<Exclude<Screen, 'unknown'>, string> = {
  tasks: '/',
  'log-in': '/login',
  'sign-up': '/sign-up',
  recovery: '/recovery',
  settings: '/settings',
};

export interface Route {
  readonly screen: Screen;
  /** Only used on the tasks screen. */
  readonly query: TaskQuery;
}

export function toRoute(url: URL): Route {
  const text = url.searchParams.get('q') ?? '';
  const show = url.searchParams.get('show');
  const query: TaskQuery = { filter: show === 'open' || show === 'done' ? show : 'all', text };
  const found = Object.entries(PATHS).find(([, path]) => path === url.pathname);
  return { screen: (found?.[0] as Screen | undefined) ?? 'unknown', query };
}

export function fromQuery(query: TaskQuery): string {
  const parameters = new URLSearchParams();
  if (query.filter !== 'all') parameters.set('show', query.filter);
  if (query.text !== '') parameters.set('q', query.text);
  const search = parameters.toString();
  return PATHS.tasks + (search === '' ? '' : `?${search}`);
}
