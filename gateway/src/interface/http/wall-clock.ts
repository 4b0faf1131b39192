import type { Principal } from '../../domain/principal.js';

const HOUR_MS = 3_600_000;
/** Where a day ends last on earth. */
const LAST_OFFSET_H = -12;

/** Maximum number of formats: one takes some 30 kB, and in later versions of Node every offset is a time zone too. */
const MAX_FORMATS = 100;
/** By time zone, the oldest first. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The wall clock of the account, `2026-12-01T09:30`; undefined without its time zone. */
export function nowOf({ timeZone }: Principal, now = new Date()): string | undefined {
  return timeZone === undefined ? undefined : wallClock(timeZone, now);
}

/** The day of the account; without its time zone the one that ends last on earth, so that nothing is overdue too early. */
export function todayOf(principal: Principal, now = new Date()): string {
  const local = nowOf(principal, now) ?? new Date(now.getTime() + LAST_OFFSET_H * HOUR_MS).toISOString();
  return local.slice(0, 'yyyy-mm-dd'.length);
}

/** Returns the name of a time zone as it is stored; undefined for an unknown one. */
export function canonicalTimeZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function wallClock(timeZone: string, now: Date): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const dateStyle = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    // Swedish writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv', { timeZone, ...dateStyle, hour: '2-digit', minute: '2-digit' });
    const [oldest = ''] = formats.keys();
    if (formats.size >= MAX_FORMATS) formats.delete(oldest);
    formats.set(timeZone, format);
  }
  return format.format(now).replace(' ', 'T');
}
