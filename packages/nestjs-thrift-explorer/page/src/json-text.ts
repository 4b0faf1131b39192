/** Stands for -0 in JSON: text of Thrift is well-formed, and none of it is half a surrogate pair. */
const NEGATIVE_ZERO = '\ud800';

/** A value as people read JSON. -0 stays, which `JSON.stringify` writes as 0. */
export function textOf(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, (_, part: unknown) => (Object.is(part, -0) ? NEGATIVE_ZERO : part), indent);
  return text.replaceAll(JSON.stringify(NEGATIVE_ZERO), '-0');
}
