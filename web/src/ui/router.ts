import { signal, type ReadonlySignal } from '@preact/signals';
import { PATHS, fromQuery, toRoute, type Route } from '../state/route.js';
import type { TaskQuery } from '../state/task.js';

/** Well-known path of the form that changes the password. */
const CHANGE_PASSWORD = '/.well-known/change-password';

export class Router {
  readonly #route: ReturnType<typeof signal<Route>>;

  constructor() {
    if (location.pathname === CHANGE_PASSWORD) history.replaceState(null, '', `${PATHS.settings}#password`);
    this.#route = signal(toRoute(new URL(location.href)));
    addEventListener('popstate', () => {
      this.#route.value = toRoute(new URL(location.href));
    });
  }

  get route(): ReadonlySignal<Route> {
    return this.#route as ReadonlySignal<Route>;
  }

  /** Navigates to an address of the page. `replace`: without a new history entry. */
  go(path: string, replace = false): void {
    history[replace ? 'replaceState' : 'pushState'](null, '', path);
    this.#route.value = toRoute(new URL(location.href));
  }

  /** Puts the query into the address. Typing in the search adds one history entry, not one per letter. */
  showQuery(query: TaskQuery): void {
    const before = this.#route.peek()?.query;
    const typing = before?.text !== '' && query.text !== '' && before?.filter === query.filter;
    this.go(fromQuery(query), typing);
  }
}
