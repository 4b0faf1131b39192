import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Row } from '../state/task.js';
import { dayOf } from '../state/wall-clock.js';
import { useApp, useOpenAccount, useTexts } from '../ui/context.js';
import { announce } from '../ui/announcer.js';
import { runSoon } from '../ui/rendering.js';
import { checkOf, focusedRow, focusRow, keepFocus } from './keep-focus.js';

/** Space that the header and messages cover at the edges of the window, in pixels. */
const COVERED = 136;

interface RowKeysOptions {
  readonly rows: readonly Row[];
  /** Returns -1 for one that is not in the list. */
  readonly placeOf: (id: string) => number;
  /** Where a row begins in the list, in pixels. */
  readonly topOf: (place: number) => number;
  /** Whether the reader may change the row. */
  readonly isEditable: (row: Row) => boolean;
  readonly onMenu: (row: Row, button: HTMLElement | null) => void;
}

/** Keys, clicks and focus of a list, of which only some rows are drawn. */
export function useRowKeys(
  list: { readonly current: HTMLUListElement | null },
  { rows, placeOf, topOf, isEditable, onMenu }: RowKeysOptions,
) {
  const { app, router } = useApp();
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  /** The row that had the focus last: it stays drawn. */
  const [current, setCurrent] = useState<string>();
  const focused = useRef<{ id: string; place: number } | undefined>(undefined);
  const wanted = tasks.focus.value;
  // Before this pass moves elements.
  const active = document.activeElement;
  const hadFocus = list.current?.contains(active) === true;

  useLayoutEffect(() => {
    const place = wanted === undefined ? -1 : placeOf(wanted);
    if (wanted === undefined || place < 0) return;
    const check = checkOf(wanted);
    if (check === null) return;
    check.focus({ preventScroll: true });
    // Below a sheet it can't have the focus yet.
    if (document.activeElement !== check) return;
    tasks.focus.value = undefined;
    const top = topOf(place);
    // It needs the layout of what is being rendered.
    runSoon(() => {
      reveal(list.current, top);
    });
  });

  useLayoutEffect(() => {
    // Chromium scrolls back to what has the focus when Preact moves it by this.
    if (list.current) Object.assign(list.current, { moveBefore: undefined });
  }, []);

  useLayoutEffect(() => {
    const last = focused.current;
    if (last === undefined || !hadFocus || document.activeElement !== document.body || placeOf(last.id) < 0) return;
    // A browser takes the focus from an element that is moved, and from one that is gone.
    const left = active instanceof HTMLElement && active.isConnected ? active : checkOf(last.id);
    left?.focus({ preventScroll: true });
  });

  // The focused row was removed by a change elsewhere: continue at its position.
  useLayoutEffect(() => {
    const last = focused.current;
    if (last === undefined || document.activeElement !== document.body || placeOf(last.id) >= 0) return;
    focusAt(last.place);
  }, [rows]);

  const focusAt = (place: number): void => {
    const row = rows[Math.max(0, Math.min(place, rows.length - 1))];
    if (row) focusRow(tasks, row.id);
    else document.getElementById('new-task')?.focus();
  };
  const rowOf = (event: Event): { row: Row; place: number } | undefined => {
    const id = (event.target as Element).closest<HTMLElement>('[data-id]')?.dataset['id'];
    const place = id === undefined ? -1 : placeOf(id);
    const row = rows[place];
    return row && { row, place };
  };
  /** Of the selected rows if the row is one of them, else of the row alone: those that the reader may change. */
  const concerned = (row: Row): readonly Row[] => {
    const selected = tasks.selected.ids.peek();
    return (selected.has(row.id) ? rows.filter(({ id }) => selected.has(id)) : [row]).filter(isEditable);
  };
  const remove = (row: Row): void => {
    const removed = concerned(row);
    if (removed.length === 0) return;
    tasks.selected.clear();
    keepFocus(tasks, row.id, () => {
      tasks.remove(removed);
    });
  };
  const shift = (row: Row, by: number): void => {
    const place = tasks.shift(row, by);
    tasks.focus.value = row.id;
    if (place !== undefined) announce(texts.movedTo(place + 1, rows.length));
  };
  const setDueToday = (row: Row): void => {
    tasks.edit(concerned(row), { dueOn: dayOf(Date.now()) });
    announce(texts.due(texts.today));
  };
  const onChange = (event: Event): void => {
    const target = event.target as HTMLInputElement;
    const found = rowOf(event);
    if (!found || !target.classList.contains('check')) return;
    const { checked } = target;
    if (!isEditable(found.row)) target.checked = found.row.done;
    tasks.setDone(concerned(found.row), checked);
  };
  const onClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    const found = rowOf(event);
    if (!found || target.closest('a, input, .menu')) return;
    const { row } = found;
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      if (event.shiftKey) tasks.selected.extend(row.id, rows, focused.current?.id);
      else tasks.selected.toggle(row.id);
      // The next key acts on what is selected.
      checkOf(row.id)?.focus({ preventScroll: true });
      return;
    }
    const action = target.closest<HTMLElement>('[data-action]')?.dataset['action'];
    if (action === 'star') tasks.edit([row], { starred: row.starred !== true });
    else if (action === 'menu') onMenu(row, target.closest('button'));
    else if (target.closest('button') === null) {
      // A finger has no keys to hold.
      const isTap = (event as PointerEvent).pointerType === 'touch';
      if (isTap && tasks.selected.ids.peek().size > 0) tasks.selected.toggle(row.id);
      else router.openTask(row.id);
    }
  };
  const onMouseDown = (event: MouseEvent): void => {
    // It would select the text between the rows too.
    if (event.shiftKey && !(event.target as Element).closest('input')) event.preventDefault();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const found = rowOf(event);
    if (!found || target.classList.contains('rename') || target.closest('.menu')) return;
    const { row, place } = found;
    const focusedPlace = placeOf(focusedRow(tasks) ?? row.id);
    const here = focusedPlace < 0 ? place : focusedPlace;
    const isChange = isEditable(row);
    if ((event.ctrlKey || event.metaKey) && event.key === 'a') tasks.selected.selectAll(rows);
    else if (event.ctrlKey || event.metaKey) return;
    else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      if (isChange) shift(row, event.key === 'ArrowUp' ? -1 : 1);
    } else if (event.altKey) return;
    else if (event.shiftKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      const next = rows[event.key === 'ArrowUp' ? here - 1 : here + 1];
      if (next) tasks.selected.extend(next.id, rows, row.id);
      if (next) focusRow(tasks, next.id);
    } else if (event.key === 'ArrowDown') focusAt(here + 1);
    else if (event.key === 'ArrowUp' && here === 0) document.getElementById('new-task')?.focus();
    else if (event.key === 'ArrowUp') focusAt(here - 1);
    else if (event.key === 'Home') focusAt(0);
    else if (event.key === 'End') focusAt(rows.length - 1);
    else if (event.key === 'F2' && isChange) tasks.editing.value = { id: row.id, text: row.name };
    else if (event.key === 'Enter' && target.classList.contains('check')) router.openTask(row.id);
    else if (event.key === 'Delete') remove(row);
    else if (event.key === 't' && isChange && app.preferences.current.peek().shortcuts) setDueToday(row);
    else if (event.key === 'x' && app.preferences.current.peek().shortcuts) tasks.selected.toggle(row.id);
    else if (event.key === 'Escape' && tasks.selected.ids.peek().size > 0) tasks.selected.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onFocusIn = (event: FocusEvent): void => {
    const found = rowOf(event);
    if (!found) return;
    focused.current = { id: found.row.id, place: found.place };
    setCurrent(found.row.id);
    // A row that was ticked by the mouse leaves, although the check mark has the focus.
    tasks.list.pins.onFocus((event.target as Element).matches(':focus-visible') ? found.row.id : undefined);
  };
  const onFocusOut = (event: FocusEvent): void => {
    const found = rowOf(event);
    const into = event.relatedTarget as Element | null;
    if (!found || into?.closest<HTMLElement>('[data-id]')?.dataset['id'] === found.row.id) return;
    const { target } = event;
    // A removed row loses the focus too; ignore it.
    setTimeout(() => {
      if (!(target as Element).isConnected && document.activeElement === document.body) return;
      if (list.current?.contains(document.activeElement)) return;
      focused.current = undefined;
      tasks.list.pins.onFocus(undefined);
    });
  };
  return { current, handlers: { onChange, onClick, onMouseDown, onKeyDown, onFocusIn, onFocusOut } };
}

/** Scrolls so that a row is inside of the window. */
function reveal(list: HTMLElement | null, top: number): void {
  if (list === null) return;
  const y = list.getBoundingClientRect().top + top;
  if (y < COVERED) scrollBy(0, y - COVERED);
  else if (y > innerHeight - COVERED) scrollBy(0, y - innerHeight + COVERED);
}
