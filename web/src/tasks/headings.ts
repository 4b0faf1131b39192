import type { Row } from '../state/task.js';
import type { Selection } from '../state/view.js';

/** A heading above a row. */
export interface Heading {
  readonly key: string;
  readonly text: string;
  /** Place of the row below it. */
  readonly place: number;
  /** Whether it says the day of the rows below it. */
  readonly isDay: boolean;
}

interface Words {
  readonly overdue: string;
  readonly today: string;
  /** Names a day, such as `2026-12-01`. */
  readonly dayOf: (day: string) => string;
}

/** One array, so that nothing is placed anew when rows change. */
export const NO_HEADINGS: readonly Heading[] = [];

/** Returns the headings of a view: of what is overdue and what is due today, or of each day. Most views have none. */
export function headingsOf(
  rows: readonly Row[],
  { view, text }: Selection,
  today: string,
  words: Words,
): readonly Heading[] {
  if (text !== '' || (view.kind !== 'today' && view.kind !== 'upcoming')) return NO_HEADINGS;
  const headings: Heading[] = [];
  for (const [place, { dueOn = '' }] of rows.entries()) {
    const day = dueOn.slice(0, 10);
    const key = view.kind === 'upcoming' ? day : day < today ? 'overdue' : 'today';
    if (key === headings.at(-1)?.key) continue;
    const heading = key === 'overdue' ? words.overdue : key === 'today' ? words.today : words.dayOf(day);
    headings.push({ key, text: heading, place, isDay: key !== 'overdue' });
  }
  return headings;
}
