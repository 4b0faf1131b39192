import type { mongo } from 'mongoose';
import type { TaskExpectation } from '../../../application/task.repository.js';
import type { TaskChanges } from '../../../domain/task.js';
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

/** Filters of documents whose field is read as set. */
const HAS: Readonly<Record<ComparedField, Filter>> = {
  name: { name: { ...IS_TEXT, $ne: '' } },
  done: { done: IS_TRUE },
  note: { note: IS_TEXT },
  dueOn: { dueOn: IS_TEXT },
  starred: { starred: IS_TRUE },
  repeat: { repeat: IS_TEXT },
  position: { position: IS_TEXT },
  changedOn: { changedOn: { $type: 'date', ...NO_ARRAY } },
  createdOn: { createdOn: { $gt: UNKNOWN_TIME, $lte: LAST_TIME, ...NO_ARRAY } },
  successor: {
    'successor.id': { $type: 'string', $regex: '^[0-9a-f]{24}$' },
    'successor.revision': { $type: 'string' },
  },
};

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
    if (value === null || isDefault(field, value)) excluded.push(HAS[field]);
    else if (typeof value === 'object' && 'revision' in value) {
      Object.assign(equal, { 'successor.id': value.id, 'successor.revision': value.revision });
    } else equal[field] = value;
  }
  return { ...equal, ...(excluded.length > 0 && { $nor: excluded }) };
}

/** Whether a field without a value is read as this one. Other writers may have stored an empty note. */
function isDefault(field: ComparedField, value: NonNullable<Expected>): boolean {
  if (value === '') return field === 'name';
  return value === false || (value instanceof Date && value <= UNKNOWN_TIME);
}
