import Table from 'cli-table3';
import type { Task } from '../thrift/tasks.generated.js';
import { visibleText } from './visible-text.js';

/** Widths with a blank on either side. */
const ID_WIDTH = 26;
const CREATED_WIDTH = 21;
const DONE_WIDTH = 6;
const BORDERS_WIDTH = 5;
const LEAST_NAME_WIDTH = 12;

/** The tasks as a table for a terminal of that many columns; long names take more lines. */
export function taskTable(tasks: readonly Task[], columns: number): string {
  const nameWidth = Math.max(LEAST_NAME_WIDTH, columns - ID_WIDTH - CREATED_WIDTH - DONE_WIDTH - BORDERS_WIDTH);
  const table = new Table({
    head: ['id', 'created (UTC)', 'done', 'name'],
    colWidths: [ID_WIDTH, CREATED_WIDTH, DONE_WIDTH, nameWidth],
    wordWrap: true,
    // A long word is broken, not cut.
    wrapOnWordBoundary: false,
    style: { head: [], border: [] },
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
