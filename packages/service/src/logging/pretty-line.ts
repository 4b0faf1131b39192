import type { PrettyOptions } from 'pino-pretty';
import { visibleText } from './visible-text.js';

/** Fields of a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/** By the message of a line, how the line reads for people; its fields are then left out. */
export type Readable = Readonly<Record<string, (fields: LogFields) => string>>;

/** Keys whose values may take several lines: they are ours, and escaped line by line. */
const STACK = 'stack';

/** How pino-pretty prints lines: one line each, but for stacks. */
export const PRETTY_OPTIONS: PrettyOptions = {
  translateTime: 'SYS:HH:MM:ss.l',
  singleLine: true,
};

/**
 * The fields of a line of JSON as they are shown to people: nothing in them acts on a terminal or begins a line, and a
 * message with its own format gets that.
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
