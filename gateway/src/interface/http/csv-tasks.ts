import { NOTE_MAX_LENGTH } from '@tasks/idl';
import {
  isRejected,
  type FileEntry,
  type ImportedTask,
  type RejectedLine,
} from '../../application/imports/imported-task.js';
import type { Task } from '../../application/tasks/task-service.js';
import { csvLine, csvRecords, type CsvRecord, withoutFormulaMark } from './csv.js';
import { NewTask } from './tasks.schemas.js';

/** A column of our own files: the field of a task with this name. */
type Column = Exclude<keyof NewTask, 'id'>;
/** The columns of the first version. Ids of imported tasks follow from the content of lines, so the order must not change. */
const FIRST_COLUMNS: readonly Column[] = [
  'name',
  'done',
  'note',
  'dueOn',
  'starred',
  'repeat',
  'createdOn',
  'doneOn',
  'position',
];
/** All that an import can set: later fields follow those of the first version. */
const COLUMNS = [...new Set([...FIRST_COLUMNS, ...NewTask.omit({ id: true }).keyof().options])];
/** Columns of Todoist's files that become part of a task. */
type TodoistColumn = 'TYPE' | 'CONTENT' | 'DESCRIPTION' | 'PRIORITY' | 'DATE';

/** Maximum number of columns: several times those of any known program. */
const MAX_COLUMNS = 64;

export const CSV_HEADER = csvLine(COLUMNS);

/** A task as a line of our own CSV. */
export function toCsvLine(task: Task): string {
  return csvLine(COLUMNS.map((column) => String(task[column] ?? '')));
}

/** Reads the tasks of a CSV file: of Todoist, or our own. */
export function* tasksOfCsv(text: string): Generator<FileEntry> {
  const records = csvRecords(text);
  const { value: header } = records.next();
  if (header === undefined) return;
  if (header.fields.length > MAX_COLUMNS) {
    const reason = `The first line must name at most ${String(MAX_COLUMNS)} columns`;
    yield { line: header.line, code: 'too-many-columns', reason };
    return;
  }
  const columns = new Map(header.fields.map((name, n) => [name.trim(), n]));
  if (columns.has('TYPE') && columns.has('CONTENT')) yield* withComments(records, columns);
  else if (columns.has('name')) for (const record of records) yield ownTask(record, columns);
  else yield { line: header.line, ...NO_COLUMNS };
}

/** Indexes of columns, by their names. */
type Columns = ReadonlyMap<string, number>;

/** Returns the text of a record in a column; empty without that column. */
function cellOf({ fields }: CsvRecord, columns: Columns, name: Column | TodoistColumn): string {
  return fields[columns.get(name) ?? -1] ?? '';
}

const NO_COLUMNS = {
  code: 'columns-unknown',
  reason: 'The first line must name the columns: TYPE and CONTENT, or name',
} as const;
const BROKEN = { code: 'quote-unclosed', reason: 'A quoted text has no end' } as const;
const NO_TASK_ABOVE = { code: 'comment-without-task', reason: 'A comment without a task above it' } as const;
/** `true` as our files have it, and as spreadsheets write it again. */
const IS_TRUE = /^(?:true|yes|1)$/i;

function ownTask(record: CsvRecord, columns: Columns): ImportedTask | RejectedLine {
  const { line } = record;
  if (record.isBroken) return { line, ...BROKEN };
  const textOf = (column: Column): string | undefined => {
    const cell = withoutFormulaMark(cellOf(record, columns, column));
    return cell === '' ? undefined : cell;
  };
  const name = textOf('name');
  if (name === undefined) return { line, code: 'name-empty', reason: 'The name is empty' };
  const task = {
    ...Object.fromEntries(COLUMNS.map((column) => [column, textOf(column)])),
    name,
    done: IS_TRUE.test(cellOf(record, columns, 'done')),
    starred: IS_TRUE.test(cellOf(record, columns, 'starred')) || undefined,
  };
  return { line, content: ownContent(record, columns), task };
}

/** Leaves out what is empty after the columns of the first version, so that an export without later fields has the same ids. */
function ownContent({ fields }: CsvRecord, columns: Columns): string {
  const last = columns.get('position') ?? fields.length;
  const lastSet = fields.findLastIndex((cell) => cell !== '');
  return fields.slice(0, Math.max(last, lastSet) + 1).join('\u001f');
}

/** Reads Todoist's records: a comment (`note`) belongs to the task before it; sections and settings are no tasks. */
function* withComments(records: Iterable<CsvRecord>, columns: Columns): Generator<FileEntry> {
  let pending: ImportedTask | undefined;
  for (const record of records) {
    const { line } = record;
    const type = cellOf(record, columns, 'TYPE');
    const content = cellOf(record, columns, 'CONTENT').trim();
    if (record.isBroken) {
      if (pending) yield pending;
      pending = undefined;
      yield { line, ...BROKEN };
    } else if (type === 'note' && pending) {
      pending = withNote(pending, content);
      yield undefined;
    } else if (type === 'task') {
      if (pending) yield pending;
      const entry = todoistTask(record, columns, content);
      pending = isRejected(entry) ? undefined : entry;
      if (isRejected(entry)) yield entry;
    } else if (type === 'note') yield { line, ...NO_TASK_ABOVE };
    else if (!['section', 'meta', ''].includes(type)) {
      const reason = `TYPE must be task, section or note, not ${JSON.stringify(type.slice(0, 40))}`;
      yield { line, code: 'type-unknown', reason };
    } else yield undefined;
  }
  if (pending) yield pending;
}

/** Todoist's highest priority. */
const HIGHEST_PRIORITY = '1';

function todoistTask(record: CsvRecord, columns: Columns, name: string): ImportedTask | RejectedLine {
  const { line, fields } = record;
  if (name === '') return { line, code: 'name-empty', reason: 'CONTENT is empty' };
  const date = cellOf(record, columns, 'DATE').trim();
  const dueOn = wallClockOf(date);
  // A date in words, such as "every monday", is kept where people see it.
  const notes = [cellOf(record, columns, 'DESCRIPTION'), dueOn === undefined ? date : ''].filter((text) => text !== '');
  const task = {
    name,
    done: false,
    note: notes.length > 0 ? notes.join('\n') : undefined,
    dueOn,
    starred: cellOf(record, columns, 'PRIORITY') === HIGHEST_PRIORITY || undefined,
  };
  return { line, content: fields.join('\u001f'), task };
}

/** A note that is too long already grows no more: Tasks rejects it. */
function withNote(entry: ImportedTask, comment: string): ImportedTask {
  if ((entry.task.note?.length ?? 0) > NOTE_MAX_LENGTH) return entry;
  const note = [entry.task.note, comment].filter((text) => text !== undefined && text !== '').join('\n');
  return { ...entry, content: `${entry.content}\u001e${comment}`, task: { ...entry.task, note } };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ISO_DATE =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<time>\d\d:\d\d)(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const DAY_FIRST = /^(?<day>\d{1,2}) (?<name>[a-z]{3})[a-z]*,? (?<year>\d{4})(?: (?<time>\d\d:\d\d))?$/i;
const MONTH_FIRST = /^(?<name>[a-z]{3})[a-z]* (?<day>\d{1,2}),? (?<year>\d{4})(?: (?<time>\d\d:\d\d))?$/i;

/** Returns a full date as Tasks writes it; undefined for one without a year, or in other words. */
function wallClockOf(text: string): string | undefined {
  const found = (ISO_DATE.exec(text) ?? DAY_FIRST.exec(text) ?? MONTH_FIRST.exec(text))?.groups;
  const { year, day = '', time, name } = found ?? {};
  if (year === undefined) return undefined;
  const month = found?.month ?? String(MONTHS.indexOf(name?.toLowerCase() ?? '') + 1).padStart(2, '0');
  if (month === '00') return undefined;
  return `${year}-${month}-${day.padStart(2, '0')}${time === undefined ? '' : `T${time}`}`;
}
