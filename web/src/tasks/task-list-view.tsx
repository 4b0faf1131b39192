import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Row } from '../state/task.js';
import { useOpenAccount, useTexts } from '../ui/context.js';
import type { Texts } from '../i18n/en.js';
import { TaskRow } from './task-row.js';

/** Cache of rendered rows, so that ten thousand unchanged ones cost nothing. */
let rendered = new WeakMap<Row, VNode>();
let renderedIn: Texts | undefined;

/** The list with its keys: arrows and j/k move, Space ticks, Enter and F2 rename, Del deletes. */
export function TaskListView() {
  const { tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const list = useRef<HTMLUListElement>(null);
  const focused = useRef<{ id: string; place: number } | undefined>(undefined);
  const rows = tasks.list.rows.value;
  const editing = tasks.editing.value?.id;
  const wanted = tasks.focus.value;
  if (renderedIn !== texts) {
    rendered = new WeakMap();
    renderedIn = texts;
  }

  useLayoutEffect(() => {
    if (wanted === undefined) return;
    const check = checkOf(wanted);
    if (check === null) return;
    tasks.focus.value = undefined;
    check.focus();
  });

  // The focused row was removed by a change elsewhere: continue at its position.
  useLayoutEffect(() => {
    const last = focused.current;
    if (last === undefined || document.activeElement !== document.body || checkOf(last.id) !== null) return;
    focusAt(last.place);
  }, [rows]);

  const focusAt = (place: number): void => {
    const row = rows[Math.min(place, rows.length - 1)];
    const target = row ? checkOf(row.id) : document.getElementById('new-task');
    target?.focus();
    target?.scrollIntoView({ block: 'nearest' });
  };
  const rowOf = (event: Event): { row: Row; place: number } | undefined => {
    const id = (event.target as Element).closest<HTMLElement>('[data-id]')?.dataset['id'];
    const place = rows.findIndex((row) => row.id === id);
    const row = rows[place];
    return row && { row, place };
  };
  const rename = (row: Row): void => {
    tasks.editing.value = { id: row.id, text: row.name };
  };
  const remove = (row: Row, place: number): void => {
    const next = rows[place + 1] ?? rows[place - 1];
    tasks.remove(row);
    if (next) checkOf(next.id)?.focus();
    else document.getElementById('new-task')?.focus();
  };

  return (
    <ul
      ref={list}
      class="tasks"
      id="tasks"
      aria-label={texts.listLabel}
      aria-describedby="list-hint"
      onChange={(event) => {
        const target = event.target as HTMLInputElement;
        const found = rowOf(event);
        if (found && target.classList.contains('check')) tasks.setDone(found.row, target.checked);
      }}
      onClick={(event) => {
        const action = (event.target as Element).closest<HTMLElement>('[data-action]')?.dataset['action'];
        const found = rowOf(event);
        if (!found) return;
        if (action === 'rename') rename(found.row);
        if (action === 'delete') remove(found.row, found.place);
      }}
      onDblClick={(event) => {
        const found = rowOf(event);
        if (found && (event.target as Element).classList.contains('name')) rename(found.row);
      }}
      onKeyDown={(event) => {
        const target = event.target as HTMLElement;
        const found = rowOf(event);
        if (!found || target.classList.contains('rename') || event.ctrlKey || event.metaKey || event.altKey) return;
        const onCheck = target.classList.contains('check');
        if (event.key === 'ArrowDown') focusAt(found.place + 1);
        else if (event.key === 'ArrowUp' && found.place === 0) document.getElementById('new-task')?.focus();
        else if (event.key === 'ArrowUp') focusAt(found.place - 1);
        else if (event.key === 'Home') focusAt(0);
        else if (event.key === 'End') focusAt(rows.length - 1);
        else if (event.key === 'F2' || (event.key === 'Enter' && onCheck)) rename(found.row);
        else if (event.key === 'Delete') remove(found.row, found.place);
        else return;
        event.preventDefault();
      }}
      onFocusIn={(event) => {
        const found = rowOf(event);
        focused.current = found && { id: found.row.id, place: found.place };
      }}
      onFocusOut={(event) => {
        const found = rowOf(event);
        const into = event.relatedTarget as Element | null;
        if (!found || into?.closest<HTMLElement>('[data-id]')?.dataset['id'] === found.row.id) return;
        const { target } = event;
        // A removed row loses the focus too; ignore it.
        setTimeout(() => {
          if (!(target as Element).isConnected && document.activeElement === document.body) return;
          if (focused.current?.id === found.row.id && !list.current?.contains(document.activeElement))
            focused.current = undefined;
          if (!checkOf(found.row.id)?.closest('li')?.contains(document.activeElement)) tasks.list.unpin(found.row.id);
        });
      }}
    >
      {rows.map((row) => {
        if (row.id === editing) return <TaskRow key={row.id} row={row} editing />;
        const before = rendered.get(row);
        if (before) return before;
        const now = <TaskRow key={row.id} row={row} editing={false} />;
        rendered.set(row, now);
        return now;
      })}
    </ul>
  );
}

function checkOf(id: string): HTMLElement | null {
  return document.getElementById(`check-${id}`);
}
