import type { PreferencesModel } from '../state/preferences.js';
import type { TaskModel } from '../state/task-model.js';
import { focusedRow, focusRow } from './keep-focus.js';

/** Actions of the keys outside of the list. */
interface ShortcutActions {
  readonly help: () => void;
}

/** Listens for the keys that work anywhere on the tasks screen. Returns a function that stops listening. */
export function listenForShortcuts(
  preferences: PreferencesModel,
  tasks: TaskModel,
  { help }: ShortcutActions,
): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
    const typing = isTextField(event.target);
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'z') {
      if (!typing && tasks.undo()) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowDown' && (!typing || (event.target as Element).id === 'new-task')) {
      if (moveFocus(tasks, 1)) event.preventDefault();
      return;
    }
    if (typing || !preferences.current.value.shortcuts) return;
    const actions: Record<string, () => void> = {
      n: () => {
        focusField('new-task');
      },
      '/': () => {
        focusField('search');
      },
      j: () => void moveFocus(tasks, 1),
      k: () => void moveFocus(tasks, -1),
      '?': help,
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  addEventListener('keydown', onKeyDown);
  return () => {
    removeEventListener('keydown', onKeyDown);
  };
}

function focusField(id: string): void {
  const field = document.getElementById(id);
  field?.focus();
  if (field instanceof HTMLInputElement) field.select();
}

/** Moves to the next or previous row, which need not be drawn; from outside the list to the first row. */
function moveFocus(tasks: TaskModel, by: 1 | -1): boolean {
  const { list } = tasks;
  const here = focusedRow(tasks);
  const rows = [...list.rows.peek(), ...list.doneRows.peek()];
  const next = rows[here === undefined ? 0 : rows.findIndex(({ id }) => id === here) + by];
  if (next === undefined) return false;
  focusRow(tasks, next.id);
  return true;
}

/** Whether letters typed into the element are text. */
function isTextField(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
