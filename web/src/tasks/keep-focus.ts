import type { TaskModel } from '../state/task-model.js';

/**
 * Runs a command on rows. Then the row has the focus, or the one after it if the command took it from the list, else
 * the one before it.
 */
export function keepFocus({ list, focus }: TaskModel, id: string | undefined, command: () => void): void {
  const shown = (): readonly string[] => [...list.rows.peek(), ...list.doneRows.peek()].map((row) => row.id);
  const before = shown();
  const place = before.findIndex((one) => one === id);
  command();
  const left = new Set(shown());
  const isLeft = (one: string): boolean => left.has(one);
  const next = place < 0 ? undefined : (before.slice(place).find(isLeft) ?? before.slice(0, place).findLast(isLeft));
  focus.value = next;
  if (next === undefined) focusHead();
}

/**
 * Gives the focus to a row: at once if it is drawn, since the next key may come before anything is rendered. Then it is
 * brought into view.
 */
export function focusRow({ focus }: TaskModel, id: string): void {
  checkOf(id)?.focus({ preventScroll: true });
  focus.value = id;
}

/** Returns the check mark of a row, by which it has the focus. */
export function checkOf(id: string): HTMLElement | null {
  return document.getElementById(`check-${id}`);
}

/** Returns the row that has the focus. Keys come faster than rows are drawn: one that waits for the focus counts as having it. */
export function focusedRow({ focus }: TaskModel): string | undefined {
  return focus.peek() ?? document.activeElement?.closest<HTMLElement>('[data-id]')?.dataset['id'];
}

/** Focuses the field for a new task, or the title where there is none. */
export function focusHead(): void {
  document.querySelector<HTMLElement>('#new-task, main h1')?.focus();
}
