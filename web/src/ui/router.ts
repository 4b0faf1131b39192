import { signal, type ReadonlySignal } from '@preact/signals';
import { PATHS, pathOf, toRoute, type Route } from '../state/route.js';

/** Well-known path of the form that changes the password. */
const CHANGE_PASSWORD = '/.well-known/change-password';

/** State of the history entry of details: the list is in the entry before. */
const OPENED = 'opened';

export class Router {
  readonly #route: ReturnType<typeof signal<Route>>;
  #isGoingBack = false;

  constructor() {
    if (location.pathname === CHANGE_PASSWORD) history.replaceState(null, '', `${PATHS.settings}#password`);
    this.#route = signal(toRoute(new URL(location.href)));
    addEventListener('popstate', () => {
      this.#isGoingBack = false;
      this.#route.value = toRoute(new URL(location.href));
    });
  }

  get route(): ReadonlySignal<Route> {
    return this.#route as ReadonlySignal<Route>;
  }

  /** Navigates to an address of the page. `replace`: without a new history entry. */
  go(path: string, replace = false): void {
    this.#go(path, replace, null);
  }

  /** Puts a search into the address. Typing adds one history entry, not one per letter. */
  search(text: string): void {
    const { view, text: before } = this.route.peek();
    this.go(pathOf(view, { text }), before !== '' && text !== '');
  }

  /** Shows the details of a task beside the list. Back closes them, whatever was opened in between. */
  openTask(id: string): void {
    const { view, text, task } = this.route.peek();
    if (id !== task)
      this.#go(pathOf(view, { task: id, text }), task !== undefined, task === undefined ? OPENED : history.state);
  }

  /** Closes the details. */
  closeTask(): void {
    const { view, text, task } = this.route.peek();
    if (task === undefined) return;
    if (history.state === OPENED) this.back();
    else this.go(pathOf(view, { text }), true);
  }

  /** Goes back by one entry. The browser does so later: until then another call would leave the list. */
  back(): void {
    if (this.#isGoingBack) return;
    this.#isGoingBack = true;
    history.back();
  }

  #go(path: string, replace: boolean, state: unknown): void {
    this.#isGoingBack = false;
    history[replace ? 'replaceState' : 'pushState'](state, '', path);
    this.#route.value = toRoute(new URL(location.href));
  }
}
