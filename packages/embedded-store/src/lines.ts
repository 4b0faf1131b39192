/**
 * The lines of a text, without their line feeds; a last one that lacks its line feed counts. (`node:readline` also splits
 * at U+2028 and U+2029 since Node 24, which JSON leaves as they are.)
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
