import type { TargetDescription } from '../../src/description.js';
import { textOf } from './json-text.js';

/** A call as a form has it. */
export interface CommandParts {
  readonly target: TargetDescription | undefined;
  readonly service: string;
  readonly method: string;
  /** The arguments as JSON. */
  readonly args: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** What `thriftcall` waits for by default. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** The same call as a command line of `thriftcall`, for a POSIX shell. The command asks the server for its contract. */
export function thriftcallCommand({ target, service, method, args, headers, timeoutMs }: CommandParts): string {
  const given = Object.entries(headers);
  return [
    'npx thriftcall',
    quoted(target?.address.replace(/^\//, 'unix:/') ?? '127.0.0.1:9090'),
    'call',
    quoted(`${service}.${method}`),
    quoted(compact(args)),
    ...(timeoutMs === DEFAULT_TIMEOUT_MS ? [] : [`--timeout ${String(timeoutMs)}ms`]),
    // Other framings carry none.
    ...(given.length > 0 ? ['--framing header'] : []),
    ...given.map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    ...(target?.isTls ? ['--tls'] : []),
  ].join(' ');
}

/** In single quotes unless every shell takes it as it is. */
function quoted(text: string): string {
  return /^[\w.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** On one line, if it is JSON. */
function compact(text: string): string {
  try {
    return textOf(JSON.parse(text), 0);
  } catch {
    return text;
  }
}
