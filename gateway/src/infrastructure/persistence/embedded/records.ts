import { EmbeddedStoreError } from '@tasks/embedded-store';
import { AccountError } from '../../../domain/account.errors.js';

/** Fields that hold times, in every kind of record. */
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

/** A value in the form in which it is stored: JSON, times in ISO 8601. */
export function toRecord(value: object): string {
  return JSON.stringify(value);
}

/** The value that was stored. Without a reviver, which takes twice as long: every request reads two records. */
export function fromRecord<Value extends object>(record: string): Value {
  const value = JSON.parse(record) as Record<string, unknown>;
  for (const field of TIMES) {
    const time = value[field];
    if (typeof time === 'string') value[field] = new Date(time);
  }
  return value as Value;
}

/** A time as a part of keys, which it puts in order. */
export function timeKey(time: Date): string {
  return String(time.getTime()).padStart(TIME_DIGITS, '0');
}

/** The range of all keys that begin so; `after`: only those behind this one. */
export function keysWith(prefix: string, after = ''): { gt: string; lt: string } {
  return { gt: prefix + after, lt: `${prefix}\u{10ffff}` };
}

/** The answer of the store. @throws AccountError STORE_UNAVAILABLE */
export async function answered<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (cause) {
    throw cause instanceof EmbeddedStoreError ? new AccountError('STORE_UNAVAILABLE', { cause }) : cause;
  }
}
