const SHOWN_NAMES = 5;

/** What was meant by an unknown name, for the end of an error message. */
export function suggestion(name: string, names: readonly string[]): string {
  if (names.length === 0) return ': it defines none';
  const wanted = lastPart(name);
  const exact = names.filter((known) => lastPart(known) === wanted);
  const near =
    exact.length > 0
      ? exact
      : names.filter((known) => distance(lastPart(known), wanted) <= Math.max(1, wanted.length / 3));
  if (near.length > 0) return `: did you mean ${near.slice(0, SHOWN_NAMES).join(', or ')}?`;
  const more = names.length > SHOWN_NAMES ? ` and ${String(names.length - SHOWN_NAMES)} more, see list` : '';
  return `: it has ${names.slice(0, SHOWN_NAMES).join(', ')}${more}`;
}

function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':'), name.lastIndexOf('/')) + 1).toLowerCase();
}

/** Number of characters to insert, delete or replace (Levenshtein). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 0; i < left.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < right.length; j++) {
      const replaced = (row[j] ?? 0) + (left[i] === right[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
