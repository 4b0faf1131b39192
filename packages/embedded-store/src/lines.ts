/**
 * Splits a text into lines without their line feeds; the last one may lack its line feed. (`node:readline` also splits
 * at U+2028 and U+2029 since Node 24, which JSON leaves unescaped.)
 *
 * @param text Pieces of the text; no more are read while a line is being processed.
 */
export async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const piece of text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
