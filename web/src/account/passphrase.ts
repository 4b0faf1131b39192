/** Number of words in a suggested passphrase. */
const PASSPHRASE_WORDS = 6;

/**
 * Creates a passphrase of different words, drawn with equal probability.
 *
 * @param words The list. If its length does not divide 65,536, some drawn values are discarded.
 * @param random Fills the array with random numbers, as `crypto.getRandomValues` does.
 */
export function makePassphrase(words: readonly string[], random: (numbers: Uint16Array<ArrayBuffer>) => void): string {
  const drawn = new Set<string>();
  const limit = 65_536 - (65_536 % words.length);
  const number = new Uint16Array(1);
  while (drawn.size < PASSPHRASE_WORDS) {
    random(number);
    const value = number[0] ?? 0;
    const word = words[value % words.length];
    if (value < limit && word !== undefined) drawn.add(word);
  }
  return [...drawn].join('-');
}
