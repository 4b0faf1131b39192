/**
 * The text of a doc comment, cleaned as Apache's compiler does (`clean_up_doctext`): without the stars and the
 * indentation that its lines share, without white space at the ends of lines, without an empty first or last line.
 *
 * @param inner the text between the delimiters of the comment
 * @returns the text, lines apart by a line feed; undefined for an empty comment
 */
export function cleanDocComment(inner: string): string | undefined {
  const [first = '', ...rest] = inner.replaceAll('\r', '').split('\n');
  const lines = [first.trimStart(), ...withoutIndent(withoutStars(rest.map(blankIfWhite)))].map((line) =>
    line.trimEnd(),
  );
  let start = 0;
  let end = lines.length;
  while (start < end && lines[start] === '') start += 1;
  while (end > start && lines[end - 1] === '') end -= 1;
  return start === end ? undefined : lines.slice(start, end).join('\n');
}

function blankIfWhite(line: string): string {
  return line.trim() === '' ? '' : line;
}

/** Removes the star before every line, if all lines have one in the same column. */
function withoutStars(lines: readonly string[]): readonly string[] {
  const column = indentOf(lines.find((line) => line !== '') ?? '');
  const starred = lines.every((line) => line === '' || (indentOf(line) === column && line[column] === '*'));
  return starred ? lines.map((line) => line.slice(column + 1)) : lines;
}

function withoutIndent(lines: readonly string[]): readonly string[] {
  let indent = Infinity;
  for (const line of lines) {
    if (line.trim() !== '') indent = Math.min(indent, indentOf(line));
  }
  return lines.map((line) => line.slice(indent));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
