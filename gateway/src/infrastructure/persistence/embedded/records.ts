import { EmbeddedStoreError } from '@tasks/embedded-store';
import { AccountError } from '../../../domain/account.errors.js';

/** Fields that hold times, in every kind of record. */
const TIMES = new Set([
  'createdOn',
  'statusSince',
  'authenticatedOn',
  'lastSeenOn',
  'lastUsedOn',
  'endsOn',
  'expiresOn',
  'since',
]);
/** Enough digits for every time that a Date can have. */
const TIME_DIGITS = 16;

/** A value in the form in which it is stored: JSON, times in ISO 8601. */
export function toRecord(value: object): string {
  return JSON.stringify(value);
}

/** The value that was stored. */
export function fromRecord<Value extends object>(record: string): Value {
  return JSON.parse(record, (field, value: unknown) =>
    TIMES.has(field) && typeof value === 'string' ? new Date(value) : value,
  ) as Value;
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
