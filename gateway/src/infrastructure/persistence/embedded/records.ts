import { EmbeddedStoreError } from '@tasks/embedded-store';
import { AccountError } from '../../../domain/account.errors.js';

/** Fields with times, in all kinds of records. */
const TIMES = [
  'createdOn',
  'statusSince',
  'authenticatedOn',
  'lastSeenOn',
  'lastUsedOn',
  'endsOn',
  'expiresOn',
  'since',
];
/** A stored row, as far as queries read it. */
export interface StoredRecord {
  readonly record: string;
}

/** Returns the stored form of a value: JSON, times in ISO 8601. */
export function toRecord(value: object): string {
  return JSON.stringify(value);
}

/** Returns the stored value. Without a reviver, which takes twice as long: every request reads two records. */
export function fromRecord<Value extends object>(record: string): Value {
  const value = JSON.parse(record) as Record<string, unknown>;
  for (const field of TIMES) {
    const time = value[field];
    if (typeof time === 'string') value[field] = new Date(time);
  }
  return value as Value;
}

/** Runs an operation of the store. @throws AccountError STORE_UNAVAILABLE */
export async function answered<Answer>(act: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (cause) {
    throw cause instanceof EmbeddedStoreError ? new AccountError('STORE_UNAVAILABLE', { cause }) : cause;
  }
}
