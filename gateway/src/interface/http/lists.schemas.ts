import { z } from 'zod';
import { LIST_COLORS, LIST_NAME_MAX_LENGTH } from '../../domain/list.js';
import { Day, ListId, Position } from './tasks.schemas.js';
import { booleanText, visibleName } from './text.schemas.js';

const ListName = visibleName(LIST_NAME_MAX_LENGTH);
const Color = z.enum(LIST_COLORS).nullable().describe("The reader's own color of the list; null: none.");
const OwnPosition = Position.nullable().describe("The reader's own sort key of the list; null: none.");
export const RoleName = z.enum(['owner', 'editor', 'viewer']);

export const OneListParams = z.strictObject({ list: ListId });
export type OneListParams = z.infer<typeof OneListParams>;

export const ListsQuery = z.strictObject({
  deleted: booleanText.optional().meta({ wire: { type: 'boolean', description: 'Only lists that can be restored.' } }),
  today: Day.optional().describe('The day to count due tasks by. Default: from the time zone of the account.'),
});
export type ListsQuery = z.infer<typeof ListsQuery>;

export const OneListQuery = ListsQuery.pick({ today: true }).strict();
export type OneListQuery = z.infer<typeof OneListQuery>;

export const NewListBody = z
  .strictObject({
    name: ListName,
    id: ListId.optional().describe('Chosen by the client, so that it can repeat the request. Default: a new one.'),
    color: Color.optional(),
    position: OwnPosition.optional(),
  })
  .meta({ id: 'NewList' });
export type NewListBody = z.infer<typeof NewListBody>;

export const ListPatch = z
  .strictObject({ name: ListName.optional(), color: Color.optional(), position: OwnPosition.optional() })
  .meta({
    id: 'ListPatch',
    description:
      'A merge patch (RFC 7396). The name is changed by the owner, color and position by any member for itself.',
  });
export type ListPatch = z.infer<typeof ListPatch>;

export const ListBody = z
  .object({
    id: ListId,
    name: z.string().nullable().describe('Null: a first list that was never renamed.'),
    color: Color,
    position: OwnPosition,
    role: RoleName.describe("The reader's role: viewers read, editors also change tasks, the owner does everything."),
    members: z.int().min(1).describe('Number of members, the owner included.'),
    isFirst: z.boolean().describe("Whether it is the reader's first list, which is never deleted."),
    endsOn: z.iso
      .datetime()
      .optional()
      .describe('When it is removed: it is deleted, or its owner is gone and it can only be read.'),
    totals: z
      .object({ open: z.int().min(0), done: z.int().min(0), overdue: z.int().min(0), dueToday: z.int().min(0) })
      .optional()
      .describe('Numbers of tasks; in answers to GET.'),
  })
  .meta({ id: 'List' });

export const ListsBody = z.object({ items: z.array(ListBody) }).meta({ id: 'Lists' });
