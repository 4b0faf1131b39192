import { jsonText, type JsonValue } from '../json.js';
import { printable } from '../printable.js';

/** Where the command writes to, and what it reads. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard input, read only where the command line says so. */
  readonly input: NodeJS.ReadableStream;
  /** Whether a person watches standard error. */
  readonly isWatched: boolean;
  /** Aborts when the command is interrupted: it then reports what it has. */
  readonly signal?: AbortSignal | undefined;
}

/** A JSON value as text, `indent` spaces at each level. What could control a terminal is escaped. */
export function plainJson(value: JsonValue, indent = 0): string {
  return jsonText(value, indent).replace(
    /[\u007f-\u009f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Text of several lines. What could control a terminal is escaped. */
export function plainText(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
