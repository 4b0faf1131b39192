import type { PrettyOptions } from 'pino-pretty';
import { visibleText } from './visible-text.js';

/** Fields of a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Pretty forms by the message of a line; its fields are then left out. */
export type Readable = Readonly<Record<string, (fields: LogFields) => string>>;

/** Keys whose values may have several lines: they come from this program, and are escaped line by line. */
const STACK = 'stack';

/** Format of pino-pretty: one line each, except stacks. */
export const PRETTY_OPTIONS: PrettyOptions = {
  translateTime: 'SYS:HH:MM:ss.l',
  singleLine: true,
};

/**
 * Prepares the fields of a JSON line for display: escapes text that acts on a terminal or begins a line, and applies
 * the message's own format.
 */
export function readableFields(line: string, readable: Readable): LogFields {
  const fields = JSON.parse(line) as { readonly level: string; readonly time: string; readonly msg?: string };
  const form = fields.msg === undefined ? undefined : readable[fields.msg];
  const { level, time } = fields;
  return visibleValue(form === undefined ? fields : { level, time, msg: form(fields) }, '') as LogFields;
}

function visibleValue(value: unknown, key: string): unknown {
  if (typeof value === 'string') {
    return key === STACK ? value.split('\n').map(visibleText).join('\n') : visibleText(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => visibleValue(item, ''));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [visibleText(name), visibleValue(item, name)]));
}
