import type { Task } from '@tasks/idl';
import { visibleText } from '@tasks/service';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Widths of columns, in cells of the terminal. */
const ID_WIDTH = 24;
const CREATED_WIDTH = 19;
const DONE_WIDTH = 4;
const DUE_WIDTH = 16;
const LABEL_WIDTH = 7;
const MIN_NAME_WIDTH = 12;
const GAP = '  ';

/**
 * Formats tasks as a table for a terminal with that many columns, one line each; long names take more. There is a column
 * for the date if any of them is due.
 */
export function taskTable(tasks: readonly Task[], columns: number): string {
  const hasDates = tasks.some(({ dueOn }) => dueOn !== undefined);
  const row = (id: string, created: string, done: string, due: string, name: string): string =>
    cell(id, ID_WIDTH) +
    cell(created, CREATED_WIDTH) +
    cell(done, DONE_WIDTH) +
    (hasDates ? cell(due, DUE_WIDTH) : '') +
    name;
  const indent = row('', '', '', '', '');
  const nameWidth = Math.max(MIN_NAME_WIDTH, columns - indent.length);
  const rows = tasks.flatMap(({ id, createdOn, done, dueOn, name }) => {
    const [first = '', ...more] = wrapped(name ?? '', nameWidth);
    return [
      row(visibleText(id ?? ''), shortTime(createdOn), yesOrNo(done), shortTime(dueOn), first),
      ...more.map((line) => indent + line),
    ];
  });
  return [row('ID', 'CREATED (UTC)', 'DONE', 'DUE', 'NAME'), ...rows].map((line) => line.trimEnd()).join('\n');
}

/** Formats one task, a line for each of its fields. */
export function taskDetails(task: Task, columns: number): string {
  const { id, createdOn, done, name, dueOn, repeat, starred, doneOn, changedOn, note } = task;
  const width = Math.max(MIN_NAME_WIDTH, columns - LABEL_WIDTH - GAP.length);
  const fields = Object.entries({
    id: id ?? '',
    created: `${shortTime(createdOn)} UTC`,
    ...(changedOn !== undefined && { changed: `${shortTime(changedOn)} UTC` }),
    done: yesOrNo(done) + (doneOn === undefined ? '' : `, ${shortTime(doneOn)} UTC`),
    ...(dueOn !== undefined && { due: shortTime(dueOn) }),
    ...(repeat !== undefined && { repeat }),
    ...(starred === true && { star: 'yes' }),
    name: name ?? '',
    ...(note !== undefined && { note }),
  });
  return fields
    .flatMap(([label, value]) => {
      const lines = (label === 'note' ? value.split('\n') : [value]).flatMap((line) => wrapped(line, width));
      return lines.map((line, n) => cell(n === 0 ? label : '', LABEL_WIDTH) + line);
    })
    .map((line) => line.trimEnd())
    .join('\n');
}

function cell(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text))) + GAP;
}

/** Breaks between words where possible; only blanks are lost. */
function wrapped(text: string, width: number): string[] {
  return wrapAnsi(visibleText(text), width, { hard: true }).split('\n');
}

function yesOrNo(value: boolean | undefined): string {
  return value === true ? 'yes' : 'no';
}

/** Formats `2026-11-23T21:45:00.647Z` as `2026-11-23 21:45:00`. */
function shortTime(createdOn = ''): string {
  return visibleText(createdOn.replace('T', ' ').replace(/\..*/, ''));
}
