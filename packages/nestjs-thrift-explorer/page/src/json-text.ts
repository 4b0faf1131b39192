/** A value as people read JSON. -0 stays, which `JSON.stringify` writes as 0. */
export function textOf(value: unknown, indent = 2): string {
  const written = (zero: number | string): string =>
    JSON.stringify(value, (_, part: unknown) => (Object.is(part, -0) ? zero : part), indent);
  const text = written(0);
  // A text that the value does not have, to be found again.
  let mark = '-0';
  while (text.includes(mark)) mark += '0';
  return written(mark).replaceAll(`"${mark}"`, '-0');
}
