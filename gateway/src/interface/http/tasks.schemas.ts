import {
  NAME_MAX_LENGTH,
  NOTE_MAX_LENGTH,
  PAGE_MAX_TASKS,
  POSITION_MAX_LENGTH,
  REPEAT_MAX_LENGTH,
  SEARCH_TEXT_MAX_LENGTH,
} from '@tasks/idl';
import { z } from 'zod';
import type { Edited, Task, TaskEdit } from '../../application/tasks/task-service.js';
import { isCalendarDay } from '../../domain/days.js';
import { booleanText, plainText, searchText, visibleName } from './text.schemas.js';

const CURSOR_MAX = 512;
const PAGE_DEFAULT = 50;
/** Length of a note in lists, in UTF-16 units. */
const NOTE_IN_LISTS = 1_024;
const STEP = /^[ \t]*[-*+] \[([ xX])\](?=\s|$)/gm;
const DAY_LENGTH = 'yyyy-mm-dd'.length;
const HIGH_SURROGATE = /[\ud800-\udbff]$/;

export const TaskId = z
  .string()
  .regex(/^[0-9a-f]{24}$/, 'must be 24 hexadecimal digits, lower case')
  .meta({ id: 'TaskId', description: '24 hexadecimal digits, lower case.', example: '6925c1f00a1b2c3d4e5f6071' });

export const ListId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits, lower case')
  .meta({
    id: 'ListId',
    description: '32 hexadecimal digits, lower case, random.',
    example: '4f0c9d1e8b7a46538291a0b3c4d5e6f7',
  });

const TaskName = visibleName(NAME_MAX_LENGTH);
const Note = plainText(NOTE_MAX_LENGTH).describe('Plain text. Lines such as `- [ ] milk` are its steps.');
const ON_CALENDAR = { error: 'must be a day that the calendar has', params: { code: 'format' } };
export const WallClock = z
  .string()
  .regex(/^(?:19|2\d)\d\d-\d\d-\d\d(?:T(?:[01]\d|2[0-3]):[0-5]\d)?$/, {
    error: 'must be a date of the years 1900-2999 such as 2026-12-01, or 2026-12-01T09:30',
    abort: true,
  })
  .refine((text) => isCalendarDay(text.slice(0, DAY_LENGTH)), ON_CALENDAR)
  .describe('A date, or date and time, on the clock of the reader: without a time zone.');
export const Day = z
  .string()
  .regex(/^(?:19|2\d)\d\d-\d\d-\d\d$/, {
    error: 'must be a date of the years 1900-2999 such as 2026-12-01',
    abort: true,
  })
  .refine(isCalendarDay, ON_CALENDAR)
  .describe('A date on the clock of the reader.');
const Repeat = z
  .string()
  .min(1, 'must not be empty')
  .max(REPEAT_MAX_LENGTH)
  .describe(
    'A recurrence rule of RFC 5545 without a start, such as `FREQ=WEEKLY;BYDAY=MO`; needs `dueOn`. Stored complete.',
  );
export const Position = z
  .string()
  .regex(new RegExp(`^[0-9A-Za-z]{1,${String(POSITION_MAX_LENGTH)}}$`), 'must be 1 to 48 of 0-9, A-Z and a-z')
  .describe('A sort key of clients. The order of answers does not depend on it.');
const When = z.iso.datetime();

/** The list is in the path of the routes under `/lists`; the other routes are those of the first list. */
export const ListParams = z.strictObject({ list: ListId.optional() });
export type ListParams = z.infer<typeof ListParams>;

export const TaskParams = z.strictObject({ list: ListId.optional(), id: TaskId });
export type TaskParams = z.infer<typeof TaskParams>;

/** The fields of a task that a client can set. New ones are appended: they are columns of CSV files in this order. */
const TaskFields = {
  done: z.boolean(),
  note: Note,
  dueOn: WallClock,
  starred: z.boolean(),
  repeat: Repeat,
  position: Position,
};

export const NewTask = z
  .strictObject({
    name: TaskName,
    id: TaskId.optional().describe('Chosen by the client, so that it can repeat the request. Default: a new one.'),
    ...z.object(TaskFields).partial().shape,
    createdOn: When.optional().describe(
      'Of a task that is brought from elsewhere. Default: now; at most a minute later.',
    ),
    doneOn: When.optional().describe('Of a done task that is brought from elsewhere.'),
  })
  .meta({ id: 'NewTask' });
export type NewTask = z.infer<typeof NewTask>;

/** A task of a file; other members are left out. */
export const ImportedTask = z.object({ ...NewTask.shape, id: z.string().max(64).optional().catch(undefined) });
export type ImportedTask = z.infer<typeof ImportedTask>;

export const TaskPatch = z
  .strictObject({
    name: TaskName.optional(),
    done: TaskFields.done.optional(),
    note: Note.nullish(),
    dueOn: WallClock.nullish(),
    starred: TaskFields.starred.optional(),
    repeat: Repeat.nullish(),
    position: Position.nullish(),
    now: WallClock.optional().describe(
      'The clock of the reader when it was done: the next task of a series is due after it. Default: from the time zone of the account.',
    ),
  })
  .meta({
    id: 'TaskPatch',
    description: 'A merge patch (RFC 7396): unset members are left unchanged, `null` removes one.',
  });
export type TaskPatch = z.infer<typeof TaskPatch>;

/** Maps a merge patch: an empty text clears a field of an edit. */
export function toEdit({ note, dueOn, repeat, position, ...others }: TaskPatch): TaskEdit {
  return { ...others, note: textOf(note), dueOn: textOf(dueOn), repeat: textOf(repeat), position: textOf(position) };
}

function textOf(value: string | null | undefined): string | undefined {
  return value === null ? '' : value;
}

const LIMIT_RULE = `must be a whole number from 1 to ${String(PAGE_MAX_TASKS)}`;

export const PageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, LIMIT_RULE)
    .transform(Number)
    .pipe(z.int().min(1, LIMIT_RULE).max(PAGE_MAX_TASKS, LIMIT_RULE))
    .default(PAGE_DEFAULT)
    .meta({
      wire: { type: 'integer', minimum: 1, maximum: PAGE_MAX_TASKS, default: PAGE_DEFAULT, description: 'Page size.' },
    }),
  after: z.string().min(1).max(CURSOR_MAX).optional().describe('`nextCursor` of the previous page.'),
};

export const MoveBody = z.strictObject({ list: ListId.describe('The list to move it to.') }).meta({ id: 'Move' });
export type MoveBody = z.infer<typeof MoveBody>;

export const ListQuery = z.strictObject({
  done: booleanText.optional().meta({ wire: { type: 'boolean', description: 'Only done, or only open tasks.' } }),
  text: searchText(SEARCH_TEXT_MAX_LENGTH)
    .min(1, 'must not be empty')
    .optional()
    .describe('Only tasks whose name contains every word of this, in any order and case.'),
  ...PageQuery,
});
export type ListQuery = z.infer<typeof ListQuery>;

export const ClearQuery = z.strictObject({
  done: z.literal('true').describe('Only done tasks can be cleared.'),
});

export const TaskBody = z
  .object({
    id: TaskId,
    name: z.string(),
    done: z.boolean(),
    createdOn: When.describe('When the task was added, UTC.'),
    note: z.string().optional().describe('Plain text; in lists its first 1,024 characters.'),
    noteLength: z.int().min(1).optional().describe('Length of the whole note, in UTF-16 units.'),
    steps: z
      .object({ done: z.int().min(0), total: z.int().min(1) })
      .optional()
      .describe('Numbers of the lines of the note that are steps.'),
    dueOn: WallClock.optional(),
    starred: z.boolean().optional(),
    repeat: Repeat.optional(),
    doneOn: When.optional(),
    position: Position.optional(),
    changedOn: When.optional().describe('When anything of it was last changed; missing: never.'),
  })
  .meta({ id: 'Task', description: 'Members without a value are missing.' });

export const EditedTaskBody = TaskBody.extend({
  next: TaskBody.optional().describe('The task that follows it in its series, if the change made or kept one.'),
}).meta({ id: 'EditedTask' });

/** Maps a task to its API form. */
export function toTaskBody(task: Task): object {
  const { note } = task;
  return note === undefined || note === '' ? fieldsOf(task) : { ...fieldsOf(task), ...noteBody(note, note) };
}

/** As `toTaskBody`, with the beginning of a long note. */
export function toListedTaskBody(task: Task): object {
  const { note } = task;
  if (note === undefined || note === '') return fieldsOf(task);
  return { ...fieldsOf(task), ...noteBody(note, note.slice(0, NOTE_IN_LISTS).replace(HIGH_SURROGATE, '')) };
}

/** Maps what an edit returned. */
export function toEditedTaskBody({ task, next }: Edited): object {
  return { ...toTaskBody(task), ...(next && { next: toTaskBody(next) }) };
}

/** One by one: what Tasks adds to its answers does not reach clients by itself. */
function fieldsOf({ id, name, done, createdOn, dueOn, starred, repeat, doneOn, position, changedOn }: Task): object {
  return { id, name, done, createdOn, dueOn, starred, repeat, doneOn, position, changedOn };
}

function noteBody(note: string, shown: string): object {
  const steps = [...note.matchAll(STEP)];
  const done = steps.filter(([, mark]) => mark !== ' ').length;
  return {
    note: shown,
    noteLength: note.length,
    ...(steps.length > 0 && { steps: { done, total: steps.length } }),
  };
}

export const TaskPageBody = z
  .object({
    items: z
      .array(TaskBody)
      .describe('Newest first. A page can be short, with `text` also empty, without being the last.'),
    nextCursor: z.string().nullable().describe('For `after`; null on the last page.'),
  })
  .meta({ id: 'TaskPage' });

export const TaskCountsBody = z.object({ open: z.int().min(0), done: z.int().min(0) }).meta({ id: 'TaskCounts' });

export const ClearedBody = z
  .object({
    removed: z.int().min(0).describe('Number of tasks removed by this request.'),
    more: z.boolean().describe('Whether there may be more: if so, repeat the request.'),
  })
  .meta({ id: 'Cleared' });
