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
/** Enough digits for every time that a Date can have. */
const TIME_DIGITS = 16;

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

/** A time as a sortable part of keys. */
export function timeKey(time: Date): string {
  return String(time.getTime()).padStart(TIME_DIGITS, '0');
}

/** The range of all keys with a prefix; `after`: only those after this one. */
export function keysWith(prefix: string, after = ''): { gt: string; lt: string } {
  return { gt: prefix + after, lt: `${prefix}\u{10ffff}` };
}

/** Runs an operation of the store. @throws AccountError STORE_UNAVAILABLE */
export async function answered<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (cause) {
    throw cause instanceof EmbeddedStoreError ? new AccountError('STORE_UNAVAILABLE', { cause }) : cause;
  }
}
