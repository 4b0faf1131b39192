/** Control and format characters, line ends, and lone surrogates. */
const INVISIBLE = String.raw`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]`;

const ANY_INVISIBLE = new RegExp(INVISIBLE, 'v');
const ONE_INVISIBLE = new RegExp(`^${INVISIBLE}$`, 'v');

/**
 * Emoji of several characters, whose joiners are invisible alone, or an invisible character. Compiled on first use:
 * that takes milliseconds.
 */
let emojiOrInvisible: RegExp | undefined;

/**
 * Escapes every character that a terminal would interpret. Text from elsewhere, such as a task's name, must not move
 * the cursor, set the title or forge a line.
 */
export function visibleText(text: string): string {
  return replaceInvisible(text, escape);
}

/** The same for JSON: the document stays equivalent for programs. */
export function visibleJson(json: string): string {
  return replaceInvisible(json, jsonEscape);
}

function replaceInvisible(text: string, toVisible: (character: string) => string): string {
  if (!ANY_INVISIBLE.test(text)) return text;
  emojiOrInvisible ??= new RegExp(String.raw`\p{RGI_Emoji}|${INVISIBLE}`, 'gv');
  return text.replace(emojiOrInvisible, (found) => (ONE_INVISIBLE.test(found) ? toVisible(found) : found));
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escape(character: string): string {
  return ESCAPES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function jsonEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, n) => `\\u${character.charCodeAt(n).toString(16).padStart(4, '0')}`,
  ).join('');
}
