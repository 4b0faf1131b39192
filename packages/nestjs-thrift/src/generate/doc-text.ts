/**
 * A doc comment of the IDL as one of TypeScript, at an indentation of `depth`; nothing without a comment. Lines are
 * kept as they are.
 */
export function docComment(doc: string | undefined, depth = 0): string {
  if (doc === undefined) return '';
  const margin = '  '.repeat(depth);
  const lines = doc.split('\n').map((line) => line.trimEnd());
  if (lines.length === 1) return `${margin}/** ${doc} */\n`;
  return `${margin}/**\n${lines.map((line) => `${margin} * ${line}`.trimEnd()).join('\n')}\n${margin} */\n`;
}

/** Doc comments one after the other, those that are missing left out. */
export function joinDocs(...docs: readonly (string | undefined)[]): string | undefined {
  const given = docs.filter((doc) => doc !== undefined);
  return given.length === 0 ? undefined : given.join('\n');
}
