/** A value as people read JSON. -0 stays, which `JSON.stringify` writes as 0. */
export function textOf(value: unknown, indent = 2): string {
  // A text that no value has, to be found again.
  const mark = crypto.randomUUID();
  const text = JSON.stringify(value, (_, part: unknown) => (Object.is(part, -0) ? mark : part), indent);
  return text.replaceAll(`"${mark}"`, '-0');
}
