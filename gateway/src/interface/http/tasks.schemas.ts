import { z } from 'zod';

/** Maximum length of a name, in UTF-16 units, as in the task service. */
const NAME_MAX = 4_096;
/** Maximum length of a search text, in UTF-16 units, as in the task service. */
const TEXT_MAX = 256;
const CURSOR_MAX = 512;
const PAGE_MAX = 200;
const PAGE_DEFAULT = 50;

const wellFormed = (text: string): boolean => text.isWellFormed();
const WELL_FORMED = { error: 'must not have lone surrogates', params: { code: 'surrogate' } };

const TaskId = z
  .string()
  .regex(/^[0-9a-f]{24}$/, 'must be 24 hexadecimal digits, lower case')
  .meta({ id: 'TaskId', description: '24 hexadecimal digits, lower case.', example: '6925c1f00a1b2c3d4e5f6071' });

// Ranges rather than categories of Unicode, so that every regular expression dialect can use the pattern in the
// document.
/** Control characters other than tab and line ends: terminals interpret them, and they are invisible. */
const CONTROLS = String.raw`\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f`;
/** Control characters, white space and characters without a glyph: a name of only these is invisible. */
const INVISIBLE =
  String.raw`\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f` +
  String.raw`\u0000-\u0020\u007f-\u00a0\u00ad\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f` +
  String.raw`\u3000\u3164\ufeff\uffa0\ufff9-\ufffb`;
const HAS_CONTROLS = new RegExp(`[${CONTROLS}]`);
const HAS_VISIBLE = new RegExp(`[^${INVISIBLE}]`);

const TaskName = z
  .string()
  .min(1, 'must not be empty')
  .max(NAME_MAX, `must have at most ${String(NAME_MAX)} characters`)
  .refine(wellFormed, WELL_FORMED)
  .refine((name) => !HAS_CONTROLS.test(name), {
    error: 'must not have control characters other than tab and line ends',
    params: { code: 'control-character' },
  })
  .refine((name) => name === '' || HAS_CONTROLS.test(name) || HAS_VISIBLE.test(name), {
    error: 'must have a visible character',
    params: { code: 'empty' },
  })
  .meta({
    description:
      'Stored unchanged. Needs a visible character; control characters other than tab and line ends are rejected.',
    pattern: `^[^${CONTROLS}]*[^${INVISIBLE}][^${CONTROLS}]*$`,
  });

export const TaskParams = z.strictObject({ id: TaskId });

export const NewTask = z
  .strictObject({
    name: TaskName,
    id: TaskId.optional().describe('Chosen by the client, so that it can repeat the request. Default: a new one.'),
  })
  .meta({ id: 'NewTask' });
export type NewTask = z.infer<typeof NewTask>;

export const TaskPatch = z
  .strictObject({ name: TaskName.optional(), done: z.boolean().optional() })
  .meta({ id: 'TaskPatch', description: 'A merge patch (RFC 7396): unset members are left unchanged.' });
export type TaskPatch = z.infer<typeof TaskPatch>;

const booleanText = z.enum(['true', 'false']).transform((text) => text === 'true');
const LIMIT_RULE = `must be a whole number from 1 to ${String(PAGE_MAX)}`;

export const ListQuery = z.strictObject({
  done: booleanText.optional().meta({ wire: { type: 'boolean', description: 'Only done, or only open tasks.' } }),
  text: z
    .string()
    .min(1, 'must not be empty')
    .max(TEXT_MAX, `must have at most ${String(TEXT_MAX)} characters`)
    .refine(wellFormed, WELL_FORMED)
    .optional()
    .describe('Only tasks whose name contains this, in any case.'),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, LIMIT_RULE)
    .transform(Number)
    .pipe(z.int().min(1, LIMIT_RULE).max(PAGE_MAX, LIMIT_RULE))
    .default(PAGE_DEFAULT)
    .meta({
      wire: { type: 'integer', minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT, description: 'Page size.' },
    }),
  after: z.string().min(1).max(CURSOR_MAX).optional().describe('`nextCursor` of the previous page.'),
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
    createdOn: z.iso.datetime().describe('When the task was added, UTC.'),
  })
  .meta({ id: 'Task' });

export const TaskPageBody = z
  .object({
    items: z.array(TaskBody).describe('Newest first. With `text` a page can be short or empty without being the last.'),
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
