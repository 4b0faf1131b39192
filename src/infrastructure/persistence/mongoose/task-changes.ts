import type { mongo } from 'mongoose';
import type { TaskExpectation } from '../../../application/task.repository.js';
import type { TaskChanges } from '../../../domain/task-details.js';
import { CONTENT_TYPES } from '../task-content.js';
import { LAST_TIME, UNKNOWN_TIME } from './task-document.js';

/** Documents are filtered and changed as stored, without the model. */
export type Filter = mongo.Filter<mongo.BSON.Document>;
export type Update = mongo.UpdateFilter<mongo.BSON.Document>;

type ComparedField = Exclude<keyof TaskExpectation, 'unlike'>;
type Expected = TaskExpectation[ComparedField];

/** Conditions also match the elements of an array, which no field is read as. */
export const NO_ARRAY = { $not: { $type: 'array' } } as const;

const IS_TEXT = { $type: 'string', ...NO_ARRAY } as const;
const IS_TRUE = { $eq: true, ...NO_ARRAY } as const;
const IS_DATE = { $type: 'date', ...NO_ARRAY } as const;

/** Filters of documents whose field is read as set, where the filter does not follow from its type. */
const HAS: { readonly [Field in ComparedField]?: Filter } = {
  name: { name: { ...IS_TEXT, $ne: '' } },
  createdOn: { createdOn: { $gt: UNKNOWN_TIME, $lte: LAST_TIME, ...NO_ARRAY } },
  successor: {
    'successor.id': { $type: 'string', $regex: '^[0-9a-f]{24}$' },
    'successor.revision': { $type: 'string' },
  },
};

/** What a field has that is read as set, by its type. */
const HAS_TYPE = new Map<unknown, Filter>([
  [String, IS_TEXT],
  [Boolean, IS_TRUE],
  [Date, IS_DATE],
]);

/** Returns an update that touches the set fields alone; undefined when there is none. */
export function toUpdate(changes: TaskChanges): Update | undefined {
  const changed = Object.entries(changes).filter(([, value]) => value !== undefined);
  const set = changed.filter(([, value]) => value !== null);
  const unset = changed.filter(([, value]) => value === null).map(([field]) => [field, ''] as const);
  if (changed.length === 0) return undefined;
  return {
    ...(set.length > 0 && { $set: Object.fromEntries(set) }),
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset) }),
  };
}

/** Returns the filter of documents that are read as expected: what is missing or of a wrong type counts as unset. */
export function toFilter({ unlike, ...expected }: TaskExpectation): Filter {
  const equal: Record<string, unknown> = {};
  const excluded = unlike ? [toFilter(unlike)] : [];
  for (const [field, value] of Object.entries(expected) as [ComparedField, Expected][]) {
    if (value === undefined) continue;
    if (value === null || isDefault(field, value)) excluded.push(hasField(field));
    else if (typeof value === 'object' && 'revision' in value) {
      Object.assign(equal, { 'successor.id': value.id, 'successor.revision': value.revision });
    } else equal[field] = value;
  }
  return { ...equal, ...(excluded.length > 0 && { $nor: excluded }) };
}

function hasField(field: ComparedField): Filter {
  const own = HAS[field];
  if (own) return own;
  const has = HAS_TYPE.get(CONTENT_TYPES[field as keyof typeof CONTENT_TYPES]);
  if (has === undefined) throw new Error(`No filter for the type of ${field}`);
  return { [field]: has };
}

/** Whether a field without a value is read as this one. Other writers may have stored an empty note. */
function isDefault(field: ComparedField, value: NonNullable<Expected>): boolean {
  if (value === '') return field === 'name';
  return value === false || (value instanceof Date && value <= UNKNOWN_TIME);
}
