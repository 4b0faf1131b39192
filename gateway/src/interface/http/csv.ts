/** A record of a CSV file (RFC 4180). */
export interface CsvRecord {
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** Set if its last quoted field has no end. */
  readonly isBroken?: true;
}

const FORMULA = /^'*[=+\-@\t\r]/;

/** Reads CSV record by record. Empty lines are skipped; a byte order mark is ignored. */
export function* csvRecords(text: string): Generator<CsvRecord, undefined> {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  for (let line = 1; at < text.length;) {
    const start = line;
    const fields: string[] = [];
    let isBroken = false;
    for (let isLast = false; !isLast;) {
      const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
      fields.push(field.value);
      line += field.lines;
      isBroken ||= field.isBroken;
      at = field.end;
      isLast = text[at] !== ',';
      at += isLast ? lineEnd(text, at) : 1;
    }
    line++;
    if (fields.length > 1 || fields[0] !== '') yield { line: start, fields, ...(isBroken && { isBroken }) };
  }
}

/** Writes a record of texts, without line end. Texts that a spreadsheet would take for a formula begin with `'`. */
export function csvLine(fields: readonly string[]): string {
  return fields
    .map((field) => (FORMULA.test(field) ? `'${field}` : field))
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}

/** Returns a text as it was before `csvLine` wrote it. */
export function withoutFormulaMark(field: string): string {
  return field.startsWith("'") && FORMULA.test(field) ? field.slice(1) : field;
}

interface Field {
  readonly value: string;
  /** Index after the field. */
  readonly end: number;
  /** Number of line ends in it. */
  readonly lines: number;
  readonly isBroken: boolean;
}

const DELIMITER = /[,\r\n]/g;

function plainField(text: string, start: number): Field {
  const end = indexOfDelimiter(text, start);
  return { value: text.slice(start, end), end, lines: 0, isBroken: false };
}

function quotedField(text: string, start: number): Field {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    const isBroken = quote < 0;
    if (!isBroken && text[quote + 1] === '"') {
      at = quote + 2;
      continue;
    }
    const inner = text.slice(start + 1, isBroken ? text.length : quote);
    const lines = inner.split(/\r\n|\r|\n/).length - 1;
    // What follows the closing quote belongs to the field, as spreadsheets read it.
    const end = isBroken ? text.length : indexOfDelimiter(text, quote + 1);
    const value = inner.replaceAll('""', '"') + (isBroken ? '' : text.slice(quote + 1, end));
    return { value, end, lines, isBroken };
  }
}

function indexOfDelimiter(text: string, start: number): number {
  DELIMITER.lastIndex = start;
  return DELIMITER.exec(text)?.index ?? text.length;
}

/** Length of the line end at an index; 0 at the end of the text. */
function lineEnd(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? 2 : Math.min(1, text.length - at);
}
