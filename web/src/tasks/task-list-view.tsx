import type { VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { canEdit } from '../state/lists.js';
import type { Row } from '../state/task.js';
import { useApp, useOpenAccount, useTexts } from '../ui/context.js';
import { Icon } from '../ui/icon.js';
import { Lazy } from '../ui/lazy.js';
import { NO_HEADINGS, type Heading } from './headings.js';
import { useRowDrag } from './row-drag.js';
import { useDrawn, useHeights, usePlaces, useRange } from './row-window.js';
import { useRowKeys } from './row-keys.js';
import { taskRow, type RowFlags } from './task-row.js';

interface TaskListViewProps {
  label: string;
  rows: readonly Row[];
  headings?: readonly Heading[];
  /** Runs when the last row is drawn. */
  onEnd?: () => void;
}

/** What was rendered for a row. While it is the same, Preact does not look at it again. */
interface RenderedRow {
  readonly row: Row;
  readonly place: number;
  /** Key of its item: that of a row which left the range goes, with its elements, to one that comes. */
  readonly slot: number;
  /** What its content depends on, beside the row. */
  readonly content: string;
  readonly node: VNode;
  /** What its item depends on. */
  readonly frame: string;
  readonly item: VNode;
}

/** Rows of which only those near the window are drawn. Arrows move, Space ticks, Enter opens, F2 renames, Del deletes. */
export function TaskListView({ label, rows, headings = NO_HEADINGS, onEnd }: TaskListViewProps) {
  const { app, router } = useApp();
  const { lists, tasks } = useOpenAccount().workspace;
  const texts = useTexts();
  const list = useRef<HTMLUListElement>(null);
  const probe = useRef<HTMLDivElement>(null);
  const heights = useHeights(probe);
  const { task: openTask } = router.route.value;
  // Not those of the address, which the rows follow later: each row would be drawn twice.
  const { view, text } = tasks.list.selection.value ?? {};
  const placeOf = (id: string | undefined): number => (id === undefined ? -1 : rows.findIndex((row) => row.id === id));
  const isEditable = (row: Row): boolean => {
    const list = lists.find(row.list);
    return list !== undefined && canEdit(list);
  };
  const drag = useRowDrag(list, {
    canDrag: (id) => {
      const row = rows[placeOf(id)];
      return tasks.list.isManual && row !== undefined && isEditable(row);
    },
    rowHeight: heights.row,
    count: rows.length,
    placeOf,
    onHold: (id) => {
      tasks.selected.toggle(id);
    },
    onDrop: ({ id, place }) => {
      const at = placeOf(id);
      const row = rows[at];
      if (row) tasks.shift(row, place - at);
    },
  });
  const places = usePlaces(rows.length, headings, heights);
  const range = useRange(list, places, rows.length);
  const [menu, setMenu] = useState<{ row: Row; button: HTMLElement }>();
  const keys = useRowKeys(list, {
    rows,
    placeOf,
    topOf: (place) => places.topOf(place),
    isEditable,
    onMenu: (row, button) => {
      setMenu(button && menu?.button !== button ? { row, button } : undefined);
    },
  });
  // Made here: each leads to a row of the account.
  const icons = useMemo(() => ({ star: Icon({ name: 'star' }), more: Icon({ name: 'more' }) }), []);
  const rendered = useRef(new Map<string, RenderedRow>());
  const slots = useRef(0);
  /** Places of the items in the document, by their keys. */
  const order = useRef({ rows, places: new Map<unknown, number>() });

  const isAtEnd = range.to >= rows.length;
  useLayoutEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, rows.length]);

  const editing = tasks.editing.value?.id;
  const selected = tasks.selected.ids.value;
  const showsList = view?.kind !== 'list' || text !== '';
  const shared = {
    today: tasks.list.today.value,
    language: app.language.code.value,
    isOnline: tasks.queue.connection.value.state === 'online',
  };
  // Rows that have the focus, or get it, or have the menu, are drawn wherever they are.
  const bound = [keys.current, tasks.focus.value, editing, drag?.id, menu?.row.id];
  const kept = bound.map(placeOf).filter((place) => place >= 0);
  const before = rendered.current;
  const drawnBefore = new Set<number>();
  for (let place = range.from; place < range.to; place++) if (before.has(rows[place]?.id ?? '')) drawnBefore.add(place);
  for (const { row, place } of before.values()) if (rows[place]?.id === row.id) drawnBefore.add(place);
  const { drawn, isPart } = useDrawn(range, kept, drawnBefore);
  // Lists in manual order, in which rows can be dragged, have no headings.
  const dragged = drag && placeOf(drag.id);
  const shownPlace = (place: number): number => {
    if (drag === undefined || dragged === undefined || dragged < 0 || place === dragged) return place;
    const other = place > dragged ? place - 1 : place;
    return other >= drag.place ? other + 1 : other;
  };
  // Not those of rows that had the focus or a menu: another row would have it instead.
  const taken = new Set([...drawn.map((place) => rows[place]?.id), ...bound]);
  const free = [...before.values()].filter(({ row }) => !taken.has(row.id)).map(({ slot }) => slot);
  let slotCount = slots.current;
  const now: typeof before = new Map();
  const nodes: VNode[] = [];
  const draw = (row: Row, place: number): void => {
    const heading = headings.findLast((one) => one.place <= place);
    if (heading?.place === place) {
      const top = places.topOf(place) - heights.heading;
      nodes.push(
        <li key={heading.key} class="heading" style={{ transform: `translateY(${String(top)}px)` }}>
          <h2>{heading.text}</h2>
        </li>,
      );
    }
    const list = lists.find(row.list);
    const flags: RowFlags = {
      isEditing: row.id === editing,
      isSelected: selected.has(row.id),
      isCurrent: row.id === (keys.current ?? rows[0]?.id),
      isOpen: row.id === openTask,
      isDated: heading?.isDay === true,
      canEdit: list !== undefined && canEdit(list),
      isViewOnly: list !== undefined && !canEdit(list),
      list: list?.isFirst === false && showsList ? { name: lists.nameOf(list), color: list.color ?? '' } : undefined,
      ...shared,
    };
    const content = JSON.stringify(flags);
    const top = places.topOf(shownPlace(place));
    const frame = [content, place, top, rows.length].join();
    let known = before.get(row.id);
    if (known?.row !== row || known.frame !== frame) {
      const node = known?.row === row && known.content === content ? known.node : taskRow(row, flags, icons, texts);
      const slot = known?.slot ?? free.shift() ?? slotCount++;
      const item = (
        <li
          key={slot}
          class={`task${row.done ? ' is-done' : ''}${flags.isEditing ? ' is-editing' : ''}${flags.isSelected ? ' is-selected' : ''}${flags.isOpen ? ' is-open' : ''}`}
          data-id={row.id}
          aria-setsize={rows.length}
          aria-posinset={place + 1}
          style={{ transform: `translateY(${String(top)}px)` }}
        >
          {node}
        </li>
      );
      known = { row, place, slot, content, node, frame, item };
    }
    now.set(row.id, known);
    nodes.push(known.item);
  };
  for (const place of drawn) {
    const row = rows[place];
    if (row) draw(row, place);
  }
  // While the list scrolls, elements stay where they are in the document until the last pass: to move one takes as long as
  // to make it. So do they while a name is edited: a field that is moved loses the focus, which ends that.
  const placeBefore = ({ key }: VNode): number => order.current.places.get(key) ?? Infinity;
  if ((isPart && order.current.rows === rows) || editing !== undefined)
    nodes.sort((a, b) => placeBefore(a) - placeBefore(b) || 0);
  useLayoutEffect(() => {
    rendered.current = now;
    slots.current = slotCount;
    order.current = { rows, places: new Map(nodes.map(({ key }, at) => [key, at])) };
  });

  return (
    <>
      <div ref={probe} class="row-probe" aria-hidden="true" />
      <ul
        ref={list}
        class={`tasks${drag ? ' is-dragging' : ''}`}
        aria-label={label}
        aria-describedby="list-hint"
        style={{ height: `${String(places.height)}px` }}
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
