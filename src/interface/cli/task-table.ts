import Table from 'cli-table3';
import type { Task } from '@tasks/idl';
import { visibleText } from './visible-text.js';

/** Widths with a blank on either side. */
const ID_WIDTH = 26;
const CREATED_WIDTH = 21;
const DONE_WIDTH = 6;
const BORDERS_WIDTH = 5;
const LEAST_NAME_WIDTH = 12;

/** The time that a table takes grows with the square of its rows; tables of so many, put together, take no time at all. */
const ROWS_AT_ONCE = 100;

/** The tasks as a table for a terminal of that many columns; long names take more lines. */
export function taskTable(tasks: readonly Task[], columns: number): string {
  const nameWidth = Math.max(LEAST_NAME_WIDTH, columns - ID_WIDTH - CREATED_WIDTH - DONE_WIDTH - BORDERS_WIDTH);
  const parts: string[] = [];
  for (let start = 0; start === 0 || start < tasks.length; start += ROWS_AT_ONCE) {
    const end = start + ROWS_AT_ONCE;
    parts.push(partOfTable(tasks.slice(start, end), nameWidth, { isFirst: start === 0, isLast: end >= tasks.length }));
  }
  return parts.join('\n');
}

interface Place {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Some rows: their upper border joins them to the part above, their lower one is that of the part below. */
function partOfTable(tasks: readonly Task[], nameWidth: number, { isFirst, isLast }: Place): string {
  const table = new Table({
    head: isFirst ? ['id', 'created (UTC)', 'done', 'name'] : [],
    colWidths: [ID_WIDTH, CREATED_WIDTH, DONE_WIDTH, nameWidth],
    wordWrap: true,
    // A long word is broken, not cut.
    wrapOnWordBoundary: false,
    style: { head: [], border: [] },
    chars: {
      ...(!isFirst && { 'top-left': '├', 'top-mid': '┼', 'top-right': '┤' }),
      ...(!isLast && { bottom: '', 'bottom-left': '', 'bottom-mid': '', 'bottom-right': '' }),
    },
  });
  table.push(
    ...tasks.map(({ id, createdOn, done, name }) =>
      [id ?? '', shortTime(createdOn), done ? 'yes' : 'no', name ?? ''].map(visibleText),
    ),
  );
  return table.toString();
}

/** `2026-11-23T21:45:00.647Z` as `2026-11-23 21:45:00`. */
function shortTime(createdOn = ''): string {
  return createdOn.replace('T', ' ').replace(/\..*/, '');
}
