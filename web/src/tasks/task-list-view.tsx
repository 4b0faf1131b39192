import type { VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { canEdit } from '../state/lists.js';
import type { Row } from '../state/task.js';
import { useApp, useOpenAccount, useTexts } from '../ui/context.js';
import { Lazy } from '../ui/lazy.js';
import type { Item } from './items.js';
import type { Drag } from './drag-pointer.js';
import { useRowDrag } from './row-drag.js';
import { useHeights, useRange, type Heights } from './row-window.js';
import { useRowKeys } from './row-keys.js';
import { TaskRow, type RowFlags } from './task-row.js';

interface TaskListViewProps {
  label: string;
  items: readonly Item[];
  rows: readonly Row[];
  /** Runs when the last row is drawn. */
  onEnd?: () => void;
}

/** Rows of which only those near the window are drawn. Arrows move, Space ticks, Enter opens, F2 renames, Del deletes. */
export function TaskListView({ label, items, rows, onEnd }: TaskListViewProps) {
  const { router } = useApp();
  const { lists, tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const list = useRef<HTMLUListElement>(null);
  const probe = useRef<HTMLDivElement>(null);
  const heights = useHeights(probe);
  const { route } = router;
  const { view, task: openTask } = route.value;
  const byId = useMemo(() => new Map(rows.map((row, place) => [row.id, place])), [rows]);
  const isEditable = ({ list: id }: Row): boolean => {
    const itsList = lists.find(id);
    return itsList !== undefined && canEdit(itsList);
  };
  const drag = useRowDrag(list, {
    canDrag: (id) => {
      const row = rows[byId.get(id) ?? -1];
      return tasks.list.isManual && row !== undefined && isEditable(row);
    },
    rowHeight: heights.row,
    count: rows.length,
    placeOf: (id) => byId.get(id) ?? 0,
    onHold: (id) => {
      tasks.selected.toggle(id);
    },
    onDrop: ({ id, place }) => {
      const at = byId.get(id) ?? place;
      const row = rows[at];
      if (row) tasks.shift(row, place - at);
    },
  });
  const shown = useMemo(() => (drag ? movedItems(items, drag) : items), [items, drag]);
  const tops = useMemo(() => topsOf(shown, heights), [shown, heights]);
  const range = useRange(list, tops);
  const [menu, setMenu] = useState<{ row: Row; button: HTMLElement }>();
  const keys = useRowKeys(list, {
    rows,
    placeOf: (id) => byId.get(id),
    topOf: (id) => topOf(shown, tops, id),
    isEditable,
    onMenu: (row, button) => {
      setMenu(button && menu?.button !== button ? { row, button } : undefined);
    },
  });
  const rendered = useRef(new Map<string, { row: Row; flags: string; node: VNode }>());

  const isAtEnd = range.to >= shown.length;
  useLayoutEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, shown.length]);

  // The dragged row follows the pointer from where it was.
  const dragTop = drag ? topOf(items, topsOf(items, heights), drag.id) : 0;
  const editing = tasks.editing.value?.id;
  const selected = tasks.selected.ids.value;
  const kept = new Set([keys.current, tasks.focus.value, editing, drag?.id]);
  const before = rendered.current;
  const now: typeof before = new Map();
  const nodes: VNode[] = [];
  const draw = (item: Item, at: number): void => {
    const top = tops[at] ?? 0;
    if (item.kind === 'heading') {
      nodes.push(
        <li key={item.key} class="heading" style={{ transform: `translateY(${String(top)}px)` }}>
          <h2>{item.text}</h2>
        </li>,
      );
      return;
    }
    const { row, place, isDated = false } = item;
    const flags: RowFlags = {
      isEditing: row.id === editing,
      isSelected: selected.has(row.id),
      isCurrent: row.id === (keys.current ?? rows[0]?.id),
      isOpen: row.id === openTask,
      isDated,
      canEdit: isEditable(row),
      isViewOnly: lists.find(row.list) !== undefined && !isEditable(row),
      showsList: view?.kind !== 'list' || route.value.text !== '',
    };
    const text = JSON.stringify([flags, texts.appName, texts.listLabel]);
    const known = before.get(row.id);
    const node = known?.row === row && known.flags === text ? known.node : <TaskRow row={row} {...flags} />;
    now.set(row.id, { row, flags: text, node });
    nodes.push(
      <li
        key={row.id}
        class={`task${row.done ? ' is-done' : ''}${flags.isEditing ? ' is-editing' : ''}${flags.isSelected ? ' is-selected' : ''}${flags.isOpen ? ' is-open' : ''}`}
        data-id={row.id}
        aria-setsize={rows.length}
        aria-posinset={place + 1}
        style={{ transform: `translateY(${String(row.id === drag?.id ? dragTop : top)}px)` }}
      >
        {node}
      </li>,
    );
  };
  // Rows that have the focus, or get it, are drawn wherever they are, in the order of all.
  const places = new Set(Array.from({ length: range.to - range.from }, (_, place) => range.from + place));
  for (const id of kept) {
    const row = id === undefined ? undefined : byId.get(id);
    if (row !== undefined) places.add(shown.findIndex((item) => item.kind === 'row' && item.row.id === id));
  }
  for (const at of [...places].sort((a, b) => a - b)) {
    const item = shown[at];
    if (item) draw(item, at);
  }
  useLayoutEffect(() => {
    rendered.current = now;
  });

  return (
    <>
      <div ref={probe} class="row-probe" aria-hidden="true" />
      <ul
        ref={list}
        class={`tasks${drag ? ' is-dragging' : ''}`}
        aria-label={label}
        aria-describedby="list-hint"
        style={{ height: `${String(tops[shown.length] ?? 0)}px` }}
        {...keys.handlers}
      >
        {nodes}
      </ul>
      {menu && (
        <Lazy
          key={menu.row.id}
          load={async () => (await import('./row-menu.js')).RowMenu}
          {...menu}
          onClose={() => {
            setMenu(undefined);
          }}
        />
      )}
    </>
  );
}

/** Where each item begins, and where the last one ends. */
function topsOf(items: readonly Item[], heights: Heights): Float64Array {
  const tops = new Float64Array(items.length + 1);
  for (const [at, { kind }] of items.entries()) tops[at + 1] = (tops[at] ?? 0) + heights[kind];
  return tops;
}

function topOf(items: readonly Item[], tops: Float64Array, id: string): number {
  return tops[items.findIndex((item) => item.kind === 'row' && item.row.id === id)] ?? 0;
}

/** The items with the dragged row where it would be dropped. Lists in manual order have no headings. */
function movedItems(items: readonly Item[], { id, place }: Drag): readonly Item[] {
  const from = items.findIndex((item) => item.kind === 'row' && item.row.id === id);
  const [moved] = items.slice(from, from + 1);
  return moved ? items.toSpliced(from, 1).toSpliced(place, 0, moved) : items;
}
