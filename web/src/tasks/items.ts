import type { Row } from '../state/task.js';
import type { Selection } from '../state/view.js';

/** A row of the list, or a heading above rows. `isDated`: the heading says the day of the row. */
export type Item =
  | { readonly kind: 'row'; readonly row: Row; readonly place: number; readonly isDated?: boolean }
  | { readonly kind: 'heading'; readonly key: string; readonly text: string };

interface Words {
  readonly overdue: string;
  readonly today: string;
  /** Names a day, such as `2026-12-01`. */
  readonly dayOf: (day: string) => string;
}

/** Returns rows with the headings of their view: what is overdue and what is due today, or a day each. */
export function itemsOf(rows: readonly Row[], selection: Selection, today: string, words: Words): readonly Item[] {
  const { view, text } = selection;
  const isByDay = text === '' && (view.kind === 'today' || view.kind === 'upcoming');
  if (!isByDay) return rows.map((row, place) => ({ kind: 'row', row, place }));
  const items: Item[] = [];
  let group = '';
  for (const [place, row] of rows.entries()) {
    const day = row.dueOn?.slice(0, 10) ?? '';
    const key = view.kind === 'upcoming' ? day : day < today ? 'overdue' : 'today';
    if (key !== group) {
      group = key;
      const heading = key === 'overdue' ? words.overdue : key === 'today' ? words.today : words.dayOf(day);
      items.push({ kind: 'heading', key, text: heading });
    }
    items.push({ kind: 'row', row, place, isDated: key !== 'overdue' });
  }
  return items;
}
